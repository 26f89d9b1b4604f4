/** Where an export is written to, part by part. */
export interface FileTarget {
  /** @throws FileError where it cannot be written, as on a full disk. */
  write(part: string | Blob): Promise<void>;
  /** Makes the file whole. */
  close(): Promise<void>;
  /** Leaves no half file behind. */
  abort(): Promise<void>;
}

/** The file could not be written: nothing that Loki has to do with. */
export class FileError extends Error {
  override readonly name = 'FileError';
}

/** What the File System Access API adds to the browsers that have it; TypeScript's library lacks the picker. */
interface Picker {
  showSaveFilePicker(options: {
    suggestedName: string;
    types: Array<{ description: string; accept: Record<string, string[]> }>;
  }): Promise<FileSystemFileHandle & { remove?(): Promise<void> }>;
}

/** The kind of a file. */
export interface FileKind {
  readonly fileName: string;
  readonly mime: string;
  /** In words, for the browser's dialog. */
  readonly kind: string;
}

function canPick(host: object): host is Picker {
  return 'showSaveFilePicker' in host && typeof host.showSaveFilePicker === 'function';
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : '';
}

async function guarded(task: () => Promise<void>): Promise<void> {
  try {
    await task();
  } catch (error) {
    throw new FileError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}

async function picked(host: Picker, { fileName, mime, kind }: FileKind): Promise<FileTarget> {
  const extension = fileName.slice(fileName.lastIndexOf('.'));
  const handle = await host.showSaveFilePicker({
    suggestedName: fileName,
    types: [{ description: kind, accept: { [mime]: [extension] } }],
  });
  const stream = await handle.createWritable();
  return {
    write: (part) => guarded(() => stream.write(part)),
    close: () => guarded(() => stream.close()),
    abort: async () => {
      await stream.abort();
      // The picker has made an empty file; one that was there before keeps its content.
      if (handle.remove !== undefined && (await handle.getFile()).size === 0) {
        await handle.remove();
      }
    },
  };
}

/** Parts are handed to the browser as Blobs, which it keeps outside the page's memory, and downloaded at the end. */
function gathered({ fileName, mime }: FileKind): FileTarget {
  let parts: Blob[] = [];
  return {
    write: (part) => {
      parts.push(new Blob([part]));
      return Promise.resolve();
    },
    close: () => {
      const url = URL.createObjectURL(
        new Blob(parts, { type: mime.startsWith('text/') ? `${mime};charset=utf-8` : mime })
      );
      const link = document.createElement('a');
      link.href = url;
      link.download = fileName;
      link.click();
      // The browser has begun to read it by then.
      setTimeout(() => URL.revokeObjectURL(url), 0);
      parts = [];
      return Promise.resolve();
    },
    abort: () => {
      parts = [];
      return Promise.resolve();
    },
  };
}

/**
 * A file to write to: one that the person picks, written as the parts come, where the browser can (Chromium, on https or
 * localhost); else a download, handed over at the end. Has to be called from a click.
 * @returns undefined where the person dismissed the browser's dialog.
 */
export async function openFile(kind: FileKind, host: object = window): Promise<FileTarget | undefined> {
  if (!canPick(host)) {
    return gathered(kind);
  }
  try {
    return await picked(host, kind);
  } catch (error) {
    if (nameOf(error) === 'AbortError') {
      return undefined;
    }
    // Not allowed here, as in a frame of another site, or the permission was refused: a download always works.
    return gathered(kind);
  }
}

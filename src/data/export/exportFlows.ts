import type { FlowPage } from '../flowPager';
import type { FlowRow } from '../flowRow';
import { explainError, type ExplainedError } from '../lokiErrors';
import type { FileTarget } from './fileTarget';
import type { FlowWriter } from './formats';

/** How far an export is. */
export interface ExportProgress {
  /** Flows written. */
  readonly loaded: number;
  /** Flows expected; undefined where nobody knows. Approximate. */
  readonly of?: number;
}

/** What an export came to. */
export interface ExportResult {
  readonly written: number;
  /** Lines left out because they are no flows. */
  readonly skipped: number;
  /** True where the cap ended it: there are more flows. */
  readonly capped: boolean;
}

/** How to export. */
export interface ExportOptions {
  /** At most so many flows. */
  readonly cap: number;
  /** Flows expected. */
  readonly of?: number;
  readonly signal?: AbortSignal;
  onProgress?(progress: ExportProgress): void;
}

const CHUNK = 5000;

/** Rows that are loaded already, in pages like those from Loki, so that the page stays usable between them. */
export async function* loadedPages(rows: readonly FlowRow[], chunk = CHUNK): AsyncGenerator<FlowPage, void> {
  for (let start = 0; start < rows.length; start += chunk) {
    yield { rows: rows.slice(start, start + chunk), skipped: 0, last: start + chunk >= rows.length };
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
}

/**
 * Writes pages of flows to a file, holding one page at a time.
 * @throws DOMException `AbortError` where the signal stops it; FileError where the file cannot be written; else what the
 * pages throw. The file is given up then.
 */
export async function exportFlows(
  pages: AsyncIterable<FlowPage>,
  writer: FlowWriter,
  target: FileTarget,
  { cap, of, signal, onProgress }: ExportOptions
): Promise<ExportResult> {
  let written = 0;
  let skipped = 0;
  let capped = false;
  try {
    await target.write(writer.head());
    for await (const page of pages) {
      stopIfTold(signal);
      const rows = page.rows.slice(0, cap - written);
      await target.write(writer.rows(rows));
      written += rows.length;
      skipped += page.skipped;
      onProgress?.({ loaded: written, of });
      capped = rows.length < page.rows.length || (written >= cap && !page.last);
      if (capped) {
        break;
      }
    }
    stopIfTold(signal);
    await target.write(writer.tail());
    await target.close();
  } catch (error) {
    await giveUp(target);
    throw error;
  }
  return { written, skipped, capped };
}

function stopIfTold(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) {
    throw new DOMException('The export was stopped', 'AbortError');
  }
}

/** What is left of a file that cannot be given up is the browser's; the failure before it is what the person needs. */
async function giveUp(target: FileTarget): Promise<void> {
  await target.abort().catch((error: unknown) => console.warn('The unfinished file was not removed', error));
}

/** True where a failure is that the person stopped it. */
export function wasStopped(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'name' in error && error.name === 'AbortError';
}

/** A failed export in words. */
export function explainExport(error: unknown): ExplainedError {
  if (error instanceof Error && error.name === 'FileError') {
    return {
      title: 'The file could not be written',
      remedy: 'Check that the disk has room and that the file is not open elsewhere, or export fewer flows or columns.',
      said: error.message,
    };
  }
  return explainError(error);
}

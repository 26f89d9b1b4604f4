import type { Datagram } from '../../flow';

/** Why something in a file did not become a datagram. */
export type SkipReason =
  'not IP' | 'not UDP' | 'IP fragment' | 'cut short by the capture' | 'unknown link type' | 'malformed line';

/** Something of a file that did not become a datagram. */
export interface Skipped {
  readonly skipped: SkipReason;
  /** What exactly, with file and line where that helps to find it. */
  readonly detail: string;
  /** True where the file is at fault and has to be mended, not merely holds other things as well. */
  readonly isError: boolean;
}

/** What readers of files yield, in the file's order. */
export type FileItem = Datagram | Skipped;

/** A file that cannot be read further; the message names the file, what is wrong with it, and what to do. */
export class FileError extends Error {
  override readonly name = 'FileError';
}

/** Reads a file in pieces of a size that the caller asks for, so that no file has to fit the memory. */
export class ByteSource {
  private readonly chunks: AsyncIterator<Buffer>;
  private held: Buffer = Buffer.alloc(0);
  /** Bytes taken so far. */
  offset = 0;

  constructor(stream: AsyncIterable<Buffer>) {
    this.chunks = stream[Symbol.asyncIterator]();
  }

  /** The next bytes without taking them; fewer than `length` only at the end of the file. */
  async peek(length: number): Promise<Buffer> {
    const parts: Buffer[] = [this.held];
    let size = this.held.length;
    while (size < length) {
      const { done, value } = await this.chunks.next();
      if (done === true) {
        break;
      }
      parts.push(value);
      size += value.length;
    }
    if (parts.length > 1) {
      this.held = Buffer.concat(parts);
    }
    return this.held.subarray(0, length);
  }

  /** Takes the next bytes; fewer than `length` only at the end of the file. */
  async take(length: number): Promise<Buffer> {
    const taken = await this.peek(length);
    this.held = this.held.subarray(taken.length);
    this.offset += taken.length;
    return taken;
  }
}

import { fstatSync, readSync } from 'node:fs';
import { HEADER_BYTES, MAGIC, readHeader, type FrameHeader } from './frame';

/** Where a record stands in its segment. */
export interface Found extends FrameHeader {
  readonly offset: number;
  /** Its bytes, header included. */
  readonly bytes: number;
  /** The same as it was written, while it is among the last that were: it need not be read back. */
  frame?: Buffer;
}

/** What a segment file holds. */
export interface Scan {
  readonly records: readonly Found[];
  /** Bytes between or behind records that are no whole record. */
  readonly spoiltBytes: number;
  /** Flows of a last record that was not written to its end, where its header still tells. */
  readonly cutFlows: number;
  /** Where the last whole record ends. */
  readonly end: number;
}

/** Larger than many small records, and small beside a large one, whose body need not be read. */
const WINDOW = 8 * 1024;

/** Reads a file piece by piece: many small headers in one read, nothing of large bodies. */
class Window {
  private buffer = Buffer.alloc(0);
  private start = 0;

  constructor(
    private readonly fd: number,
    readonly size: number
  ) {}

  /** The bytes from `offset` on: at least `count`, unless the file ends before. */
  at(offset: number, count: number): Buffer {
    if (offset < this.start || offset + count > this.start + this.buffer.length) {
      const wanted = Math.max(0, Math.min(Math.max(count, WINDOW), this.size - offset));
      const buffer = Buffer.allocUnsafe(wanted);
      this.buffer = buffer.subarray(0, wanted > 0 ? readSync(this.fd, buffer, 0, wanted, offset) : 0);
      this.start = offset;
    }
    return this.buffer.subarray(offset - this.start);
  }
}

/**
 * Finds the records of a segment by their headers. Bytes that make no record, as a kill or a bad disk leaves them, are
 * passed over up to the next header that is whole; what the bodies hold is not looked at.
 * @param fd the segment, open for reading.
 * @param limit bytes that count, where more is being written behind them.
 */
export function scanSegment(fd: number, limit = Infinity): Scan {
  const size = Math.min(limit, fstatSync(fd).size);
  const window = new Window(fd, size);
  const records: Found[] = [];
  let spoiltBytes = 0;
  let cutFlows = 0;
  let end = 0;
  for (let at = 0; at < size;) {
    const header = readHeader(window.at(at, HEADER_BYTES), 0);
    const bytes = HEADER_BYTES + (header?.metaBytes ?? 0) + (header?.bodyBytes ?? 0);
    if (header !== undefined && at + bytes <= size) {
      records.push({ ...header, offset: at, bytes });
      at += bytes;
      end = at;
      continue;
    }
    cutFlows += header?.flows ?? 0;
    const next = nextHeader(window, at + 1);
    spoiltBytes += next - at;
    at = next;
  }
  return { records, spoiltBytes, cutFlows, end };
}

/** Where the next whole header is, from `from` on; the file's end where there is none. */
function nextHeader(window: Window, from: number): number {
  for (let at = from; at < window.size;) {
    const bytes = window.at(at, HEADER_BYTES);
    const found = bytes.indexOf(MAGIC);
    if (found >= 0 && readHeader(window.at(at + found, HEADER_BYTES), 0) !== undefined) {
      return at + found;
    }
    // A start that lies across the window's edge is found by the next one.
    at += found >= 0 ? found + 1 : Math.max(1, bytes.length - MAGIC.length + 1);
  }
  return window.size;
}

import { closeSync, ftruncateSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import { DONE, HEADER_BYTES, STATE_AT } from './frame';
import { scanSegment, type Found } from './scan';

/** A record that was read, as long as it is neither settled nor dropped. */
export interface Taken {
  readonly segment: Segment;
  readonly found: Found;
  readonly meta: Buffer;
  readonly body: Buffer;
}

/** One file of the spool: written once from front to end, read once, then deleted as a whole. */
export class Segment {
  /** Bytes of whole records. */
  bytes = 0;
  /** Records that are neither stored nor lost, those that were taken included. */
  records = 0;
  /** Flows of those. */
  flows = 0;
  /** True while records are added. */
  writing = false;
  /** True once it was deleted to make room; records taken before may still be on their way. */
  dropped = false;
  /** Flows of the records that are on their way, by offset. */
  private readonly taken = new Map<number, number>();
  private handle: FileHandle | undefined;

  constructor(
    readonly number: number,
    readonly path: string
  ) {}

  /**
   * Takes in the file that a former process left. Its end is cut where it holds no whole record.
   * @returns what could not be used of it.
   */
  recover(): { spoiltBytes: number; cutFlows: number } {
    const fd = openSync(this.path, 'r+');
    try {
      const { records, spoiltBytes, cutFlows, end } = scanSegment(fd);
      if (spoiltBytes > 0) {
        ftruncateSync(fd, end);
      }
      this.bytes = end;
      this.count(records);
      return { spoiltBytes, cutFlows };
    } finally {
      closeSync(fd);
    }
  }

  /** Creates the file. */
  async create(): Promise<void> {
    this.handle = await open(this.path, 'wx+');
    this.writing = true;
  }

  /** Writes whole records behind the others; they count once `bytes` is raised. */
  async write(frames: Buffer): Promise<void> {
    for (let written = 0; written < frames.length;) {
      const { bytesWritten } = await this.open.write(frames, written, frames.length - written, this.bytes + written);
      written += bytesWritten;
    }
  }

  /** Makes what was written survive a loss of power. */
  sync(): Promise<void> {
    return this.handle?.datasync() ?? Promise.resolve();
  }

  /** Removes the beginnings of records that could not be written to their end. */
  async cut(): Promise<void> {
    await this.handle?.truncate(this.bytes);
  }

  /** Opens the file, if it is not open, so that records can be read. */
  async openToRead(): Promise<void> {
    this.handle ??= await open(this.path, 'r+');
  }

  /** The records that wait, in their order, and the flows of those that are no longer to be found. */
  waiting(): { waiting: Found[]; missingFlows: number } {
    const before = this.flows;
    const { records } = scanSegment(this.open.fd, this.bytes);
    this.count(records);
    return { waiting: records.filter(({ done }) => !done), missingFlows: Math.max(0, before - this.flows) };
  }

  /** Reads a record and holds it for the caller. @returns undefined where its bytes are not what was written. */
  async take(found: Found): Promise<Taken | undefined> {
    this.taken.set(found.offset, found.flows);
    const bytes = found.frame?.subarray(HEADER_BYTES) ?? (await this.read(found));
    found.frame = undefined;
    return (
      bytes && {
        segment: this,
        found,
        meta: bytes.subarray(0, found.metaBytes),
        body: bytes.subarray(found.metaBytes),
      }
    );
  }

  private async read({ offset, metaBytes, bodyBytes, checksum }: Found): Promise<Buffer | undefined> {
    const bytes = Buffer.allocUnsafe(metaBytes + bodyBytes);
    const { bytesRead } = await this.open.read(bytes, 0, bytes.length, offset + HEADER_BYTES);
    return bytesRead === bytes.length && crc32(bytes) === checksum ? bytes : undefined;
  }

  /** Marks a taken record as done, for a later process too. */
  settle({ offset, flows }: Found): void {
    this.taken.delete(offset);
    if (this.dropped) {
      return;
    }
    this.records--;
    this.flows -= flows;
    writeSync(this.open.fd, Buffer.of(DONE), 0, 1, offset + STATE_AT);
  }

  /** What `meta` says of the records that wait and are not on their way: those that a deletion loses. */
  unread(): Array<{ meta: Buffer; flows: number }> {
    const fd = openSync(this.path, 'r');
    try {
      const lost = scanSegment(fd, this.bytes).records.filter(({ done, offset }) => !done && !this.taken.has(offset));
      return lost.map(({ offset, metaBytes, flows }) => {
        const meta = Buffer.alloc(metaBytes);
        readSync(fd, meta, 0, metaBytes, offset + HEADER_BYTES);
        return { meta, flows };
      });
    } finally {
      closeSync(fd);
    }
  }

  /** How many records and flows wait and are not on their way. */
  get left(): { records: number; flows: number } {
    const onTheirWay = [...this.taken.values()].reduce((sum, flows) => sum + flows, 0);
    return { records: this.records - this.taken.size, flows: this.flows - onTheirWay };
  }

  /** Deletes the file. What was taken can still be read and settled. */
  remove(): void {
    rmSync(this.path, { force: true });
  }

  /** Closes the file; it can be opened again for reading. */
  async close(): Promise<void> {
    const { handle } = this;
    this.handle = undefined;
    this.writing = false;
    await handle?.close();
  }

  /** True where none of its records is on its way. */
  get idle(): boolean {
    return this.taken.size === 0;
  }

  private get open(): FileHandle {
    if (this.handle === undefined) {
      throw new Error(`${this.path} is not open`);
    }
    return this.handle;
  }

  private count(records: readonly Found[]): void {
    const waiting = records.filter(({ done }) => !done);
    this.records = waiting.length;
    this.flows = waiting.reduce((sum, { flows }) => sum + flows, 0);
  }
}

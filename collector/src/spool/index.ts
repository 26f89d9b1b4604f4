import type { SpoolConfig } from './config';
import type { SpoolEvents } from './events';
import { encodeFrame, type SpoolRecord } from './frame';
import { claimFolder, listSegments, segmentPath, syncFolder } from './folder';
import { Reader } from './reader';
import type { Found } from './scan';
import { Segment, type Taken } from './segment';

export { spoolConfig, type SpoolConfig } from './config';
export type { SpoolEvents } from './events';
export type { SpoolRecord } from './frame';
export type { Taken } from './segment';

/** Figures of the spool. */
export interface SpoolStats {
  /** Bytes on disk. */
  readonly bytes: number;
  readonly segments: number;
  /** Records that wait or are on their way. */
  readonly records: number;
  readonly flows: number;
  /** Writes that failed. */
  readonly writeErrors: number;
}

interface Pending {
  readonly frame: Buffer;
  readonly record: SpoolRecord;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

/** After a write failed, the disk is left alone for so long. */
const PAUSE_MS = 1000;
/** What is written at once, at most, unless a segment is smaller or a single record larger. */
const WRITE_BYTES = 4 * 1024 * 1024;
/** Bytes of the records written last that are kept in memory. */
const KEPT_BYTES = 4 * 1024 * 1024;

/**
 * A queue on disk, bounded by bytes: records in, the same records out in their order, each until it is settled, also
 * after the process was killed at any moment. Where there is no room the oldest segment is deleted and told of.
 *
 * A record is taken again after a restart unless it was settled, so it may be delivered twice; what takes records must
 * not mind.
 */
export class Spool {
  private readonly segments: Segment[];
  private readonly reader: Reader;
  private pending: Pending[] = [];
  /** The records written last, the oldest first. */
  private readonly kept: Found[] = [];
  private keptBytes = 0;
  private writeLoop: Promise<void> | undefined;
  private current: Segment | undefined;
  private nextNumber: number;
  private pausedUntilMs = 0;
  private dirty = false;
  private writeErrors = 0;
  private readonly timer: NodeJS.Timeout | undefined;

  private constructor(
    private readonly folder: string,
    private readonly config: SpoolConfig,
    private readonly events: SpoolEvents,
    segments: Segment[]
  ) {
    this.segments = segments;
    this.nextNumber = (segments.at(-1)?.number ?? 0) + 1;
    this.reader = new Reader(this.segments, events, (segment) => this.tidy(segment));
    if (typeof config.fsync === 'number') {
      this.timer = setInterval(() => void this.sync(), config.fsync).unref();
    }
  }

  /**
   * Opens the spool of a folder, with what a former process left in it. A record that was not written to its end is
   * cut off; the others count.
   * @param folder where the segments are; made where missing.
   * @throws ConfigError with the remedy, where the folder cannot be used or another process uses it.
   */
  static open(folder: string, config: SpoolConfig, events: SpoolEvents): Spool {
    claimFolder(folder);
    const segments: Segment[] = [];
    for (const number of listSegments(folder)) {
      const segment = new Segment(number, segmentPath(folder, number));
      const { spoiltBytes, cutFlows } = segment.recover();
      if (spoiltBytes > 0) {
        const detail = `${segment.path}: ${spoiltBytes} bytes are no whole record and were cut; the others are used`;
        events.onSpoilt(1, cutFlows, detail);
      }
      segments.push(segment);
    }
    const spool = new Spool(folder, config, events, segments);
    for (const segment of [...segments]) {
      spool.tidy(segment);
    }
    return spool;
  }

  /**
   * Writes a record behind the others.
   * @returns once it can be taken again after a kill; with `fsync: always`, also after a loss of power.
   * @throws Error (by the promise) where it could not be written: the disk is full or broken, or the record is larger
   *   than the spool may be.
   */
  append(record: SpoolRecord): Promise<void> {
    return new Promise((resolve, reject) => {
      const frame = encodeFrame(record);
      if (frame.length > this.config.maxBytes) {
        reject(this.tooLarge(frame.length));
        return;
      }
      this.pending.push({ frame, record, resolve, reject });
      this.writeLoop ??= this.writeAll();
    });
  }

  /** The oldest record that was not taken yet; undefined where there is none now. */
  next(): Promise<Taken | undefined> {
    return this.reader.next();
  }

  /** A taken record is stored, or lost for good: it is never given out again. */
  settle({ segment, found }: Taken): void {
    try {
      segment.settle(found);
    } catch (error) {
      this.events.onNotice(`${segment.path}: cannot be marked, it will be sent again: ${(error as Error).message}`);
    }
    this.tidy(segment);
  }

  get stats(): SpoolStats {
    const sum = (of: (segment: Segment) => number) => this.segments.reduce((total, one) => total + of(one), 0);
    return {
      bytes: sum(({ bytes }) => bytes),
      segments: this.segments.length,
      records: sum(({ records }) => records),
      flows: sum(({ flows }) => flows),
      writeErrors: this.writeErrors,
    };
  }

  /** Writes what is left and closes the files; taken records that are not settled are there again at the next start. */
  async close(): Promise<void> {
    clearInterval(this.timer);
    await this.writeLoop;
    if (this.config.fsync !== 'never') {
      await this.sync();
    }
    this.current = undefined;
    for (const segment of [...this.segments]) {
      await this.shut(segment);
      if (segment.records === 0) {
        this.remove(segment);
      }
    }
  }

  private async writeAll(): Promise<void> {
    while (this.pending.length > 0) {
      const batch = this.takePending();
      try {
        if (Date.now() < this.pausedUntilMs) {
          throw new Error('it failed a moment ago');
        }
        await this.write(batch);
        batch.forEach(({ resolve }) => resolve());
      } catch (error) {
        await this.fail(error as Error);
        batch.forEach(({ reject }) => reject(error as Error));
      }
    }
    this.writeLoop = undefined;
  }

  private takePending(): Pending[] {
    // What is written at once is in one segment, and no room is made by deleting the segment that is written.
    const limit = Math.min(WRITE_BYTES, this.config.segmentBytes);
    let bytes = 0;
    let count = 0;
    for (const { frame } of this.pending) {
      bytes += frame.length;
      if (count > 0 && bytes > limit) {
        break;
      }
      count++;
    }
    return this.pending.splice(0, count);
  }

  private async write(batch: readonly Pending[]): Promise<void> {
    const frames = batch.length === 1 ? batch[0]!.frame : Buffer.concat(batch.map(({ frame }) => frame));
    if (this.current !== undefined && !this.fits(this.current, frames.length)) {
      await this.retire(this.current);
    }
    this.makeRoom(frames.length);
    const segment = this.current ?? (await this.begin());
    await segment.write(frames);
    this.dirty = true;
    if (this.config.fsync === 'always') {
      await this.sync(true);
    }
    this.publish(segment, batch);
  }

  private publish(segment: Segment, batch: readonly Pending[]): void {
    for (const { frame, record } of batch) {
      const found = {
        done: false,
        offset: segment.bytes,
        bytes: frame.length,
        metaBytes: record.meta.length,
        bodyBytes: record.body.length,
        flows: record.flows,
        checksum: frame.readUInt32BE(20),
        frame,
      };
      this.keep(found);
      segment.bytes += frame.length;
      segment.records++;
      segment.flows += record.flows;
      this.reader.added(segment, found);
    }
    this.events.onAvailable();
  }

  /** Where Loki keeps up, what was written is sent a moment later, from memory; of what waits longer little is kept. */
  private keep(found: Found): void {
    this.kept.push(found);
    this.keptBytes += found.bytes;
    while (this.keptBytes > KEPT_BYTES) {
      const oldest = this.kept.shift()!;
      this.keptBytes -= oldest.bytes;
      oldest.frame = undefined;
    }
  }

  private fits(segment: Segment, bytes: number): boolean {
    return segment.bytes === 0 || segment.bytes + bytes <= this.config.segmentBytes;
  }

  private async begin(): Promise<Segment> {
    // Those that could not be deleted before.
    for (const left of this.segments.filter(({ records }) => records === 0)) {
      this.tidy(left);
    }
    const segment = new Segment(this.nextNumber, segmentPath(this.folder, this.nextNumber));
    this.nextNumber++;
    await segment.create();
    this.segments.push(segment);
    this.current = segment;
    if (this.config.fsync !== 'never') {
      await syncFolder(this.folder);
    }
    return segment;
  }

  /** Nothing more goes into the current segment. */
  private async retire(segment: Segment): Promise<void> {
    if (this.config.fsync !== 'never' && this.dirty) {
      await segment.sync();
      this.dirty = false;
    }
    this.current = undefined;
    segment.writing = false;
    this.tidy(segment);
    if (!this.reader.reads(segment) && segment.idle) {
      await this.shut(segment);
    }
    this.events.onAvailable();
  }

  /**
   * Drops the oldest segments until so much fits.
   * @throws Error where one cannot be deleted: what is in it is sent all the same, and what comes waits elsewhere.
   */
  private makeRoom(bytes: number): void {
    let used = this.stats.bytes;
    for (const segment of this.segments.filter((one) => one !== this.current)) {
      if (used + bytes <= this.config.maxBytes) {
        return;
      }
      if (segment.records === 0 ? this.remove(segment) : this.drop(segment)) {
        used -= segment.bytes;
      } else if (segment.records > 0) {
        throw new Error(`it is full, and ${segment.path} cannot be deleted`);
      }
    }
    if (used + bytes > this.config.maxBytes) {
      throw new Error('it is full, and files of which nothing is needed any more cannot be deleted');
    }
  }

  /** @returns true where it is gone, and told of what was left in it; false where it cannot be deleted and is kept. */
  private drop(segment: Segment): boolean {
    let report: () => void;
    try {
      const lost = segment.unread();
      report = () => (lost.length > 0 ? this.events.onDropped(lost) : undefined);
    } catch (error) {
      const { records, flows } = segment.left;
      report = () => this.events.onSpoilt(records, flows, `${segment.path}: ${(error as Error).message}`);
    }
    if (!this.remove(segment)) {
      return false;
    }
    segment.dropped = true;
    this.reader.skip(segment);
    report();
    this.tidy(segment);
    return true;
  }

  /** Deletes a segment of which nothing is left, and closes one that is done with. */
  private tidy(segment: Segment): void {
    const empty = segment.records === 0 && segment !== this.current;
    if (empty && this.segments.includes(segment)) {
      this.remove(segment);
    }
    if ((empty || segment.dropped) && segment.idle && !this.reader.reads(segment)) {
      void this.shut(segment);
    }
  }

  /**
   * Deletes a segment of those there are. One that cannot be deleted still counts, as its bytes are on disk, and is tried
   * again later: what is done with is marked in it, and not sent again after a restart.
   */
  private remove(segment: Segment): boolean {
    try {
      segment.remove();
    } catch (error) {
      this.events.onNotice(`${segment.path} cannot be deleted: ${(error as Error).message}`);
      return false;
    }
    this.segments.splice(this.segments.indexOf(segment), 1);
    return true;
  }

  private async shut(segment: Segment): Promise<void> {
    try {
      await segment.close();
    } catch (error) {
      this.events.onNotice(`${segment.path} cannot be closed: ${(error as Error).message}`);
    }
  }

  /** Others can still be written, so the disk is not left alone for it. */
  private tooLarge(bytes: number): Error {
    this.writeErrors++;
    const message = `a push of ${bytes} bytes is larger than the whole spool may be; raise spool.maxBytes, or lower loki.batchBytes`;
    this.events.onNotice(`${message}. Until then such pushes wait in memory up to loki.queueBytes`);
    return new Error(message);
  }

  /** A segment that could not be written is not used further: what it holds stays, the beginning of more is cut. */
  private async fail(error: Error): Promise<void> {
    if (Date.now() < this.pausedUntilMs) {
      return;
    }
    this.writeErrors++;
    this.pausedUntilMs = Date.now() + PAUSE_MS;
    this.events.onNotice(
      `${this.folder} cannot be written, flows wait in memory up to loki.queueBytes: ${error.message}`
    );
    const segment = this.current;
    try {
      await segment?.cut();
    } catch {
      // Then the next start passes over those bytes.
    }
    this.current = undefined;
    if (segment !== undefined) {
      segment.writing = false;
      this.tidy(segment);
      this.events.onAvailable();
    }
  }

  private async sync(mustSucceed = false): Promise<void> {
    if (!this.dirty) {
      return;
    }
    this.dirty = false;
    try {
      await this.current?.sync();
    } catch (error) {
      this.dirty = true;
      if (mustSucceed) {
        throw error;
      }
      this.writeErrors++;
      this.events.onNotice(`${this.folder} cannot be brought to disk (fsync): ${(error as Error).message}`);
    }
  }
}

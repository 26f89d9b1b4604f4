import { counterOf, ENTRY_OVERHEAD, type Entry } from './batch';
import { ByteWriter, varintBytes, writeVarint } from './bytes';
import { PushBuffers } from './pushBuffers';
import { parted, shareBytes, writeShareHead, type StreamShare } from './shares';
import type { Stream } from './streams';

/** Bytes kept free before a line for what the encoding puts there, which is known once the line is. */
const HEADROOM = 32;
/** Tags of length-delimited fields 1 and 2, and of the numbers 1 and 2. */
const FIELD_1 = 0x0a;
const FIELD_2 = 0x12;
const NUMBER_1 = 0x08;
const NUMBER_2 = 0x10;
/** Among the numbers of exporters: an entry that counts nowhere. */
const NOWHERE = -1;

/** A batch as it goes to Loki, with what the push itself does not say. */
export interface SealedBatch {
  /** `logproto.PushRequest`, as `encodePush` writes it. */
  readonly push: Buffer;
  /** Size of the push. */
  readonly bytes: number;
  /** Flows by exporter, and lines of rollups under `ROLLUPS`. */
  readonly flows: ReadonlyMap<string, number>;
  /** The streams in the push's order. */
  readonly streams: readonly Stream[];
  /** How many entries each has. */
  readonly counts: readonly number[];
  /** The exporters that `by` names by number. */
  readonly exporters: readonly string[];
  /** The exporter of each entry, in the push's order; -1 where it counts nowhere. */
  readonly by: Int32Array;
  /** Gives the memory of `push` back: to be called once, when nobody reads it any more. */
  readonly release: () => void;
}

interface OpenStream {
  readonly stream: Stream;
  readonly labelBytes: number;
  /** Numbers of its entries, in the order of arrival. */
  readonly entries: number[];
  /** Bytes of its entries. */
  bytes: number;
}

/**
 * Gathers entries until there are enough for a push. Each is written as the bytes that will be sent, once, into memory
 * that is used again for the next batch.
 */
export class OpenBatch {
  private readonly arena = new ByteWriter(64 * 1024);
  private readonly buffers = new PushBuffers();
  private streams = new Map<string, OpenStream>();
  private exporters = new Map<string, number>();
  private lastExporter: string | undefined;
  private lastNumber = NOWHERE;
  private count = 0;
  private readonly starts: number[] = [];
  private readonly lengths: number[] = [];
  private readonly ms: number[] = [];
  private readonly subMs: number[] = [];
  private readonly by: number[] = [];
  private begun = 0;
  /** The stream of the line that was begun, where it was asked for: what it has in this batch. */
  private asked: Stream | undefined;
  private askedOpen: OpenStream | undefined;
  /** Size so far, uncompressed, at most. */
  bytes = 0;

  /** Where the next line is to be written, which {@link OpenBatch.commit} then adds. */
  begin(): ByteWriter {
    const { arena } = this;
    arena.at = this.begun;
    arena.reserve(HEADROOM);
    arena.at += HEADROOM;
    return arena;
  }

  /** Where the line that was begun starts. */
  get lineStart(): number {
    return this.begun + HEADROOM;
  }

  /** Bytes that the line that was begun takes in a push, at most. */
  get lineBytes(): number {
    return this.arena.at - this.lineStart + ENTRY_OVERHEAD;
  }

  /** What `bytes` would grow by with the line that was begun. */
  cost(stream: Stream): number {
    const isOpen = this.openOf(stream) !== undefined;
    return this.lineBytes + (isOpen ? 0 : Buffer.byteLength(stream.labels) + ENTRY_OVERHEAD);
  }

  /**
   * Adds the line that was begun.
   * @param counter under what it counts: its exporter, or `ROLLUPS`; undefined for nowhere.
   */
  commit(stream: Stream, ms: number, subMs: number, counter: string | undefined): void {
    let open = this.openOf(stream);
    this.bytes += this.lineBytes;
    if (open === undefined) {
      open = { stream, labelBytes: Buffer.byteLength(stream.labels), entries: [], bytes: 0 };
      this.streams.set(stream.labels, open);
      this.askedOpen = open;
      this.bytes += open.labelBytes + ENTRY_OVERHEAD;
    }
    const entry = this.count++;
    const { arena } = this;
    const start = this.writeHeader(ms, subMs, arena.at - this.lineStart);
    open.entries.push(entry);
    open.bytes += arena.at - start;
    this.starts[entry] = start;
    this.lengths[entry] = arena.at - start;
    this.ms[entry] = ms;
    this.subMs[entry] = subMs;
    this.by[entry] = this.numberOf(counter);
    this.begun = arena.at;
  }

  /** Adds an entry. */
  add(stream: Stream, entry: Entry): void {
    this.begin().text(entry.line);
    this.commit(stream, entry.ms, entry.subMs, counterOf(entry));
  }

  /**
   * Closes the batch and starts an empty one; a line that was begun and not added stays the one that was begun.
   * @param limit bytes that a push may have: where more has gathered, the streams are parted among several.
   * @returns what is to be pushed, in this order; nothing where nothing was added.
   */
  seal(limit = Infinity): SealedBatch[] {
    const streams = [...this.streams.values()];
    streams.forEach(({ entries }) => this.order(entries));
    const exporters = [...this.exporters.keys()];
    const pushes = parted(streams, limit, (entry) => this.lengths[entry]!);
    const sealed = pushes.map((shares) => this.write(shares, exporters));
    this.reset();
    return sealed;
  }

  private write(shares: readonly StreamShare[], exporters: readonly string[]): SealedBatch {
    const push = this.buffers.take(shares.reduce((sum, share) => sum + shareBytes(share), 0));
    const by = new Int32Array(shares.reduce((sum, { entries }) => sum + entries.length, 0));
    const flows = new Map<string, number>();
    let at = 0;
    let place = 0;
    for (const share of shares) {
      at = writeShareHead(push, at, share);
      at += push.write(share.stream.labels, at);
      for (const entry of share.entries) {
        const start = this.starts[entry]!;
        const bytes = this.lengths[entry]!;
        this.arena.bytes.copy(push, at, start, start + bytes);
        at += bytes;
        by[place++] = this.by[entry]!;
      }
    }
    const counts = new Float64Array(exporters.length);
    for (const exporter of by) {
      if (exporter !== NOWHERE) {
        counts[exporter]!++;
      }
    }
    exporters.forEach((exporter, number) => counts[number]! > 0 && flows.set(exporter, counts[number]!));
    return {
      push,
      bytes: push.length,
      flows,
      streams: shares.map(({ stream }) => stream),
      counts: shares.map(({ entries }) => entries.length),
      exporters,
      by,
      release: () => this.buffers.give(push),
    };
  }

  /** Found once for a line, though it is asked for twice. */
  private openOf(stream: Stream): OpenStream | undefined {
    if (this.asked !== stream) {
      this.asked = stream;
      this.askedOpen = this.streams.get(stream.labels);
    }
    return this.askedOpen;
  }

  private reset(): void {
    const { arena, begun } = this;
    const unfinished = Math.max(0, arena.at - begun);
    arena.bytes.copyWithin(0, begun, begun + unfinished);
    arena.at = unfinished;
    this.begun = 0;
    this.streams = new Map();
    this.asked = undefined;
    this.exporters = new Map();
    this.lastExporter = undefined;
    this.lastNumber = NOWHERE;
    this.count = 0;
    this.bytes = 0;
  }

  /** Writes what stands before a line, right before it. @returns where that starts. */
  private writeHeader(ms: number, subMs: number, lineBytes: number): number {
    const { bytes } = this.arena;
    const seconds = Math.floor(ms / 1000);
    const nanos = (ms - seconds * 1000) * 1_000_000 + subMs;
    const time = 2 + varintBytes(seconds) + varintBytes(nanos);
    const entry = 2 + time + 1 + varintBytes(lineBytes) + lineBytes;
    const start = this.lineStart - (entry - lineBytes) - 1 - varintBytes(entry);
    let at = start;
    bytes[at++] = FIELD_2;
    at = writeVarint(bytes, at, entry);
    bytes[at++] = FIELD_1;
    bytes[at++] = time;
    bytes[at++] = NUMBER_1;
    at = writeVarint(bytes, at, seconds);
    bytes[at++] = NUMBER_2;
    at = writeVarint(bytes, at, nanos);
    bytes[at++] = FIELD_2;
    writeVarint(bytes, at, lineBytes);
    return start;
  }

  private numberOf(counter: string | undefined): number {
    if (counter === undefined) {
      return NOWHERE;
    }
    if (counter !== this.lastExporter) {
      let number = this.exporters.get(counter);
      if (number === undefined) {
        number = this.exporters.size;
        this.exporters.set(counter, number);
      }
      this.lastExporter = counter;
      this.lastNumber = number;
    }
    return this.lastNumber;
  }

  /** By time; they mostly come so, and then nothing is to be done. */
  private order(entries: number[]): void {
    const { ms, subMs } = this;
    const compare = (a: number, b: number) => ms[a]! - ms[b]! || subMs[a]! - subMs[b]!;
    for (let i = 1; i < entries.length; i++) {
      if (compare(entries[i - 1]!, entries[i]!) > 0) {
        entries.sort(compare);
        return;
      }
    }
  }
}

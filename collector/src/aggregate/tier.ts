import { TIER_MS, type FlowRecord, type TierName } from '@netobserv-flows/schema';
import { Bucket, type KeySums } from './bucket';
import { keyText, type LevelKeys } from './key';

/**
 * Buckets open at once in one tier of a level. Times come from the network: an exporter that names another hour with
 * each flow may cost lines, but not memory.
 */
const MAX_OPEN = 48;

/** A bucket that is over, with what was summed up in it. */
export interface Closed {
  readonly startMs: number;
  readonly sums: readonly KeySums[];
  readonly foldedKeys: number;
}

interface Open {
  readonly startMs: number;
  readonly bucket: Bucket;
  /** When it is to be written. */
  dueMs: number;
}

/** The open buckets of one tier of one level. */
export class Tier {
  readonly #open = new Map<number, Open>();
  readonly #lengthMs: number;
  readonly #latenessMs: number;
  readonly #maxKeys: number;
  readonly #onClosed: (closed: Closed) => void;
  #last: Open | undefined;

  constructor(
    readonly keys: LevelKeys,
    readonly name: TierName,
    limits: { readonly latenessMs: number; readonly maxKeys: number },
    onClosed: (closed: Closed) => void
  ) {
    this.#lengthMs = TIER_MS[name];
    this.#latenessMs = limits.latenessMs;
    this.#maxKeys = limits.maxKeys;
    this.#onClosed = onClosed;
  }

  /** Keys held in all open buckets. */
  get size(): number {
    return [...this.#open.values()].reduce((sum, { bucket }) => sum + bucket.size, 0);
  }

  /** Adds a flow, of which `key` is the number in this level. */
  addFlow(record: FlowRecord, key: number, nowMs: number): void {
    const bucket = this.#bucketOf(record.TimeFlowEndMs, nowMs);
    const sums = bucket.sumsOf(key);
    if (sums === undefined) {
      const { Bytes: bytes, Packets: packets } = record;
      bucket.put(key, { values: this.keys.of(record), folded: 0, bytes, packets, flows: 1 });
    } else {
      sums.bytes += record.Bytes;
      sums.packets += record.Packets;
      sums.flows++;
    }
  }

  /** Adds sums of another tier to the bucket that a time belongs to. */
  addSums(timeMs: number, { values, folded, bytes, packets, flows }: Readonly<KeySums>, nowMs: number): void {
    const bucket = this.#bucketOf(timeMs, nowMs);
    const key = keyText(values, folded);
    const sums = bucket.sumsOf(key);
    if (sums === undefined) {
      bucket.put(key, { values, folded, bytes, packets, flows });
    } else {
      sums.bytes += bytes;
      sums.packets += packets;
      sums.flows += flows;
    }
  }

  /** The buckets that are open. */
  opened(): Array<{ startMs: number; dueMs: number; sums: readonly KeySums[] }> {
    return [...this.#open.values()].map(({ startMs, dueMs, bucket }) => ({ startMs, dueMs, sums: bucket.all() }));
  }

  /** Closes the buckets that are due; all where no time is given. */
  close(nowMs?: number): void {
    for (const open of this.#open.values()) {
      if (nowMs === undefined || open.dueMs <= nowMs) {
        this.#closeOne(open);
      }
    }
  }

  #bucketOf(timeMs: number, nowMs: number): Bucket {
    const startMs = Math.floor(timeMs / this.#lengthMs) * this.#lengthMs;
    if (this.#last?.startMs !== startMs) {
      this.#last = this.#bucketAt(startMs, nowMs);
    }
    return this.#last.bucket;
  }

  #bucketAt(startMs: number, nowMs: number): Open {
    const known = this.#open.get(startMs);
    if (known !== undefined) {
      return known;
    }
    if (this.#open.size >= MAX_OPEN) {
      this.#closeOne(this.#open.values().next().value!);
    }
    const dueMs = Math.max(startMs + this.#lengthMs, nowMs) + this.#latenessMs;
    const open = { startMs, bucket: new Bucket(this.keys, this.#maxKeys), dueMs };
    this.#open.set(startMs, open);
    return open;
  }

  #closeOne(open: Open): void {
    this.#open.delete(open.startMs);
    if (this.#last === open) {
      this.#last = undefined;
    }
    const sums = open.bucket.drain();
    this.#onClosed({ startMs: open.startMs, sums, foldedKeys: open.bucket.foldedKeys });
  }
}

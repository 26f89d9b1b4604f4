import { TIER_MS, type FlowRecord, type TierName } from '@netobserv-flows/schema';
import { Bucket, type KeySums } from './bucket';
import type { LevelKeys } from './key';

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
  readonly #clock: () => number;
  readonly #onClosed: (closed: Closed) => void;
  #last: Open | undefined;

  constructor(
    readonly keys: LevelKeys,
    readonly name: TierName,
    limits: { readonly latenessMs: number; readonly maxKeys: number; readonly clock: () => number },
    onClosed: (closed: Closed) => void
  ) {
    this.#lengthMs = TIER_MS[name];
    this.#latenessMs = limits.latenessMs;
    this.#maxKeys = limits.maxKeys;
    this.#clock = limits.clock;
    this.#onClosed = onClosed;
  }

  /** Keys held in all open buckets. */
  get size(): number {
    return [...this.#open.values()].reduce((sum, { bucket }) => sum + bucket.size, 0);
  }

  /** Adds a flow, for whose key in this level `a` and `b` stand. */
  addFlow(record: FlowRecord, a: number, b: number): void {
    const { TimeFlowEndMs: timeMs, Bytes: bytes, Packets: packets } = record;
    const bucket = this.#bucketOf(timeMs);
    if (!bucket.addFlow(a, b, bytes, packets)) {
      bucket.put([a, b], { values: this.keys.of(record), folded: 0, bytes, packets, flows: 1 });
    }
  }

  /** Adds sums of another tier to the bucket that a time belongs to. */
  addSums(timeMs: number, sums: KeySums): void {
    this.#bucketOf(timeMs).addSums(sums);
  }

  /** The buckets that are open. */
  opened(): Array<{ startMs: number; sums: readonly KeySums[] }> {
    return [...this.#open.values()].map(({ startMs, bucket }) => ({ startMs, sums: bucket.all() }));
  }

  /** Closes the buckets that are due; all where no time is given. */
  close(nowMs?: number): void {
    for (const open of this.#open.values()) {
      if (nowMs === undefined || open.dueMs <= nowMs) {
        this.#closeOne(open);
      }
    }
  }

  #bucketOf(timeMs: number): Bucket {
    const last = this.#last;
    if (last !== undefined && timeMs >= last.startMs && timeMs < last.startMs + this.#lengthMs) {
      return last.bucket;
    }
    this.#last = this.#bucketAt(Math.floor(timeMs / this.#lengthMs) * this.#lengthMs);
    return this.#last.bucket;
  }

  #bucketAt(startMs: number): Open {
    const known = this.#open.get(startMs);
    if (known !== undefined) {
      return known;
    }
    if (this.#open.size >= MAX_OPEN) {
      this.#closeOne(this.#open.values().next().value!);
    }
    const dueMs = Math.max(startMs + this.#lengthMs, this.#clock()) + this.#latenessMs;
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

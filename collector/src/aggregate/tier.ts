import { TIER_MS, type TierName } from '@netobserv-flows/schema';
import { Bucket, type KeySums } from './bucket';
import type { Folded, KeyValue, LevelKeys } from './key';

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

  /** Adds sums to the bucket that a time belongs to. */
  add(timeMs: number, values: readonly KeyValue[], folded: Folded, sums: Volume, nowMs: number): void {
    const startMs = Math.floor(timeMs / this.#lengthMs) * this.#lengthMs;
    const open = this.#last?.startMs === startMs ? this.#last : this.#bucketAt(startMs, nowMs);
    this.#last = open;
    open.bucket.add(values, folded, sums.bytes, sums.packets, sums.flows);
  }

  /** Closes the buckets that are due; all where no time is given. */
  close(nowMs?: number): void {
    for (const open of this.#open.values()) {
      if (nowMs === undefined || open.dueMs <= nowMs) {
        this.#closeOne(open);
      }
    }
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

/** What is summed up. */
export interface Volume {
  readonly bytes: number;
  readonly packets: number;
  readonly flows: number;
}

import { TIER_MS, type FlowRecord, type TierName } from '@netobserv-flows/schema';
import { Bucket, type KeySums } from './bucket';
import type { LevelKeys } from './key';

/**
 * Buckets open at once in one tier of a level: those of ten minutes of all the time that is summed up. Times come from
 * the network: an exporter that names another one with each flow may cost neither memory nor a line for each flow.
 */
const MAX_OPEN = 1_024;

/** Keys in all open buckets of a tier, in multiples of what one may have. */
const MAX_KEYS_HELD = 16;

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
  #size = 0;

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
    return this.#size;
  }

  /** Adds a flow, for whose key in this level `a` and `b` stand. */
  addFlow(record: FlowRecord, a: number, b: number): void {
    const { TimeFlowEndMs: timeMs, Bytes: bytes, Packets: packets } = record;
    const open = this.#openOf(timeMs);
    if (!open.bucket.addFlow(a, b, bytes, packets)) {
      const before = open.bucket.size;
      open.bucket.put([a, b], { values: this.keys.of(record), folded: 0, bytes, packets, flows: 1 });
      this.#grew(open, before);
    }
  }

  /** Adds sums of another tier to the bucket that a time belongs to. */
  addSums(timeMs: number, sums: KeySums): void {
    const open = this.#openOf(timeMs);
    const before = open.bucket.size;
    open.bucket.addSums(sums);
    this.#grew(open, before);
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

  #openOf(timeMs: number): Open {
    const last = this.#last;
    if (last !== undefined && timeMs >= last.startMs && timeMs < last.startMs + this.#lengthMs) {
      return last;
    }
    this.#last = this.#openAt(Math.floor(timeMs / this.#lengthMs) * this.#lengthMs);
    return this.#last;
  }

  #openAt(startMs: number): Open {
    const known = this.#open.get(startMs);
    if (known !== undefined) {
      return known;
    }
    if (this.#open.size >= MAX_OPEN) {
      this.#closeOne(this.#smallest());
    }
    const dueMs = Math.max(startMs + this.#lengthMs, this.#clock()) + this.#latenessMs;
    const open = { startMs, bucket: new Bucket(this.keys, this.#maxKeys), dueMs };
    this.#open.set(startMs, open);
    return open;
  }

  /** The bucket that costs the fewest lines if it is closed early: not that of the present, which has all the keys. */
  #smallest(): Open {
    let smallest: Open | undefined;
    for (const open of this.#open.values()) {
      if (smallest === undefined || open.bucket.size < smallest.bucket.size) {
        smallest = open;
      }
    }
    return smallest!;
  }

  /** Where there are too many keys, those go that were opened first: no more lines than keys came. */
  #grew(grown: Open, before: number): void {
    this.#size += grown.bucket.size - before;
    for (const open of this.#open.values()) {
      if (this.#size <= MAX_KEYS_HELD * this.#maxKeys) {
        return;
      }
      if (open !== grown) {
        this.#closeOne(open);
      }
    }
  }

  #closeOne(open: Open): void {
    this.#open.delete(open.startMs);
    this.#size -= open.bucket.size;
    if (this.#last === open) {
      this.#last = undefined;
    }
    const sums = open.bucket.drain();
    this.#onClosed({ startMs: open.startMs, sums, foldedKeys: open.bucket.foldedKeys });
  }
}

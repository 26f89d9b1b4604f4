import { keyText, type Folded, type KeyValue, type LevelKeys } from './key';

/** What is summed up under one key. */
export interface KeySums {
  readonly values: readonly KeyValue[];
  readonly folded: Folded;
  bytes: number;
  packets: number;
  flows: number;
}

/**
 * The sums of one level over one bucket of time. Bounded: of more than twice `maxKeys` keys the smallest are folded
 * together, first losing their details, then everything that names them. Totals stay what they are.
 */
export class Bucket {
  readonly #sums = new Map<number | string, KeySums>();
  readonly #keys: LevelKeys;
  readonly #maxKeys: number;
  /** Keys that were folded into others so far. */
  foldedKeys = 0;

  constructor(keys: LevelKeys, maxKeys: number) {
    this.#keys = keys;
    this.#maxKeys = maxKeys;
  }

  /** Number of keys held. */
  get size(): number {
    return this.#sums.size;
  }

  /**
   * The sums of a key, to be added to at once; undefined for a key that is new.
   * @param key a number that stands for the key, or its text; always the same of the two for one bucket.
   */
  sumsOf(key: number | string): KeySums | undefined {
    return this.#sums.get(key);
  }

  /** Makes the sums of a new key. */
  put(key: number | string, sums: KeySums): void {
    this.#sums.set(key, sums);
    if (this.#sums.size > 2 * this.#maxKeys) {
      this.#shrink();
    }
  }

  /** All sums, as they are. */
  all(): KeySums[] {
    return [...this.#sums.values()];
  }

  /** All sums, folded to `maxKeys`. */
  drain(): KeySums[] {
    this.#shrink();
    return [...this.#sums.values()];
  }

  #shrink(): void {
    if (this.#keys.hasDetail) {
      this.#fold(1);
    }
    this.#fold(2);
  }

  /** Folds the smallest keys that are folded less, so many that `maxKeys` are left where that can be done. */
  #fold(to: Folded): void {
    const excess = this.#sums.size - this.#maxKeys;
    if (excess <= 0) {
      return;
    }
    const smallest = [...this.#sums.entries()]
      .filter(([, { folded }]) => folded < to)
      .sort(([, a], [, b]) => a.bytes - b.bytes)
      .slice(0, excess + 1);
    for (const [key] of smallest) {
      this.#sums.delete(key);
    }
    this.foldedKeys += smallest.length;
    for (const [, { values, bytes, packets, flows }] of smallest) {
      const rest = this.#keys.fold(values, to);
      const key = keyText(rest, to);
      const known = this.#sums.get(key);
      if (known === undefined) {
        this.#sums.set(key, { values: rest, folded: to, bytes, packets, flows });
      } else {
        known.bytes += bytes;
        known.packets += packets;
        known.flows += flows;
      }
    }
  }
}

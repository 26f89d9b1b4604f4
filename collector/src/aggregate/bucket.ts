import { keyText, type Folded, type KeyValue, type LevelKeys } from './key';
import { PairTable } from './pairTable';

/** What is summed up under one key. */
export interface KeySums {
  readonly values: readonly KeyValue[];
  readonly folded: Folded;
  readonly bytes: number;
  readonly packets: number;
  readonly flows: number;
}

/** What stands for a key: two numbers of 32 bits, or its text. One bucket may hold a key by both. */
type KeyName = readonly [a: number, b: number] | string;

/** Numbers of a key's sums. */
const SUMS = 3;
const FIRST_ROOM = 64;

/**
 * The sums of one level over one bucket of time. Bounded: of more than twice `maxKeys` keys the smallest are folded
 * together, first losing their details, then everything that names them. Totals stay what they are.
 *
 * The sums lie in one piece of memory, found by numbers: adding a flow to a key that is known touches two places in
 * memory and makes nothing.
 */
export class Bucket {
  readonly #keys: LevelKeys;
  readonly #maxKeys: number;
  readonly #byNumbers = new PairTable();
  readonly #byText = new Map<string, number>();
  /** By the place of a key, in the order in which keys came. */
  #names: KeyName[] = [];
  #values: Array<readonly KeyValue[]> = [];
  #folded: Folded[] = [];
  #sums = new Float64Array(SUMS * FIRST_ROOM);
  /** Keys that were folded into others so far. */
  foldedKeys = 0;

  constructor(keys: LevelKeys, maxKeys: number) {
    this.#keys = keys;
    this.#maxKeys = maxKeys;
  }

  /** Number of keys held. */
  get size(): number {
    return this.#names.length;
  }

  /**
   * Adds a flow to the sums of a key.
   * @param a first of the numbers that stand for the key.
   * @returns false where the key is new, and nothing was added.
   */
  addFlow(a: number, b: number, bytes: number, packets: number): boolean {
    const place = this.#byNumbers.get(a, b);
    if (place < 0) {
      return false;
    }
    this.#add(place, bytes, packets, 1);
    return true;
  }

  /** Adds sums to those of a key, or makes it. */
  addSums(sums: KeySums): void {
    this.#merge(sums);
    this.#bound();
  }

  /** Makes the sums of a new key. */
  put(name: KeyName, sums: KeySums): void {
    this.#append(name, sums);
    this.#bound();
  }

  /** All sums, as they are. */
  all(): KeySums[] {
    return this.#names.map((_, place) => this.#at(place));
  }

  /** All sums, folded to `maxKeys`. */
  drain(): KeySums[] {
    this.#shrink();
    return this.all();
  }

  #at(place: number): KeySums {
    const at = SUMS * place;
    const [bytes, packets, flows] = [this.#sums[at]!, this.#sums[at + 1]!, this.#sums[at + 2]!];
    return { values: this.#values[place]!, folded: this.#folded[place]!, bytes, packets, flows };
  }

  #add(place: number, bytes: number, packets: number, flows: number): void {
    const sums = this.#sums;
    const at = SUMS * place;
    sums[at]! += bytes;
    sums[at + 1]! += packets;
    sums[at + 2]! += flows;
  }

  #append(name: KeyName, { values, folded, bytes, packets, flows }: KeySums): void {
    const place = this.#names.length;
    if (SUMS * (place + 1) > this.#sums.length) {
      const larger = new Float64Array(2 * this.#sums.length);
      larger.set(this.#sums);
      this.#sums = larger;
    }
    if (typeof name === 'string') {
      this.#byText.set(name, place);
    } else {
      this.#byNumbers.add(name[0], name[1], place);
    }
    this.#names.push(name);
    this.#values.push(values);
    this.#folded.push(folded);
    this.#sums.set([bytes, packets, flows], SUMS * place);
  }

  #merge(sums: KeySums): void {
    const text = keyText(sums.values, sums.folded);
    const place = this.#byText.get(text);
    if (place === undefined) {
      this.#append(text, sums);
    } else {
      this.#add(place, sums.bytes, sums.packets, sums.flows);
    }
  }

  #bound(): void {
    if (this.size > 2 * this.#maxKeys) {
      this.#shrink();
    }
  }

  #shrink(): void {
    if (this.#keys.hasDetail) {
      this.#fold(1);
    }
    this.#fold(2);
  }

  /** Folds the smallest keys that are folded less, so many that `maxKeys` are left where that can be done. */
  #fold(to: Folded): void {
    const excess = this.size - this.#maxKeys;
    if (excess <= 0) {
      return;
    }
    const smallest = this.all()
      .map((sums, place) => ({ sums, place }))
      .filter(({ sums }) => sums.folded < to)
      .sort((a, b) => a.sums.bytes - b.sums.bytes)
      .slice(0, excess + 1);
    this.foldedKeys += smallest.length;
    this.#remove(new Set(smallest.map(({ place }) => place)));
    for (const { sums } of smallest) {
      this.#merge({ ...sums, values: this.#keys.fold(sums.values, to), folded: to });
    }
  }

  /** The others keep their order. */
  #remove(places: ReadonlySet<number>): void {
    const [names, all] = [this.#names, this.all()];
    this.#byNumbers.clear();
    this.#byText.clear();
    this.#names = [];
    this.#values = [];
    this.#folded = [];
    all.forEach((sums, place) => {
      if (!places.has(place)) {
        this.#append(names[place]!, sums);
      }
    });
  }
}

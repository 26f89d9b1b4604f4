import { isServicePort, type FlowRecord } from '@netobserv-flows/schema';
import type { FlowEnd } from '../ends';
import { keyText, type KeyPart, type KeyValue, type LevelKeys } from './key';
import { PairTable } from './pairTable';

/**
 * Bits of the numbers that stand for an end and for what both ends share. Two ends and what they share are 52 bits,
 * which two numbers of 32 bits hold.
 */
const END_BITS = 18;
const COMMON_BITS = 16;
/** Bits of what both share that go with the source, and with the destination. */
const UPPER_BITS = 2;
const LOWER_BITS = COMMON_BITS - UPPER_BITS;
const LOWER_MASK = 2 ** LOWER_BITS - 1;
const MAX_ENDS = 2 ** END_BITS;
const MAX_COMMON = 2 ** COMMON_BITS;

const PORTS = 65_536;
/** Whether a port is kept, as a table: it is asked twice for each flow. */
const IS_SERVICE_PORT = Uint8Array.from({ length: PORTS }, (_, port) => Number(isServicePort(port)));
type ByText<T> = Map<string | undefined, T>;
/** By sampling, protocol, layer and application. */
type Rest = Map<number, Map<number | undefined, ByText<ByText<number>>>>;

/** Two numbers for each level, which stand for a flow's key in it: `a` of the level `i` is at `2 * i`. */
export type KeyNumbers = Int32Array;

/** Interners made so far: no two are of one generation. */
let generations = 0;

/**
 * Gives the keys of flows as numbers: of each end the stage keeps its numbers, so that no text is made of a flow.
 * Numbers mean the same until {@link Interner.full}.
 */
export class Interner {
  readonly #levels: readonly LevelKeys[];
  readonly #ids: ReadonlyArray<Record<KeyPart, Map<string, number>>>;
  /** The numbers of ends, by their own number; those are in it that keep this generation. */
  #ends = new Int32Array(0);
  readonly #generation = ++generations;
  /** What both ends share: by ports, and by the number of the rest. */
  readonly #common = new PairTable();
  readonly #commonIds: Int32Array[] = [];
  readonly #rest: Rest = new Map();
  #rests = 0;
  /** Most numbers that any level has given to ends of one side. */
  #most = 0;

  /** @param levels the levels whose keys are wanted, in the order of {@link Interner.keysOf}'s answer. */
  constructor(levels: readonly LevelKeys[]) {
    this.#levels = levels;
    this.#ids = levels.map(() => ({ Src: new Map(), Dst: new Map(), common: new Map() }));
  }

  /** True when there is no room for what may come next: the numbers must be forgotten, and a new one made. */
  get full(): boolean {
    return this.#most >= MAX_ENDS - 2 || this.#common.size >= MAX_COMMON - 1;
  }

  /** The numbers that stand for a flow's key, for each level; into `keys`, so that nothing is made per flow. */
  keysOf(record: FlowRecord, source: FlowEnd, destination: FlowEnd, keys: KeyNumbers): void {
    if (source.keysGeneration !== this.#generation) {
      this.#add(source, record);
    }
    if (destination.keysGeneration !== this.#generation) {
      this.#add(destination, record);
    }
    const common = this.#shared(record);
    const ends = this.#ends;
    const from = source.number * common.length;
    const to = destination.number * common.length;
    for (let level = 0; level < common.length; level++) {
      const both = common[level]!;
      keys[2 * level] = (ends[from + level]! << UPPER_BITS) | (both >>> LOWER_BITS);
      keys[2 * level + 1] = (ends[to + level]! << LOWER_BITS) | (both & LOWER_MASK);
    }
  }

  #add(end: FlowEnd, record: FlowRecord): void {
    const numbers = this.#numbers(end.side, record);
    const at = end.number * numbers.length;
    if (at + numbers.length > this.#ends.length) {
      const larger = new Int32Array(2 * (at + numbers.length));
      larger.set(this.#ends);
      this.#ends = larger;
    }
    this.#ends.set(numbers, at);
    end.keysGeneration = this.#generation;
    for (const ids of this.#ids) {
      this.#most = Math.max(this.#most, ids[end.side].size);
    }
  }

  #shared(record: FlowRecord): Int32Array {
    const { SrcPort, DstPort } = record;
    // Port 0 is no service port, so that it can stand for none.
    const from = SrcPort !== undefined && IS_SERVICE_PORT[SrcPort] === 1 ? SrcPort : 0;
    const to = DstPort !== undefined && IS_SERVICE_PORT[DstPort] === 1 ? DstPort : 0;
    const ports = (from << 16) | to;
    const rest = this.#restOf(record);
    const place = this.#common.get(ports, rest);
    if (place >= 0) {
      return this.#commonIds[place]!;
    }
    const numbers = this.#numbers('common', record);
    this.#common.add(ports, rest, this.#commonIds.length);
    this.#commonIds.push(numbers);
    return numbers;
  }

  /** The number of what keys tell of a flow as a whole, ports left out. */
  #restOf({ Sampling, Proto, K8S_FlowLayer, Application }: FlowRecord): number {
    const known = this.#rest.get(Sampling)?.get(Proto)?.get(K8S_FlowLayer)?.get(Application);
    if (known !== undefined) {
      return known;
    }
    const byProtocol = within(this.#rest, Sampling);
    const byLayer = within(byProtocol, Proto);
    within(byLayer, K8S_FlowLayer).set(Application, this.#rests);
    return this.#rests++;
  }

  #numbers(part: KeyPart, record: FlowRecord): Int32Array {
    return Int32Array.from(this.#levels, (keys, level) => idOf(this.#ids[level]![part], keys.partOf(record, part)));
  }
}

/** The map that a map has under a key, made where it has none. */
function within<K, L, V>(map: Map<K, Map<L, V>>, key: K): Map<L, V> {
  let found = map.get(key);
  if (found === undefined) {
    found = new Map();
    map.set(key, found);
  }
  return found;
}

function idOf(ids: Map<string, number>, values: readonly KeyValue[]): number {
  const text = keyText(values, 0);
  const known = ids.get(text);
  if (known !== undefined) {
    return known;
  }
  ids.set(text, ids.size);
  return ids.size - 1;
}

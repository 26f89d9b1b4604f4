/** Who held a key, and when. */
export interface Claim<K, V> {
  readonly key: K;
  readonly value: V;
  /** Milliseconds since the epoch; -Infinity where it held it ever since we know. */
  readonly fromMs: number;
  /** First millisecond at which it no longer held it; Infinity while it does. */
  untilMs: number;
  /** The next claim on the same key. */
  next: Claim<K, V> | undefined;
}

/** How long a former holder is remembered: flows arrive after their end, by the exporter's timeouts and queues. */
export const HISTORY_MS = 15 * 60_000;
/** How many former holders are remembered at most. */
export const MAX_FORMER = 100_000;
/** How far the clocks of exporters, nodes and the API server may differ before a gap counts as a gap. */
export const CLOCK_SKEW_MS = 10_000;

/**
 * A map that remembers who held a key when. Present holders stay for as long as they hold; former ones for 15
 * minutes, and no more than 100,000 of them, the longest gone forgotten first.
 */
export class TimedMap<K, V> {
  readonly #claims = new Map<K, Claim<K, V>>();
  readonly #held = new Map<string, Array<Claim<K, V>>>();
  readonly #same: (a: V, b: V) => boolean;
  readonly #onChange: (key: K) => void;
  /** Former claims, in the order in which they ended; those before `#oldest` are forgotten. */
  #former: Array<Claim<K, V>> = [];
  #oldest = 0;

  /**
   * @param same whether two values are one and the same claim, so that an update leaves it as it is.
   * @param onChange told of each key whose claims have changed.
   */
  constructor(same: (a: V, b: V) => boolean = Object.is, onChange: (key: K) => void = () => undefined) {
    this.#same = same;
    this.#onChange = onChange;
  }

  /** Number of keys with a present or remembered holder. */
  get size(): number {
    return this.#claims.size;
  }

  /** Number of former claims that are remembered. */
  get formerCount(): number {
    return this.#former.length - this.#oldest;
  }

  /** The claims on a key, present and former, in no particular order, linked by `next`. */
  claims(key: K): Claim<K, V> | undefined {
    return this.#claims.get(key);
  }

  /**
   * From when on the claims on a key are all held, and no time makes a difference between them: milliseconds since the
   * epoch, -Infinity where there are none, Infinity where that is never so.
   */
  steadySince(key: K): number {
    let sinceMs = -Infinity;
    for (let claim = this.#claims.get(key); claim !== undefined; claim = claim.next) {
      sinceMs = claim.untilMs === Infinity ? Math.max(sinceMs, claim.fromMs) : Infinity;
      if (sinceMs === Infinity) {
        break;
      }
    }
    return sinceMs;
  }

  /**
   * What a holder holds from now on. It lets go of what is not in the list. Others that hold the same key stay: two
   * objects may rightly share an address.
   * @param fromMs since when it holds what it holds first; what is added to that later, it holds since `nowMs`.
   */
  hold(holder: string, wanted: ReadonlyArray<readonly [key: K, value: V]>, fromMs: number, nowMs: number): void {
    const before = new Map<K, Array<Claim<K, V>>>();
    for (const claim of this.#held.get(holder) ?? []) {
      before.set(claim.key, [...(before.get(claim.key) ?? []), claim]);
    }
    const sinceMs = before.size === 0 ? fromMs : nowMs;
    const kept = new Set<Claim<K, V>>();
    for (const [key, value] of wanted) {
      const claim = before.get(key)?.find((one) => this.#same(one.value, value));
      kept.add(claim ?? this.#add(key, value, sinceMs));
    }
    for (const claim of [...before.values()].flat()) {
      if (!kept.has(claim)) {
        this.#end(claim, nowMs);
      }
    }
    if (kept.size > 0) {
      this.#held.set(holder, [...kept]);
    } else {
      this.#held.delete(holder);
    }
    this.forget(nowMs);
  }

  /** The holder lets go of all that it holds. */
  release(holder: string, untilMs: number): void {
    this.#held.get(holder)?.forEach((claim) => this.#end(claim, untilMs));
    this.#held.delete(holder);
  }

  /** Forgets who let go of a key longer than 15 minutes before `nowMs`. */
  forget(nowMs: number): void {
    while (this.#oldest < this.#former.length) {
      const claim = this.#former[this.#oldest]!;
      if (claim.untilMs > nowMs - HISTORY_MS && this.formerCount <= MAX_FORMER) {
        break;
      }
      this.#unlink(claim);
      this.#oldest++;
    }
    if (this.#oldest > 1_024 && this.#oldest * 2 > this.#former.length) {
      this.#former = this.#former.slice(this.#oldest);
      this.#oldest = 0;
    }
  }

  #add(key: K, value: V, fromMs: number): Claim<K, V> {
    const claim = { key, value, fromMs, untilMs: Infinity, next: this.#claims.get(key) };
    this.#claims.set(key, claim);
    this.#onChange(key);
    return claim;
  }

  #end(claim: Claim<K, V>, untilMs: number): void {
    claim.untilMs = untilMs;
    this.#former.push(claim);
    this.#onChange(claim.key);
  }

  #unlink(gone: Claim<K, V>): void {
    this.#onChange(gone.key);
    const first = this.#claims.get(gone.key);
    if (first !== gone) {
      let claim = first;
      while (claim !== undefined && claim.next !== gone) {
        claim = claim.next;
      }
      if (claim !== undefined) {
        claim.next = gone.next;
      }
    } else if (gone.next === undefined) {
      this.#claims.delete(gone.key);
    } else {
      this.#claims.set(gone.key, gone.next);
    }
  }
}

/**
 * How far a time is from the span of a claim, in milliseconds; 0 within it, Infinity where it is farther than clocks
 * can be off.
 */
export function distance(claim: Claim<unknown, unknown>, timeMs: number): number {
  if (timeMs < claim.fromMs) {
    return claim.fromMs - timeMs <= CLOCK_SKEW_MS ? claim.fromMs - timeMs : Infinity;
  }
  if (timeMs < claim.untilMs) {
    return 0;
  }
  return timeMs - claim.untilMs < CLOCK_SKEW_MS ? timeMs - claim.untilMs + 1 : Infinity;
}

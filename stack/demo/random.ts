/** FNV-1a over UTF-16 code units: a 32-bit start value that differs for texts that differ a little. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) {
    value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  }
  return value >>> 0;
}

/**
 * Numbers that look random and are the same for the same key on every machine, so that the demo's traffic is a
 * function of its seed and of time alone. Not for secrets.
 */
export class Random {
  private state: number;

  /** @param key what the numbers depend on, such as seed, flow kind and time slot. */
  constructor(...key: ReadonlyArray<string | number>) {
    this.state = hash(key.join('\u0000'));
  }

  /** From 0, below 1. A 32-bit counter through a mixing function: period 2³². */
  next(): number {
    this.state = (this.state + 0x9e3779b9) >>> 0;
    let x = this.state;
    x = Math.imul(x ^ (x >>> 16), 0x21f0aaad);
    x = Math.imul(x ^ (x >>> 15), 0x735a2d97);
    return ((x ^ (x >>> 15)) >>> 0) / 0x1_0000_0000;
  }

  /** From `low`, below `high`. */
  between(low: number, high: number): number {
    return low + this.next() * (high - low);
  }

  /** A whole number from `low` up to and including `high`. */
  integer(low: number, high: number): number {
    return low + Math.floor(this.next() * (high - low + 1));
  }

  /** @throws RangeError for an empty list. */
  pick<T>(values: readonly T[]): T {
    const value = values[this.integer(0, values.length - 1)];
    if (value === undefined) {
      throw new RangeError('nothing to pick from');
    }
    return value;
  }

  /** As many characters of an alphabet as asked for. */
  text(length: number, alphabet: string): string {
    return Array.from({ length }, () => alphabet.charAt(this.integer(0, alphabet.length - 1))).join('');
  }

  /** A skewed positive number with mean 1: most are small, a few are large. */
  skewed(): number {
    // Log-normal by Box–Muller; exp(−σ²/2) brings the mean to 1.
    const sigma = 0.8;
    const normal = Math.sqrt(-2 * Math.log(1 - this.next())) * Math.cos(2 * Math.PI * this.next());
    return Math.exp(sigma * normal - (sigma * sigma) / 2);
  }

  /** How many independent events happen where `mean` are expected: 0 or more, without an upper bound. */
  count(mean: number): number {
    // Knuth's product for small means; rounded normal beyond, where the product would underflow.
    if (mean > 60) {
      const normal = Math.sqrt(-2 * Math.log(1 - this.next())) * Math.cos(2 * Math.PI * this.next());
      return Math.max(0, Math.round(mean + Math.sqrt(mean) * normal));
    }
    const limit = Math.exp(-mean);
    let events = 0;
    for (let product = this.next(); product > limit; product *= this.next()) {
      events++;
    }
    return events;
  }
}

const FIBONACCI = 0x9e3779b1;
const MIXER = 0x85ebca6b;
/** Words of a place: the two numbers, and the value and one; 0 where it is free. The fourth keeps them in one line. */
const WORDS = 4;
const FIRST_PLACES = 256;

/** Values from 0 by two whole numbers of 32 bits. Open addressing in one piece of memory, at most half of it in use. */
export class PairTable {
  private words = new Int32Array(WORDS * FIRST_PLACES);
  private mask = FIRST_PLACES - 1;
  /** Pairs held. */
  size = 0;

  /** The value of a pair; -1 where it has none. */
  get(a: number, b: number): number {
    const { words, mask } = this;
    let place = hashOf(a, b) & mask;
    for (;;) {
      const at = WORDS * place;
      const value = words[at + 2]!;
      if (value === 0 || (words[at] === a && words[at + 1] === b)) {
        return value - 1;
      }
      place = (place + 1) & mask;
    }
  }

  /** Gives a value to a pair that has none. */
  add(a: number, b: number, value: number): void {
    if (2 * ++this.size > this.mask) {
      this.grow();
    }
    this.put(a, b, value);
  }

  /** Forgets all. */
  clear(): void {
    this.words.fill(0);
    this.size = 0;
  }

  private put(a: number, b: number, value: number): void {
    const { words, mask } = this;
    let place = hashOf(a, b) & mask;
    while (words[WORDS * place + 2] !== 0) {
      place = (place + 1) & mask;
    }
    words[WORDS * place] = a;
    words[WORDS * place + 1] = b;
    words[WORDS * place + 2] = value + 1;
  }

  private grow(): void {
    const { words } = this;
    this.words = new Int32Array(2 * words.length);
    this.mask = 2 * this.mask + 1;
    for (let at = 0; at < words.length; at += WORDS) {
      if (words[at + 2] !== 0) {
        this.put(words[at]!, words[at + 1]!, words[at + 2]! - 1);
      }
    }
  }
}

/** The upper bits of a product depend on all lower ones. */
function hashOf(a: number, b: number): number {
  const mixed = Math.imul(a, FIBONACCI) ^ Math.imul(b, MIXER);
  return Math.imul(mixed ^ (mixed >>> 15), FIBONACCI) >>> 8;
}

/** Places of a cache; a place holds some 40 bytes of text. */
const PLACES = 131_072;
const FIBONACCI = 0x9e3779b1;

/**
 * Spellings of addresses that came lately, so that one that comes again is not spelled again, and is the very same
 * text: maps that later look it up find its hash ready. Every number has two places side by side, where the next one of
 * them replaces the older: the memory is bounded whatever arrives, and nothing is ever searched.
 */
export class SpelledCache {
  private readonly words: Uint32Array;
  private readonly texts: Array<string | undefined>;
  private readonly lastPair: number;

  /** @param places how many it holds at most, a power of two up to 131,072. */
  constructor(places = PLACES) {
    this.words = new Uint32Array(4 * places);
    this.texts = new Array<string | undefined>(places).fill(undefined);
    this.lastPair = places - 2;
  }

  /** The spelling of a number of up to four words of 32 bits, where it is still held. */
  get(a: number, b: number, c: number, d: number): string | undefined {
    const place = placeOf(a, b, c, d) & this.lastPair;
    if (this.holds(place, a, b, c, d)) {
      return this.texts[place];
    }
    return this.holds(place + 1, a, b, c, d) ? this.texts[place + 1] : undefined;
  }

  /** Holds a spelling, and gives it back. */
  set(a: number, b: number, c: number, d: number, text: string): string {
    const { words, texts } = this;
    const place = placeOf(a, b, c, d) & this.lastPair;
    const at = 4 * place;
    words.copyWithin(at + 4, at, at + 4);
    texts[place + 1] = texts[place];
    words[at] = a;
    words[at + 1] = b;
    words[at + 2] = c;
    words[at + 3] = d;
    texts[place] = text;
    return text;
  }

  private holds(place: number, a: number, b: number, c: number, d: number): boolean {
    const { words } = this;
    const at = 4 * place;
    return words[at] === a && words[at + 1] === b && words[at + 2] === c && words[at + 3] === d;
  }
}

/**
 * The first of the two places of a number. Those that differ in their last 16 bits alone, as the addresses of a network
 * do, lie side by side: what a cluster needs at all times is small enough to stay in the processor's cache.
 */
function placeOf(a: number, b: number, c: number, d: number): number {
  const rest = Math.imul(Math.imul(Math.imul(a, 31) ^ b, 31) ^ c, 31) ^ (d >>> 16);
  return 2 * (((d & 0xffff) + (Math.imul(rest ^ (rest >>> 15), FIBONACCI) >>> 16)) & 0xffff);
}

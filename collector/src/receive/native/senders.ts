/** Senders whose spelling is remembered; when there are more, all are forgotten. */
const REMEMBERED = 16_384;
/** The third word of an IPv4-mapped address, as it stands in memory. */
const MAPPED_WORD = 0xffff_0000 | 0;

/** The spelling of senders' addresses: IPv4 dotted, also where it came mapped; IPv6 as in RFC 5952. */
export class Senders {
  private readonly v4 = new Map<number, string>();
  private readonly v6 = new Map<string, string>();
  private lastWords = [0, 0, 0, 0];
  private last = '';

  /** The address of four words from `at`, which stand as they came from the network. */
  spelling(words: Int32Array, at: number): string {
    const [a, b, c, d] = [words[at]!, words[at + 1]!, words[at + 2]!, words[at + 3]!];
    const { lastWords } = this;
    if (this.last === '' || lastWords[3] !== d || lastWords[2] !== c || lastWords[1] !== b || lastWords[0] !== a) {
      this.lastWords = [a, b, c, d];
      this.last = a === 0 && b === 0 && c === MAPPED_WORD ? this.fourth(d) : this.sixth([a, b, c, d]);
    }
    return this.last;
  }

  private fourth(word: number): string {
    let text = this.v4.get(word);
    if (text === undefined) {
      text = `${word & 0xff}.${(word >>> 8) & 0xff}.${(word >>> 16) & 0xff}.${word >>> 24}`;
      remember(this.v4, word, text);
    }
    return text;
  }

  private sixth(words: readonly number[]): string {
    const key = words.join();
    let text = this.v6.get(key);
    if (text === undefined) {
      const bytes = Buffer.from(Int32Array.from(words).buffer);
      const groups = Array.from({ length: 8 }, (_, index) => bytes.readUInt16BE(2 * index).toString(16));
      // The parser of URLs shortens as RFC 5952 asks.
      text = new URL(`http://[${groups.join(':')}]`).hostname.slice(1, -1);
      remember(this.v6, key, text);
    }
    return text;
  }
}

function remember<K>(known: Map<K, string>, key: K, text: string): void {
  if (known.size >= REMEMBERED) {
    known.clear();
  }
  known.set(key, text);
}

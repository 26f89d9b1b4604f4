/** Bytes of a whole number up to 2^53 in decimal digits. */
const NUMBER_BYTES = 16;
/** A character takes so many bytes at most, as `\u001f`; in UTF-8 it has 3. */
const CHARACTER_BYTES = 6;
const BILLION = 1_000_000_000;
const ZERO = 0x30;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const SPACE = 0x20;
const DELETE = 0x7f;

/** Bytes that are copied at once. */
const WORD = 8;
/** How words stand in memory here. */
const IS_LITTLE_ENDIAN = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;
/** The digits of 0 to 99, as two bytes that stand one behind the other. */
const PAIRS = Uint16Array.from({ length: 100 }, (_, n) => ((ZERO + Math.floor(n / 10)) << 8) | (ZERO + (n % 10)));

/** Text in UTF-8 that is written again and again, cut into words. */
export interface Piece {
  readonly words: Float64Array;
  /** Bytes of it; the last word may be longer. */
  readonly bytes: number;
}

/** A text as a piece. */
export function pieceOf(text: string): Piece {
  const bytes = Buffer.byteLength(text);
  const words = new Float64Array(Math.ceil(bytes / WORD));
  new Uint8Array(words.buffer).set(Buffer.from(text));
  return { words, bytes };
}

/**
 * Bytes that are written one behind the other, and used again from the start: what is written once for each flow must
 * leave nothing behind for the garbage collector.
 *
 * What is there already is copied as numbers of eight bytes, byte by byte takes ten times as long. Text alone is: no
 * UTF-8 holds the bytes of a NaN, of which an engine might make another NaN.
 */
export class ByteWriter {
  bytes: Buffer;
  private view: DataView;
  /** Where the next byte goes. */
  at = 0;

  /** @param size bytes that there is room for at first; it grows where more is written. */
  constructor(size: number) {
    this.bytes = Buffer.allocUnsafeSlow(size + WORD);
    this.view = viewOf(this.bytes);
  }

  /** Makes room for so many bytes more, and for the rest of a word behind them. */
  reserve(more: number): void {
    if (this.at + more + WORD > this.bytes.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(2 * this.bytes.length, this.at + more + WORD));
      this.bytes.copy(larger, 0, 0, this.at);
      this.bytes = larger;
      this.view = viewOf(larger);
    }
  }

  /** Writes a piece. */
  piece({ words, bytes }: Piece): void {
    this.reserve(bytes);
    const { view, at } = this;
    for (let i = 0; i < words.length; i++) {
      view.setFloat64(at + WORD * i, words[i]!, IS_LITTLE_ENDIAN);
    }
    this.at = at + bytes;
  }

  /** Copies text that was written elsewhere. */
  copy(from: ByteWriter, start: number, end: number): void {
    this.reserve(end - start);
    const { view } = this;
    const source = from.view;
    let { at } = this;
    for (let i = start; i < end; i += WORD) {
      view.setFloat64(at, source.getFloat64(i, true), true);
      at += WORD;
    }
    this.at += end - start;
  }

  /** One byte; there must be room. */
  byte(value: number): void {
    this.bytes[this.at++] = value;
  }

  /** A number as JSON has it. */
  number(value: number): void {
    this.reserve(NUMBER_BYTES + 8);
    if (!(value >= 0 && Number.isSafeInteger(value))) {
      this.text(String(value));
    } else if (value < BILLION) {
      this.digits(value, digitCount(value));
    } else {
      const high = Math.floor(value / BILLION);
      this.digits(high, digitCount(high));
      this.digits(value - high * BILLION, 9);
    }
  }

  /** A text as JSON has it, in quotes. */
  quoted(text: string): void {
    this.reserve(CHARACTER_BYTES * text.length + 2);
    const { bytes } = this;
    const start = this.at;
    let { at } = this;
    bytes[at++] = QUOTE;
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      if (code < SPACE || code >= DELETE || code === QUOTE || code === BACKSLASH) {
        this.at = start;
        this.text(JSON.stringify(text));
        return;
      }
      bytes[at++] = code;
    }
    bytes[at++] = QUOTE;
    this.at = at;
  }

  /** A text in UTF-8, as it is. */
  text(text: string): void {
    this.reserve(3 * text.length);
    this.at += this.bytes.write(text, this.at);
  }

  private digits(value: number, count: number): void {
    const { view } = this;
    let rest = value | 0;
    let at = this.at + count - 2;
    for (; at >= this.at; at -= 2) {
      const next = (rest / 100) | 0;
      view.setUint16(at, PAIRS[rest - next * 100]!);
      rest = next;
    }
    if (at === this.at - 1) {
      view.setUint8(this.at, ZERO + rest);
    }
    this.at += count;
  }
}

const viewOf = (bytes: Buffer) => new DataView(bytes.buffer, bytes.byteOffset, bytes.length);

/** Digits of a whole number below a billion. */
function digitCount(value: number): number {
  if (value < 100_000) {
    return value < 100 ? (value < 10 ? 1 : 2) : value < 1000 ? 3 : value < 10_000 ? 4 : 5;
  }
  return value < 10_000_000 ? (value < 1_000_000 ? 6 : 7) : value < 100_000_000 ? 8 : 9;
}

/** Bytes that a number takes as a protobuf varint. */
export function varintBytes(value: number): number {
  let bytes = 1;
  for (let rest = value; rest >= 0x80; rest = Math.floor(rest / 0x80)) {
    bytes++;
  }
  return bytes;
}

/** Writes a whole number from 0 to 2^53 as a protobuf varint. @returns where it ends. */
export function writeVarint(bytes: Uint8Array, from: number, value: number): number {
  let at = from;
  let rest = value;
  for (; rest >= 0x8000_0000; rest = Math.floor(rest / 0x80)) {
    bytes[at++] = (rest % 0x80) | 0x80;
  }
  for (; rest >= 0x80; rest >>>= 7) {
    bytes[at++] = (rest & 0x7f) | 0x80;
  }
  bytes[at++] = rest;
  return at;
}

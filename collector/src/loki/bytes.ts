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

/**
 * Bytes that are written one behind the other, and used again from the start: what is written once for each flow must
 * leave nothing behind for the garbage collector.
 */
export class ByteWriter {
  bytes: Buffer;
  /** Where the next byte goes. */
  at = 0;

  /** @param size bytes that there is room for at first; it grows where more is written. */
  constructor(size: number) {
    this.bytes = Buffer.allocUnsafeSlow(size);
  }

  /** Makes room for so many bytes more. */
  reserve(more: number): void {
    if (this.at + more > this.bytes.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(2 * this.bytes.length, this.at + more));
      this.bytes.copy(larger, 0, 0, this.at);
      this.bytes = larger;
    }
  }

  /** Copies few bytes. */
  raw(from: Uint8Array): void {
    this.reserve(from.length);
    const { bytes } = this;
    let { at } = this;
    for (let i = 0; i < from.length; i++) {
      bytes[at++] = from[i]!;
    }
    this.at = at;
  }

  /** Copies many bytes. */
  copy(from: Uint8Array): void {
    this.reserve(from.length);
    this.bytes.set(from, this.at);
    this.at += from.length;
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
    const { bytes } = this;
    let rest = value | 0;
    for (let at = this.at + count - 1; at >= this.at; at--) {
      const next = (rest / 10) | 0;
      bytes[at] = ZERO + rest - next * 10;
      rest = next;
    }
    this.at += count;
  }
}

function digitCount(value: number): number {
  let count = 1;
  for (let limit = 10; value >= limit; limit *= 10) {
    count++;
  }
  return count;
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

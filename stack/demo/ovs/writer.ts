import { isIPv6 } from 'node:net';

/** Writes IPFIX values, in network byte order, into a buffer of fixed size. */
export class Writer {
  private readonly buffer: Buffer;
  private length = 0;

  /** @param capacity most bytes that can be written; writing past it throws RangeError. */
  constructor(capacity: number) {
    this.buffer = Buffer.alloc(capacity);
  }

  get position(): number {
    return this.length;
  }

  u8(value: number): void {
    this.length = this.buffer.writeUInt8(value, this.length);
  }

  u16(value: number): void {
    this.length = this.buffer.writeUInt16BE(value, this.length);
  }

  u32(value: number): void {
    this.length = this.buffer.writeUInt32BE(value >>> 0, this.length);
  }

  /** @param value a whole number up to 2⁵³−1. */
  u64(value: number): void {
    this.u32(Math.floor(value / 0x1_0000_0000));
    this.u32(value % 0x1_0000_0000);
  }

  /** A value of variable length below 255 bytes, its length before it (RFC 7011 §7). */
  text(value: string): void {
    const bytes = Buffer.from(value, 'utf8');
    this.u8(bytes.length);
    this.length += bytes.copy(this.buffer, this.length);
  }

  /** @param hex an even number of hex digits. */
  hex(hex: string): void {
    this.length += this.buffer.write(hex, this.length, 'hex');
  }

  /** An IPv4 address as 4 bytes or an IPv6 address as 16. */
  address(text: string): void {
    if (!isIPv6(text)) {
      for (const part of text.split('.')) {
        this.u8(Number(part));
      }
      return;
    }
    const [head = '', tail = ''] = text.split('::');
    const before = head === '' ? [] : head.split(':');
    const after = tail === '' ? [] : tail.split(':');
    const zeros = Array<string>(8 - before.length - after.length).fill('0');
    for (const group of [...before, ...zeros, ...after]) {
      this.u16(parseInt(group, 16));
    }
  }

  /** Sets a 16-bit value that was left open. */
  setU16(value: number, at: number): void {
    this.buffer.writeUInt16BE(value, at);
  }

  /** What was written so far. */
  finish(): Buffer {
    return this.buffer.subarray(0, this.length);
  }
}

/** Reads values out of datagrams. Callers have checked that the bytes are there. */
import { SpelledCache } from './spelledCache';

const addresses = new SpelledCache();
const addresses6 = new SpelledCache();
const macs = new SpelledCache();
const texts = new SpelledCache();
const keys = new SpelledCache(1024);

/** Bytes of the longest key of a tunnel that is remembered: a VNI has 3, a GRE key 4, a VSID with FlowID 8. */
const KEY_BYTES = 8;

/**
 * Where a text is put together before it is made: one made by joining its parts is a chain of them in memory, which
 * costs time whenever it is read.
 */
const scratch = Buffer.alloc(32);
const HEX_DIGITS = '0123456789abcdef';
const COLON = 0x3a;
const DOT = 0x2e;
const ZERO = 0x30;

const DWORD = 0x1_0000_0000;
/** From 1900, where NTP counts from, to 1970, in seconds (RFC 5905 §6). */
const NTP_TO_UNIX = 2_208_988_800;

/** Names longer than this are cut: no interface is called so, and they would be stored with every flow. */
const TEXT_MAX = 256;

/** @returns the 16 bits at `at`. */
export function uint16(bytes: Buffer, at: number): number {
  return (bytes[at]! << 8) | bytes[at + 1]!;
}

/** @returns the 32 bits at `at`, unsigned. */
export function uint32(bytes: Buffer, at: number): number {
  return ((bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!) >>> 0;
}

/** @returns the 64 bits at `at`; exact up to 2^53, no flow counts further. */
export function uint64(bytes: Buffer, at: number): number {
  return uint32(bytes, at) * DWORD + uint32(bytes, at + 4);
}

/** @returns a whole number of 1 to 8 bytes, as reduced-size encoding may leave them (RFC 7011 §6.2). */
export function unsigned(bytes: Buffer, at: number, length: number): number {
  let value = 0;
  for (let index = 0; index < length; index++) {
    value = value * 256 + bytes[at + index]!;
  }
  return value;
}

/** @returns an IPv4 address in dotted form. */
export function ipv4(bytes: Buffer, at: number): string {
  const address = uint32(bytes, at);
  return addresses.get(0, 0, 0, address) ?? addresses.set(0, 0, 0, address, dotted(bytes, at));
}

function dotted(bytes: Buffer, at: number): string {
  let end = 0;
  for (let index = 0; index < 4; index++) {
    const byte = bytes[at + index]!;
    if (byte >= 100) {
      scratch[end++] = ZERO + ((byte / 100) | 0);
    }
    if (byte >= 10) {
      scratch[end++] = ZERO + (((byte / 10) | 0) % 10);
    }
    scratch[end++] = ZERO + (byte % 10);
    scratch[end++] = DOT;
  }
  return scratch.toString('latin1', 0, end - 1);
}

/** @returns an IPv6 address in the form of RFC 5952; IPv4-mapped ones with their last 32 bits dotted (its §5). */
export function ipv6(bytes: Buffer, at: number): string {
  const [a, b, c, d] = [uint32(bytes, at), uint32(bytes, at + 4), uint32(bytes, at + 8), uint32(bytes, at + 12)];
  return addresses6.get(a, b, c, d) ?? addresses6.set(a, b, c, d, colonSeparated(bytes, at));
}

function colonSeparated(bytes: Buffer, at: number): string {
  const groups = new Array<number>(8);
  let bestStart = -1;
  let bestLength = 1;
  let length = 0;
  for (let index = 0; index < 8; index++) {
    groups[index] = uint16(bytes, at + 2 * index);
    length = groups[index] === 0 ? length + 1 : 0;
    if (length > bestLength) {
      bestLength = length;
      bestStart = index - length + 1;
    }
  }
  if (bestStart === 0 && bestLength === 5 && groups[5] === 0xffff) {
    return `::ffff:${dotted(bytes, at + 12)}`;
  }
  const text = (from: number, to: number) =>
    groups
      .slice(from, to)
      .map((group) => group.toString(16))
      .join(':');
  return bestStart < 0 ? text(0, 8) : `${text(0, bestStart)}::${text(bestStart + bestLength, 8)}`;
}

/** @returns an Ethernet address, lower case with colons; undefined where it is all zeros, which names nobody. */
export function mac(bytes: Buffer, at: number): string | undefined {
  const [high, low] = [uint16(bytes, at), uint32(bytes, at + 2)];
  if (high === 0 && low === 0) {
    return undefined;
  }
  return macs.get(0, 0, high, low) ?? macs.set(0, 0, high, low, hexPairs(bytes, at));
}

function hexPairs(bytes: Buffer, at: number): string {
  for (let index = 0; index < 6; index++) {
    const byte = bytes[at + index]!;
    scratch[3 * index] = HEX_DIGITS.charCodeAt(byte >> 4);
    scratch[3 * index + 1] = HEX_DIGITS.charCodeAt(byte & 0xf);
    scratch[3 * index + 2] = COLON;
  }
  return scratch.toString('latin1', 0, 17);
}

/** @returns a text up to its first NUL, without blanks around it, or undefined where nothing is left. */
export function text(bytes: Buffer, at: number, length: number): string | undefined {
  // Names are short and come again and again; a byte behind them that is no NUL makes them another key.
  if (length > 16 || length === 0) {
    return spelledText(bytes, at, length);
  }
  const a = wordOf(bytes, at, length);
  const b = wordOf(bytes, at + 4, length - 4);
  const c = wordOf(bytes, at + 8, length - 8);
  const d = wordOf(bytes, at + 12, length - 12);
  const known = texts.get(a, b, c, d);
  if (known !== undefined) {
    return known;
  }
  const spelled = spelledText(bytes, at, length);
  return spelled === undefined ? undefined : texts.set(a, b, c, d, spelled);
}

/** Up to four bytes as a number; 0 in the place of those that are not there. */
function wordOf(bytes: Buffer, at: number, length: number): number {
  if (length >= 4) {
    return uint32(bytes, at);
  }
  let word = 0;
  for (let index = 0; index < 4; index++) {
    word = word * 256 + (index < length ? bytes[at + index]! : 0);
  }
  return word;
}

function spelledText(bytes: Buffer, at: number, length: number): string | undefined {
  const last = at + Math.min(length, TEXT_MAX);
  let end = at;
  while (end < last && bytes[end] !== 0) {
    if (bytes[end++]! >= 0x80) {
      return utf8(bytes, at, last);
    }
  }
  return trimmed(bytes.toString('latin1', at, end));
}

function utf8(bytes: Buffer, at: number, last: number): string | undefined {
  const nul = bytes.indexOf(0, at);
  return trimmed(bytes.toString('utf8', at, nul >= 0 && nul < last ? nul : last));
}

function trimmed(value: string): string | undefined {
  return value.trim() || undefined;
}

/** @returns the bytes in hexadecimal, or undefined where there are none. */
export function hex(bytes: Buffer, at: number, length: number): string | undefined {
  if (length === 0 || length > KEY_BYTES) {
    return length === 0 ? undefined : bytes.toString('hex', at, at + Math.min(length, TEXT_MAX));
  }
  // Keys of tunnels come again and again. With its length first, none can pass for one with zeros behind it.
  const a = wordOf(bytes, at, length - 4);
  const b = wordOf(bytes, at + Math.max(0, length - 4), length);
  return keys.get(0, length, a, b) ?? keys.set(0, length, a, b, bytes.toString('hex', at, at + length));
}

/** @returns milliseconds since the Unix epoch of a time in whole seconds; undefined for 0, which says 'not known'. */
export function secondsTime(bytes: Buffer, at: number, length: number): number | undefined {
  return unsigned(bytes, at, length) * 1000 || undefined;
}

/** @returns milliseconds since the Unix epoch; undefined for 0, which says 'not known'. */
export function millisecondsTime(bytes: Buffer, at: number, length: number): number | undefined {
  return unsigned(bytes, at, length) || undefined;
}

/**
 * An NTP timestamp of 8 bytes: seconds since 1900 and a binary fraction (RFC 7011 §6.1.9, §6.1.10). Of its eras, the
 * one that holds the years 1968 to 2104 is meant. Of 16 bytes: seconds since 1970 and microseconds, as pmacct sends
 * it for elements 154 and 155.
 * @returns milliseconds since the Unix epoch, not rounded; undefined for 0, which says 'not known'.
 */
export function ntpTime(bytes: Buffer, at: number, length: number): number | undefined {
  if (length === 16) {
    return uint64(bytes, at) * 1000 + uint64(bytes, at + 8) / 1000 || undefined;
  }
  const seconds = uint32(bytes, at);
  const fraction = uint32(bytes, at + 4);
  if (seconds === 0 && fraction === 0) {
    return undefined;
  }
  const era = seconds < DWORD / 2 ? DWORD : 0;
  return (seconds + era - NTP_TO_UNIX) * 1000 + (fraction * 1000) / DWORD;
}

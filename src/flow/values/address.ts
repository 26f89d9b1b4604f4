import ipaddr from 'ipaddr.js';
import { failure, success, type Result } from '../result';

/**
 * Addresses from `from` to `to`, both included, as hexadecimal digits: 8 for IPv4, 32 for IPv6. Texts of one length
 * are in the order of the addresses, and texts of different length are of different families.
 */
export interface AddressRange {
  readonly from: string;
  readonly to: string;
  /** The way Loki's `ip()` is told of it: an address, a CIDR block, or a range. */
  readonly notation: string;
  /** Canonical text, where it is one address that has only one (IPv4, and IPv6 unless IPv4-mapped). */
  readonly single?: string;
  /** Prefix length, where it is a block. */
  readonly prefix?: number;
}

const HEX_V4 = 8;

function toHex(bytes: readonly number[]): string {
  return bytes.map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

interface ParsedAddress {
  readonly hex: string;
  readonly text: string;
  readonly mapped: boolean;
}

function parse(text: string): ParsedAddress | undefined {
  // Short IPv4 forms (`10.1`, octal, hexadecimal) are refused: people do not mean what inet_aton would read.
  if (ipaddr.IPv4.isValidFourPartDecimal(text)) {
    return { hex: toHex(ipaddr.IPv4.parse(text).toByteArray()), text, mapped: false };
  }
  if (!text.includes(':') || text.includes('%') || (text.includes('.') && !/^::ffff:/i.test(text))) {
    return undefined;
  }
  if (!ipaddr.IPv6.isValid(text)) {
    return undefined;
  }
  const address = ipaddr.IPv6.parse(text);
  return { hex: toHex(address.toByteArray()), text: address.toRFC5952String(), mapped: address.isIPv4MappedAddress() };
}

/** An address as hexadecimal digits in network order (8 or 32); undefined for text that is no address. */
export function addressHex(text: string): string | undefined {
  return parse(text)?.hex;
}

/** True for text that is an IPv4 or IPv6 address (RFC 4291 §2.2; no zone). */
export function isAddress(text: string): boolean {
  return parse(text) !== undefined;
}

/** The digits with all bits after the first `prefix` set to `bit`. */
function fill(hex: string, prefix: number, bit: 0 | 1): string {
  return Array.from(hex, (digit, index) => {
    const kept = Math.min(4, Math.max(0, prefix - index * 4));
    const mask = (0xf << (4 - kept)) & 0xf;
    const value = parseInt(digit, 16) & mask;
    return (bit === 1 ? value | (~mask & 0xf) : value).toString(16);
  }).join('');
}

function fromHex(hex: string): string {
  const bytes = (hex.match(/../g) ?? []).map((pair) => parseInt(pair, 16));
  const address = ipaddr.fromByteArray(bytes);
  return address instanceof ipaddr.IPv6 ? address.toRFC5952String() : address.toString();
}

function parseBlock(base: string, length: string): Result<AddressRange> {
  const address = parse(base);
  if (address === undefined) {
    return failure(`${base} is not an IP address; write a block as 10.0.0.0/8 or 2001:db8::/32`);
  }
  const bits = address.hex.length * 4;
  if (!/^\d{1,3}$/.test(length) || Number(length) > bits) {
    return failure(`/${length} is not a prefix length of an ${bits === 32 ? 'IPv4' : 'IPv6'} block; 0 to ${bits} are`);
  }
  const prefix = Number(length);
  const from = fill(address.hex, prefix, 0);
  return success({ from, to: fill(address.hex, prefix, 1), notation: `${fromHex(from)}/${prefix}`, prefix });
}

function parseSpan(first: string, last: string): Result<AddressRange> {
  const [from, to] = [parse(first), parse(last)];
  if (from === undefined || to === undefined) {
    return failure(`${from === undefined ? first : last} is not an IP address; write a range as 10.0.0.1-10.0.0.20`);
  }
  if (from.hex.length !== to.hex.length) {
    return failure(`${first} and ${last} are of different families; a range is within IPv4 or within IPv6`);
  }
  if (from.hex > to.hex) {
    return failure(`${first}-${last} runs backwards; write ${last}-${first}`);
  }
  return success({ from: from.hex, to: to.hex, notation: `${from.text}-${to.text}` });
}

/**
 * Reads an address, a CIDR block (host bits are ignored) or a range `first-last`, IPv4 or IPv6.
 * An IPv4-mapped IPv6 address (`::ffff:…`) counts as IPv6, as it does in Loki.
 */
export function parseAddressRange(text: string): Result<AddressRange> {
  const trimmed = text.trim();
  const slash = trimmed.indexOf('/');
  if (slash >= 0) {
    return parseBlock(trimmed.slice(0, slash), trimmed.slice(slash + 1));
  }
  const dash = trimmed.indexOf('-');
  if (dash >= 0) {
    return parseSpan(trimmed.slice(0, dash).trim(), trimmed.slice(dash + 1).trim());
  }
  const address = parse(trimmed);
  if (address === undefined) {
    return failure(`${text} is not an IP address; an address, a block (10.0.0.0/8) or a range (10.0.0.1-10.0.0.9) is`);
  }
  const { hex, mapped } = address;
  return success({ from: hex, to: hex, notation: address.text, single: mapped ? undefined : address.text });
}

/** True where an address, given as digits, lies in a range. */
export function inRange(hex: string, range: AddressRange): boolean {
  return hex.length === range.from.length && hex >= range.from && hex <= range.to;
}

/** True for ranges of IPv4 addresses. */
export function isV4(range: AddressRange): boolean {
  return range.from.length === HEX_V4;
}

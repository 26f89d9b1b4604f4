import ipaddr from 'ipaddr.js';
import { LRUCache } from 'lru-cache';
import { isAddress, isNetwork } from '../network';

/** A network: the parsed address, as bytes, and how many leading bits of it count. */
export interface Cidr {
  readonly bytes: readonly number[];
  readonly prefix: number;
}

/** Where an address lies as seen from any network: on the public Internet, in private space, or in neither. */
export type AddressScope = 'public' | 'private' | 'other';

const CACHED_ADDRESSES = 65_536;
const canonicalIPv6 = new LRUCache<string, string>({ max: CACHED_ADDRESSES });

/**
 * The one spelling of an address that the index knows: dotted IPv4, IPv6 as in RFC 5952, and IPv4 for IPv4-mapped
 * IPv6 (RFC 4291 §2.5.5.2). IPv4 text is taken as it is: decoders and checked files write only one form.
 * @returns the text itself where it is not an address; it will simply not be found.
 */
export function canonicalAddress(text: string): string {
  if (!text.includes(':')) {
    return text;
  }
  const known = canonicalIPv6.get(text);
  if (known !== undefined) {
    return known;
  }
  const canonical = parseAddress(text) ?? text;
  canonicalIPv6.set(text, canonical);
  return canonical;
}

/** The canonical form of an address in any valid spelling; undefined where the text is not an IP address. */
export function parseAddress(text: string): string | undefined {
  if (!isAddress(text)) {
    return undefined;
  }
  const address = ipaddr.process(text);
  return address instanceof ipaddr.IPv6 ? address.toRFC5952String() : address.toString();
}

/**
 * A network in CIDR notation; a bare address is the network of that one address.
 * @returns undefined where the text is neither. Bits after the prefix are ignored.
 */
export function parseCidr(text: string): Cidr | undefined {
  if (isAddress(text)) {
    const bytes = ipaddr.process(text).toByteArray();
    return { bytes, prefix: bytes.length * 8 };
  }
  if (!isNetwork(text)) {
    return undefined;
  }
  const [address, prefix] = ipaddr.parseCIDR(text);
  return { bytes: address.toByteArray(), prefix };
}

/** The bytes of an address, 4 or 16, IPv4-mapped IPv6 as IPv4; undefined where the text is not an address. */
export function addressBytes(text: string): readonly number[] | undefined {
  return isAddress(text) ? ipaddr.process(text).toByteArray() : undefined;
}

/**
 * Where an address lies. Private: RFC 1918, RFC 6598 (carrier NAT) and RFC 4193 (unique local). Neither public nor
 * private: multicast, broadcast, loopback, link-local, unspecified and 240.0.0.0/4. Documentation networks count as
 * public, since they stand for public addresses wherever they are seen.
 */
export function addressScope(text: string): AddressScope {
  const bytes = addressBytes(text);
  if (bytes === undefined) {
    return 'other';
  }
  const range = ipaddr.fromByteArray([...bytes]).range();
  if (range === 'private' || range === 'carrierGradeNat' || range === 'uniqueLocal') {
    return 'private';
  }
  const neither = ['unspecified', 'broadcast', 'multicast', 'linkLocal', 'loopback', 'discard', 'deprecatedSiteLocal'];
  return neither.includes(range) || (bytes.length === 4 && bytes[0]! >= 240) ? 'other' : 'public';
}

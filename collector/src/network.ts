import ipaddr from 'ipaddr.js';
import { z } from 'zod';

/** IPv4 in four decimal parts or IPv6 without a zone; `ipaddr.js` alone would also take `10.1` and `0x7f.1`. */
export function isAddress(text: string): boolean {
  return ipaddr.IPv4.isValidFourPartDecimal(text) || (!text.includes('%') && ipaddr.IPv6.isValid(text));
}

/**
 * A network in CIDR notation, its address as {@link isAddress} takes it: `ipaddr.js` alone would take `10/8` for
 * 0.0.0.0/8. IPv4-mapped ones are none: addresses are told as IPv4 before they are compared.
 */
export function isNetwork(text: string): boolean {
  return isCidr(text) && mappedAs(text) === undefined;
}

/** A setting that is a network. */
export const networkSetting = z.string().refine(isNetwork, {
  error: ({ input }) => `is not a network; write it like ${mappedAs(String(input)) ?? '10.0.0.0/8 or fd00::/8'}`,
});

function isCidr(text: string): boolean {
  return ipaddr.IPv4.isValidCIDRFourPartDecimal(text) || (!text.includes('%') && ipaddr.IPv6.isValidCIDR(text));
}

/** What an IPv4-mapped network is in IPv4, `0.0.0.0/0` where it holds more; undefined where it is none. */
function mappedAs(text: string): string | undefined {
  if (!isCidr(text)) {
    return undefined;
  }
  const [address, prefix] = ipaddr.parseCIDR(text);
  return address instanceof ipaddr.IPv6 && address.isIPv4MappedAddress()
    ? `${address.toIPv4Address().toString()}/${Math.max(0, prefix - 96)}`
    : undefined;
}

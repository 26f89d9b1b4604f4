import type { FieldName } from '@netobserv-flows/schema';

const DIRECTIONS = { 0: 'In', 1: 'Out' };

/** IEEE 802 numbers, IPFIX tunnel types and the classes of RFC 2474, 2597, 3246 and 5865. */
const NAMES: Readonly<Partial<Record<FieldName, Readonly<Record<number, string>>>>> = {
  Etype: { 0x0800: 'IPv4', 0x0806: 'ARP', 0x86dd: 'IPv6', 0x8100: 'VLAN', 0x8847: 'MPLS', 0x88cc: 'LLDP' },
  TunnelType: { 1: 'VXLAN', 2: 'GRE', 3: 'LISP', 7: 'Geneve' },
  IfDirections: DIRECTIONS,
  Dscp: {
    ...Object.fromEntries(Array.from({ length: 8 }, (_, index) => [index * 8, `CS${index}`])),
    ...Object.fromEntries(
      [1, 2, 3, 4].flatMap((group) => [1, 2, 3].map((drop) => [group * 8 + drop * 2, `AF${group}${drop}`]))
    ),
    44: 'VOICE-ADMIT',
    46: 'EF',
  },
};

/** The name of a coded number, after it: `2048 (IPv4)`; the number alone where it has none. */
export function formatCode(name: FieldName, value: number): string {
  const known = NAMES[name]?.[value];
  return known === undefined ? String(value) : `${value} (${known})`;
}

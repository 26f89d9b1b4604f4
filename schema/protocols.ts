/** IANA assigned protocol numbers that flows show, by their usual upper-case names. */
export const PROTOCOL_NAMES: Readonly<Record<number, string>> = {
  1: 'ICMP',
  2: 'IGMP',
  4: 'IPv4',
  6: 'TCP',
  17: 'UDP',
  33: 'DCCP',
  41: 'IPv6',
  47: 'GRE',
  50: 'ESP',
  51: 'AH',
  58: 'ICMPv6',
  88: 'EIGRP',
  89: 'OSPF',
  94: 'IPIP',
  103: 'PIM',
  108: 'IPComp',
  112: 'VRRP',
  115: 'L2TP',
  132: 'SCTP',
  136: 'UDPLite',
  137: 'MPLS-in-IP',
};

const numbers = new Map(Object.entries(PROTOCOL_NAMES).map(([number, name]) => [name.toLowerCase(), Number(number)]));

/** Name of an IANA protocol number; the number itself as text where it has no usual name. */
export function protocolName(proto: number): string {
  return PROTOCOL_NAMES[proto] ?? String(proto);
}

/** IANA number of a protocol's name, in any case; undefined for a name that is not known. */
export function protocolNumber(name: string): number | undefined {
  return numbers.get(name.toLowerCase());
}

/** True for the protocols whose headers carry ports: TCP, UDP, DCCP, SCTP, UDPLite. */
export function hasPorts(proto: number | undefined): boolean {
  return proto === 6 || proto === 17 || proto === 33 || proto === 132 || proto === 136;
}

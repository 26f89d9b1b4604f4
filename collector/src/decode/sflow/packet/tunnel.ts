import type { Observation } from '../../observation';
import { hex, uint16 } from '../../values';
import type { Layer, SampledPacket } from './layer';

/** Tunnel types by Open vSwitch's numbers, which the dictionary has (PEN 6876 IE 891). */
export const TUNNEL = { vxlan: 1, gre: 2, geneve: 7 } as const;

const IP_IN_IP = 4;
const UDP = 17;
const IPV6_IN_IP = 41;
const GRE = 47;
const UDP_HEADER = 8;
const IPV4 = 0x0800;
const IPV6 = 0x86dd;
const ARP = 0x0806;
const TRANSPARENT_ETHERNET = 0x6558;
/** Ethertypes that the frame inside an overlay can have; anything else is taken for other UDP traffic. */
const INNER_TYPES: ReadonlySet<number> = new Set([IPV4, IPV6, ARP, 0x8100, 0x88a8]);

/** Tunnels in UDP by their destination port: IANA's, and 8472, which Linux and flannel use for VXLAN. */
export const UDP_TUNNELS: ReadonlyMap<number, number> = new Map([
  [4789, TUNNEL.vxlan],
  [8472, TUNNEL.vxlan],
  [6081, TUNNEL.geneve],
]);

interface Found {
  readonly layer: Layer;
  readonly type?: number;
  readonly key?: string;
}

/**
 * Looks for a packet inside: IP in IP (RFC 2003, 2473, 4213), GRE (RFC 2784, 2890), VXLAN (RFC 7348), Geneve
 * (RFC 8926). Where there is one, the outer addresses, ports and protocol become those of the tunnel.
 * @param at behind the outer IP header, of which `said` has the fields.
 * @returns undefined where it is no tunnel, or its content was not captured or is none that can be read: the outer
 * packet is the flow then.
 */
export function readTunnel(packet: SampledPacket, at: number, said: Observation): Layer | undefined {
  const found = innerOf(packet, at, said);
  if (found === undefined || !isReadable(packet, found.layer)) {
    return undefined;
  }
  said.tunnelSrc = said.srcV4 ?? said.srcV6;
  said.tunnelDst = said.dstV4 ?? said.dstV6;
  said.tunnelProto = said.proto;
  said.tunnelSrcPort = said.srcPort;
  said.tunnelDstPort = said.dstPort;
  said.tunnelType = found.type;
  said.tunnelKey = found.key;
  if (found.layer.kind !== 'ethernet') {
    said.etherType = found.layer.kind === 'ipv4' ? IPV4 : IPV6;
  }
  return found.layer;
}

function innerOf(packet: SampledPacket, at: number, said: Observation): Found | undefined {
  switch (said.proto) {
    case IP_IN_IP:
      return { layer: { kind: 'ipv4', at } };
    case IPV6_IN_IP:
      return { layer: { kind: 'ipv6', at } };
    case GRE:
      return inGre(packet, at);
    case UDP:
      return inUdp(packet, at + UDP_HEADER, UDP_TUNNELS.get(said.dstPort ?? 0));
    default:
      return undefined;
  }
}

function inGre({ bytes, end }: SampledPacket, at: number): Found | undefined {
  if (at + 4 > end) {
    return undefined;
  }
  const flags = uint16(bytes, at);
  const [hasChecksum, hasKey, hasSequence] = [(flags & 0x8000) !== 0, (flags & 0x2000) !== 0, (flags & 0x1000) !== 0];
  // Version 0, no source route: others are of PPTP, or out of use since RFC 2784.
  if ((flags & 0x4007) !== 0) {
    return undefined;
  }
  const keyAt = at + (hasChecksum ? 8 : 4);
  const start = keyAt + (hasKey ? 4 : 0) + (hasSequence ? 4 : 0);
  const layer = layerOf(uint16(bytes, at + 2), start);
  return layer === undefined || start > end
    ? undefined
    : { layer, type: TUNNEL.gre, key: hasKey ? hex(bytes, keyAt, 4) : undefined };
}

function inUdp({ bytes, end }: SampledPacket, at: number, type: number | undefined): Found | undefined {
  if (type === undefined || at + 8 > end) {
    return undefined;
  }
  const key = hex(bytes, at + 4, 3);
  if (type === TUNNEL.vxlan) {
    // The network identifier is there, as its flag says, and the reserved byte is 0.
    const isVxlan = (bytes[at]! & 0x08) !== 0 && bytes[at + 7] === 0;
    return isVxlan ? { layer: { kind: 'ethernet', at: at + 8 }, type, key } : undefined;
  }
  const options = (bytes[at]! & 0x3f) * 4;
  const layer = bytes[at]! >> 6 === 0 ? layerOf(uint16(bytes, at + 2), at + 8 + options) : undefined;
  return layer === undefined ? undefined : { layer, type, key };
}

function layerOf(etherType: number, at: number): Layer | undefined {
  const kind = ({ [IPV4]: 'ipv4', [IPV6]: 'ipv6', [TRANSPARENT_ETHERNET]: 'ethernet' } as const)[etherType];
  return kind === undefined ? undefined : { kind, at };
}

/** True where the header inside was captured and looks like one: other traffic may use a tunnel's port. */
function isReadable({ bytes, end }: SampledPacket, { kind, at }: Layer): boolean {
  if (kind === 'ethernet') {
    return at + 14 <= end && INNER_TYPES.has(uint16(bytes, at + 12));
  }
  const first = bytes[at]!;
  return kind === 'ipv4'
    ? at + 20 <= end && first >> 4 === 4 && (first & 0x0f) >= 5
    : at + 40 <= end && first >> 4 === 6;
}

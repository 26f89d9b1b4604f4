import { hasPorts } from '@netobserv-flows/schema';
import type { Observation } from '../../observation';
import { ipv4, ipv6, uint16 } from '../../values';
import type { Layer, SampledPacket } from './layer';
import { readTunnel } from './tunnel';

const IPV4_HEADER = 20;
const IPV6_HEADER = 40;
const FRAGMENT_OFFSET = 0x1fff;
const FRAGMENT_HEADER = 44;
const FRAGMENT_HEADER_LENGTH = 8;
const AUTHENTICATION_HEADER = 51;
/** Hop-by-hop, routing, destination options, mobility, HIP, shim6: each has its length in units of 8 after the first. */
const EXTENSION_HEADERS: ReadonlySet<number> = new Set([0, 43, 60, 135, 139, 140]);
const ICMP = 1;
const TCP = 6;
const ICMPV6 = 58;

/**
 * Reads an IPv4 header and what it carries (RFC 791). What an outer IP header said is replaced.
 * @returns the packet inside, where it carries one through a tunnel.
 */
export function readIpv4(packet: SampledPacket, at: number, said: Observation): Layer | undefined {
  const { bytes, end } = packet;
  if (at + IPV4_HEADER > end || bytes[at]! >> 4 !== 4) {
    return undefined;
  }
  const header = (bytes[at]! & 0x0f) * 4;
  if (header < IPV4_HEADER) {
    return undefined;
  }
  startIp(said, 4);
  said.srcV4 = ipv4(bytes, at + 12);
  said.dstV4 = ipv4(bytes, at + 16);
  said.tos = bytes[at + 1]!;
  said.proto = bytes[at + 9]!;
  said.bytes = packetLength(uint16(bytes, at + 2), header, packet, at);
  const isFirst = (uint16(bytes, at + 6) & FRAGMENT_OFFSET) === 0;
  return isFirst ? readTransport(packet, at + header, said.proto, said) : undefined;
}

/**
 * Reads an IPv6 header, its extension headers and what it carries (RFC 8200). What an outer IP header said is
 * replaced.
 * @returns the packet inside, where it carries one through a tunnel.
 */
export function readIpv6(packet: SampledPacket, at: number, said: Observation): Layer | undefined {
  const { bytes, end } = packet;
  if (at + IPV6_HEADER > end || bytes[at]! >> 4 !== 6) {
    return undefined;
  }
  startIp(said, 6);
  said.srcV6 = ipv6(bytes, at + 8);
  said.dstV6 = ipv6(bytes, at + 24);
  said.tos = (uint16(bytes, at) >> 4) & 0xff;
  const payload = uint16(bytes, at + 4);
  said.bytes = packetLength(payload === 0 ? 0 : IPV6_HEADER + payload, IPV6_HEADER, packet, at);
  const upper = upperLayer(packet, bytes[at + 6]!, at + IPV6_HEADER);
  if (upper === undefined) {
    return undefined;
  }
  said.proto = upper.proto;
  return upper.isFirst ? readTransport(packet, upper.at, upper.proto, said) : undefined;
}

/**
 * The length of an IP packet with its header, as the header says it; as the frame has it where the header says
 * nothing (segmentation offload, jumbograms) or more than was on the wire.
 */
function packetLength(stated: number, least: number, { wireEnd }: SampledPacket, at: number): number {
  return stated >= least && at + stated <= wireEnd ? stated : wireEnd - at;
}

/** Goes over the extension headers; undefined where they reach beyond what was captured. */
function upperLayer(
  { bytes, end }: SampledPacket,
  first: number,
  start: number
): { proto: number; at: number; isFirst: boolean } | undefined {
  let proto = first;
  let at = start;
  for (;;) {
    const isExtension = EXTENSION_HEADERS.has(proto);
    if (!isExtension && proto !== FRAGMENT_HEADER && proto !== AUTHENTICATION_HEADER) {
      return { proto, at, isFirst: true };
    }
    if (at + FRAGMENT_HEADER_LENGTH > end) {
      return undefined;
    }
    if (proto === FRAGMENT_HEADER && uint16(bytes, at + 2) >> 3 !== 0) {
      return { proto: bytes[at]!, at, isFirst: false };
    }
    const length = bytes[at + 1]!;
    const next = bytes[at]!;
    at += proto === FRAGMENT_HEADER ? FRAGMENT_HEADER_LENGTH : isExtension ? (length + 1) * 8 : (length + 2) * 4;
    proto = next;
  }
}

function startIp(said: Observation, version: 4 | 6): void {
  said.ipVersion = version;
  said.srcV4 = said.dstV4 = said.srcV6 = said.dstV6 = undefined;
  said.proto = said.srcPort = said.dstPort = said.tcpFlags = undefined;
  said.icmpTypeV4 = said.icmpCodeV4 = said.icmpTypeV6 = said.icmpCodeV6 = undefined;
}

/** Ports, TCP flags, ICMP type and code, as far as they were captured; or the packet in a tunnel. */
function readTransport(packet: SampledPacket, at: number, proto: number, said: Observation): Layer | undefined {
  const { bytes, end } = packet;
  if (hasPorts(proto) && at + 4 <= end) {
    said.srcPort = uint16(bytes, at);
    said.dstPort = uint16(bytes, at + 2);
    if (proto === TCP && at + 14 <= end) {
      said.tcpFlags = bytes[at + 13]!;
    }
  }
  if (proto === ICMP && at + 2 <= end) {
    said.icmpTypeV4 = bytes[at]!;
    said.icmpCodeV4 = bytes[at + 1]!;
  } else if (proto === ICMPV6 && at + 2 <= end) {
    said.icmpTypeV6 = bytes[at]!;
    said.icmpCodeV6 = bytes[at + 1]!;
  }
  return readTunnel(packet, at, said);
}

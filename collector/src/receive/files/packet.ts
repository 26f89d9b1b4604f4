import ipaddr from 'ipaddr.js';
import type { SkipReason } from './source';

/** A UDP payload found in a captured packet. */
export interface UdpPayload {
  readonly payload: Buffer;
  readonly address: string;
  readonly port: number;
}

/** Link-layer header types (tcpdump.org/linktypes.html). */
const LINK = {
  null: 0,
  ethernet: 1,
  raw: [12, 14, 101, 228, 229] as readonly number[],
  loop: 108,
  linuxCooked: 113,
  linuxCooked2: 276,
} as const;

const ETHERTYPE_IPV4 = 0x0800;
const ETHERTYPE_IPV6 = 0x86dd;
/** 802.1Q, 802.1ad and the older number of a double tag. */
const VLAN_TAGS: ReadonlySet<number> = new Set([0x8100, 0x88a8, 0x9100]);
const UDP = 17;
const FRAGMENT_HEADER = 44;
/** IPv6 extension headers that may stand before UDP: hop-by-hop, routing, destination options. */
const EXTENSION_HEADERS: ReadonlySet<number> = new Set([0, 43, 60]);
const MORE_FRAGMENTS_OR_OFFSET = 0x3fff;

/**
 * The UDP payload of a captured packet.
 * @param packet from its link-layer header on.
 * @param linkType link-layer header type of the capture.
 * @returns the reason where it has none.
 */
export function udpPayload(packet: Buffer, linkType: number): UdpPayload | SkipReason {
  const start = ipStart(packet, linkType);
  if (typeof start === 'string') {
    return start;
  }
  if (start >= packet.length) {
    return 'cut short by the capture';
  }
  const version = packet[start]! >> 4;
  if (version === 4) {
    return fromIpv4(packet, start);
  }
  return version === 6 ? fromIpv6(packet, start) : 'not IP';
}

function ipStart(packet: Buffer, linkType: number): number | SkipReason {
  if (LINK.raw.includes(linkType)) {
    return 0;
  }
  switch (linkType) {
    case LINK.null:
    case LINK.loop:
      // Four bytes of address family, in the byte order of the machine that captured; the IP version says the same.
      return 4;
    case LINK.ethernet:
      return afterEthertype(packet, 12);
    case LINK.linuxCooked:
      return afterEthertype(packet, 14);
    case LINK.linuxCooked2:
      return packet.length < 20 ? 'cut short by the capture' : isIp(packet.readUInt16BE(0)) ? 20 : 'not IP';
    default:
      return 'unknown link type';
  }
}

const isIp = (etherType: number) => etherType === ETHERTYPE_IPV4 || etherType === ETHERTYPE_IPV6;

function afterEthertype(packet: Buffer, at: number): number | SkipReason {
  let position = at;
  while (position + 2 <= packet.length) {
    const etherType = packet.readUInt16BE(position);
    if (isIp(etherType)) {
      return position + 2;
    }
    if (!VLAN_TAGS.has(etherType)) {
      return 'not IP';
    }
    position += 4;
  }
  return 'cut short by the capture';
}

function fromIpv4(packet: Buffer, start: number): UdpPayload | SkipReason {
  const header = (packet[start]! & 0x0f) * 4;
  if (header < 20 || start + header > packet.length) {
    return 'cut short by the capture';
  }
  if ((packet.readUInt16BE(start + 6) & MORE_FRAGMENTS_OR_OFFSET) !== 0) {
    return 'IP fragment';
  }
  if (packet[start + 9] !== UDP) {
    return 'not UDP';
  }
  const address = packet.subarray(start + 12, start + 16).join('.');
  return fromUdp(packet, start + header, address);
}

function fromIpv6(packet: Buffer, start: number): UdpPayload | SkipReason {
  let position = start + 40;
  let next = packet[start + 6];
  while (next !== undefined && EXTENSION_HEADERS.has(next) && position + 2 <= packet.length) {
    next = packet[position]!;
    position += (packet[position + 1]! + 1) * 8;
  }
  if (next === FRAGMENT_HEADER) {
    return 'IP fragment';
  }
  if (next !== UDP) {
    return 'not UDP';
  }
  return position > packet.length
    ? 'cut short by the capture'
    : fromUdp(packet, position, sourceIpv6(packet, start + 8));
}

function fromUdp(packet: Buffer, at: number, address: string): UdpPayload | SkipReason {
  if (at + 8 > packet.length) {
    return 'cut short by the capture';
  }
  const end = at + packet.readUInt16BE(at + 4);
  if (end > packet.length || end < at + 8) {
    return 'cut short by the capture';
  }
  return { payload: packet.subarray(at + 8, end), address, port: packet.readUInt16BE(at) };
}

function sourceIpv6(packet: Buffer, at: number): string {
  return new ipaddr.IPv6([...packet.subarray(at, at + 16)]).toRFC5952String();
}

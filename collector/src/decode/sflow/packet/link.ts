import type { Observation } from '../../observation';
import { mac, uint16, uint32 } from '../../values';
import type { Layer, SampledPacket } from './layer';

const ETHERNET_HEADER = 14;
const TAG = 4;
const LABEL = 4;
const LABELS_MAX = 10;
const IPV4 = 0x0800;
const IPV6 = 0x86dd;
/** Values below are lengths of IEEE 802.3 frames. */
const ETHERTYPE_MIN = 0x0600;
/** 802.1Q, 802.1ad and the older numbers of a double tag. */
const VLAN_TAGS: ReadonlySet<number> = new Set([0x8100, 0x88a8, 0x9100, 0x9200]);
const MPLS_TYPES: ReadonlySet<number> = new Set([0x8847, 0x8848]);
const PPPOE_SESSION = 0x8864;
const PPPOE_HEADER = 6;
const PPP_KINDS: Readonly<Record<number, Layer['kind']>> = { 0x0021: 'ipv4', 0x0057: 'ipv6', 0x0281: 'mpls' };
const SNAP_HEADER = 8;

/**
 * Reads an Ethernet header with its VLAN tags (IEEE 802.1Q, 802.1ad): the outer tag is the VLAN, a second one the
 * customer's. What an outer Ethernet header said is replaced.
 * @returns what follows, where that is known.
 */
export function readEthernet({ bytes, end, wireEnd }: SampledPacket, at: number, said: Observation): Layer | undefined {
  if (at + ETHERNET_HEADER > end) {
    return undefined;
  }
  said.dstMac = mac(bytes, at);
  said.srcMac = mac(bytes, at + 6);
  said.bytes = wireEnd - at;
  const tags: number[] = [];
  let position = at + ETHERNET_HEADER - 2;
  let type = uint16(bytes, position);
  while (VLAN_TAGS.has(type) && position + TAG + 2 <= end) {
    tags.push(uint16(bytes, position + 2) & 0xfff);
    position += TAG;
    type = uint16(bytes, position);
  }
  [said.vlan, said.customerVlan] = tags;
  position += 2;
  if (type < ETHERTYPE_MIN) {
    return afterLlc(bytes, position, end, said);
  }
  // A tag that is still one was cut off by the end of what was captured.
  said.etherType = VLAN_TAGS.has(type) ? undefined : type;
  return payloadOf(type, bytes, position, end);
}

/** IEEE 802.2 with SNAP has an Ethertype after all (RFC 1042). */
function afterLlc(bytes: Buffer, at: number, end: number, said: Observation): Layer | undefined {
  said.etherType = undefined;
  const isSnap =
    at + SNAP_HEADER <= end && uint32(bytes, at) === 0xaaaa0300 && bytes[at + 4] === 0 && bytes[at + 5] === 0;
  if (!isSnap) {
    return undefined;
  }
  said.etherType = uint16(bytes, at + 6);
  return payloadOf(said.etherType, bytes, at + SNAP_HEADER, end);
}

function payloadOf(type: number, bytes: Buffer, at: number, end: number): Layer | undefined {
  if (type === IPV4) {
    return { kind: 'ipv4', at };
  }
  if (type === IPV6) {
    return { kind: 'ipv6', at };
  }
  if (MPLS_TYPES.has(type)) {
    return { kind: 'mpls', at };
  }
  return type === PPPOE_SESSION && at + PPPOE_HEADER <= end ? readPpp(bytes, at + PPPOE_HEADER, end) : undefined;
}

/** What follows a PPP protocol number (RFC 1661, RFC 2516 §4). */
export function readPpp(bytes: Buffer, at: number, end: number): Layer | undefined {
  // Frames on serial lines may still have their address and control bytes (RFC 1662 §3.1).
  const start = at + 4 <= end && uint16(bytes, at) === 0xff03 ? at + 2 : at;
  const kind = start + 2 <= end ? PPP_KINDS[uint16(bytes, start)] : undefined;
  return kind === undefined ? undefined : { kind, at: start + 2 };
}

/**
 * Reads an MPLS label stack (RFC 3032 §2.1). The stack does not say what it carries: the first four bits behind it
 * tell IP from a pseudowire's control word, which Ethernet follows (RFC 4385 §2).
 */
export function readMpls({ bytes, end }: SampledPacket, at: number, said: Observation): Layer | undefined {
  const labels: number[] = [];
  let position = at;
  let isBottom = false;
  while (!isBottom && position + LABEL <= end) {
    const entry = uint32(bytes, position);
    isBottom = (entry & 0x100) !== 0;
    position += LABEL;
    if (labels.length < LABELS_MAX) {
      labels.push(entry >>> 12);
    }
  }
  said.mplsLabels = labels.length === 0 ? undefined : labels;
  if (!isBottom || position >= end) {
    return undefined;
  }
  const nibble = bytes[position]! >> 4;
  if (nibble === 4 || nibble === 6) {
    said.etherType = nibble === 4 ? IPV4 : IPV6;
    return { kind: nibble === 4 ? 'ipv4' : 'ipv6', at: position };
  }
  return nibble === 0 ? { kind: 'ethernet', at: position + 4 } : undefined;
}

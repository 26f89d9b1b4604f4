import type { Slot } from './observation';

/** How the bytes of an element are read; lengths that do not fit the kind are skipped. */
export type ElementKind =
  | 'unsigned'
  | 'float'
  | 'ipv4'
  | 'ipv6'
  | 'mac'
  | 'text'
  | 'hex'
  /** A section of an MPLS label stack, 3 bytes: label, experimental bits, bottom of stack (RFC 3032 without TTL). */
  | 'label'
  /** dateTimeSeconds, dateTimeMilliseconds: whole numbers since the Unix epoch (RFC 7011 §6.1.7, §6.1.8). */
  | 'seconds'
  | 'milliseconds'
  /** dateTimeMicroseconds, dateTimeNanoseconds: NTP timestamps (RFC 7011 §6.1.9, §6.1.10). */
  | 'ntp';

/** Where the value of an information element goes. */
export interface Element {
  readonly slot: Slot;
  readonly kind: ElementKind;
  /** Of several elements of a template that fill one slot, the one of the lowest rank does. */
  readonly rank: number;
}

/** Enterprise number of Open vSwitch (VMware); its tunnel elements are in OVS's `ofproto/ipfix-enterprise-entities.def`. */
export const OVS_PEN = 6876;
/** Enterprise number that stands for the reverse of an IANA element (RFC 5103 §6.1). */
export const REVERSE_PEN = 29_305;

type Row = readonly [id: number, slot: Slot, kind: ElementKind, rank?: number];

/** IANA's elements, by number; NetFlow v9 field types are the same numbers below 128 and for those that matter here. */
const IANA: readonly Row[] = [
  [1, 'bytes', 'unsigned'],
  [352, 'bytes', 'unsigned', 1],
  [85, 'bytes', 'unsigned', 2],
  [231, 'bytes', 'unsigned', 3],
  [23, 'bytes', 'unsigned', 4],
  [2, 'packets', 'unsigned'],
  [86, 'packets', 'unsigned', 2],
  [298, 'packets', 'unsigned', 3],
  [24, 'packets', 'unsigned', 4],
  [132, 'droppedBytes', 'unsigned'],
  [133, 'droppedPackets', 'unsigned'],
  [89, 'forwardingStatus', 'unsigned'],
  [232, 'reverseBytes', 'unsigned', 1],
  [299, 'reversePackets', 'unsigned', 1],

  [4, 'proto', 'unsigned'],
  [5, 'tos', 'unsigned'],
  [6, 'tcpFlags', 'unsigned'],
  [7, 'srcPort', 'unsigned'],
  [180, 'srcPort', 'unsigned', 1],
  [182, 'srcPort', 'unsigned', 2],
  [11, 'dstPort', 'unsigned'],
  [181, 'dstPort', 'unsigned', 1],
  [183, 'dstPort', 'unsigned', 2],
  [8, 'srcV4', 'ipv4'],
  [12, 'dstV4', 'ipv4'],
  [27, 'srcV6', 'ipv6'],
  [28, 'dstV6', 'ipv6'],
  [32, 'icmpV4', 'unsigned'],
  [139, 'icmpV6', 'unsigned'],
  [176, 'icmpTypeV4', 'unsigned'],
  [177, 'icmpCodeV4', 'unsigned'],
  [178, 'icmpTypeV6', 'unsigned'],
  [179, 'icmpCodeV6', 'unsigned'],
  [195, 'dscp', 'unsigned'],
  [56, 'srcMac', 'mac'],
  [80, 'dstMac', 'mac'],
  [256, 'etherType', 'unsigned'],
  [60, 'ipVersion', 'unsigned'],
  [58, 'vlan', 'unsigned'],
  [243, 'vlan', 'unsigned', 1],
  [245, 'customerVlan', 'unsigned'],
  [70, 'label1', 'label'],
  [71, 'label2', 'label'],
  [72, 'label3', 'label'],
  [73, 'label4', 'label'],
  [74, 'label5', 'label'],
  [75, 'label6', 'label'],
  [76, 'label7', 'label'],
  [77, 'label8', 'label'],
  [78, 'label9', 'label'],
  [79, 'label10', 'label'],
  [234, 'ingressVrf', 'unsigned'],
  [235, 'egressVrf', 'unsigned'],

  [10, 'ingressInterface', 'unsigned'],
  [252, 'ingressInterface', 'unsigned', 1],
  [14, 'egressInterface', 'unsigned'],
  [253, 'egressInterface', 'unsigned', 1],
  [61, 'direction', 'unsigned'],

  [225, 'natSrcV4', 'ipv4'],
  [226, 'natDstV4', 'ipv4'],
  [281, 'natSrcV6', 'ipv6'],
  [282, 'natDstV6', 'ipv6'],
  [227, 'natSrcPort', 'unsigned'],
  [228, 'natDstPort', 'unsigned'],
  // Cisco ASA before 8.4 had numbers of its own for these.
  [40_001, 'natSrcV4', 'ipv4', 1],
  [40_002, 'natDstV4', 'ipv4', 1],
  [40_003, 'natSrcPort', 'unsigned', 1],
  [40_004, 'natDstPort', 'unsigned', 1],

  [156, 'startMs', 'ntp'],
  [154, 'startMs', 'ntp', 1],
  [152, 'startMs', 'milliseconds', 2],
  [150, 'startMs', 'seconds', 3],
  [157, 'endMs', 'ntp'],
  [155, 'endMs', 'ntp', 1],
  [153, 'endMs', 'milliseconds', 2],
  [151, 'endMs', 'seconds', 3],
  [158, 'startDeltaUs', 'unsigned'],
  [159, 'endDeltaUs', 'unsigned'],
  [22, 'startUptimeMs', 'unsigned'],
  [21, 'endUptimeMs', 'unsigned'],
  [160, 'systemInitMs', 'milliseconds'],
  [161, 'durationMs', 'unsigned'],
  [325, 'eventMs', 'ntp'],
  [324, 'eventMs', 'ntp', 1],
  [323, 'eventMs', 'milliseconds', 2],
  [322, 'eventMs', 'seconds', 3],
  [258, 'eventMs', 'milliseconds', 4],

  [34, 'samplingInterval', 'unsigned'],
  [50, 'samplerInterval', 'unsigned'],
  [305, 'packetsTaken', 'unsigned'],
  [306, 'packetsSkipped', 'unsigned'],
  [307, 'timeTaken', 'unsigned'],
  [308, 'timeSkipped', 'unsigned'],
  [309, 'sampleSize', 'unsigned'],
  [310, 'population', 'unsigned'],
  [311, 'probability', 'float'],
  [144, 'exportingProcess', 'unsigned'],
  [167, 'notSentPackets', 'unsigned'],
  [302, 'selector', 'unsigned'],
  [48, 'selector', 'unsigned', 1],
];

const OVS: readonly Row[] = [
  [891, 'tunnelType', 'unsigned'],
  [892, 'tunnelKey', 'hex'],
  [893, 'tunnelSrc', 'ipv4'],
  [894, 'tunnelDst', 'ipv4'],
  [895, 'tunnelProto', 'unsigned'],
  [896, 'tunnelSrcPort', 'unsigned'],
  [897, 'tunnelDstPort', 'unsigned'],
];

const REVERSE: readonly Row[] = [
  [1, 'reverseBytes', 'unsigned'],
  [85, 'reverseBytes', 'unsigned', 2],
  [2, 'reversePackets', 'unsigned'],
  [86, 'reversePackets', 'unsigned', 2],
  [5, 'reverseTos', 'unsigned'],
  [6, 'reverseTcpFlags', 'unsigned'],
  [32, 'reverseIcmpV4', 'unsigned'],
  [139, 'reverseIcmpV6', 'unsigned'],
  [58, 'reverseVlan', 'unsigned'],
  [61, 'reverseDirection', 'unsigned'],
  [156, 'reverseStartMs', 'ntp'],
  [154, 'reverseStartMs', 'ntp', 1],
  [152, 'reverseStartMs', 'milliseconds', 2],
  [150, 'reverseStartMs', 'seconds', 3],
  [157, 'reverseEndMs', 'ntp'],
  [155, 'reverseEndMs', 'ntp', 1],
  [153, 'reverseEndMs', 'milliseconds', 2],
  [151, 'reverseEndMs', 'seconds', 3],
];

const indexed = (rows: readonly Row[]): ReadonlyMap<number, Element> =>
  new Map(rows.map(([id, slot, kind, rank = 0]) => [id, { slot, kind, rank }]));

const TABLES: ReadonlyMap<number, ReadonlyMap<number, Element>> = new Map([
  [0, indexed(IANA)],
  [OVS_PEN, indexed(OVS)],
  [REVERSE_PEN, indexed(REVERSE)],
]);

/**
 * The meaning of an information element.
 * @param pen private enterprise number, 0 for IANA's own.
 * @param id element number without the enterprise bit.
 * @returns undefined for an element that flow records have no use for: it is skipped by its length.
 */
export function elementOf(pen: number, id: number): Element | undefined {
  return TABLES.get(pen)?.get(id);
}

/** NetFlow v9's scope field types (RFC 3954 §6.1), as slots of an option record; the others scope the whole domain. */
export const V9_SCOPES: Readonly<Record<number, Slot>> = { 2: 'scopeInterface', 5: 'scopeTemplate' };

/** IPFIX elements that, as scope fields, narrow what an option record is about. */
export const IPFIX_SCOPES: Readonly<Record<number, Slot>> = {
  10: 'scopeInterface',
  14: 'scopeInterface',
  145: 'scopeTemplate',
};

import type { Observation } from '../observe';
import type { ExporterTotals } from './totals';
import type { Writer } from './writer';

/** What a record's values are made from. */
export interface RecordSource {
  readonly observation: Observation;
  readonly totals: ExporterTotals;
  /** The message's export time, in ms; a whole second. */
  readonly exportMs: number;
}

/** A field of a template and how its value is written, in one place so that the two cannot differ. */
export interface OvsField {
  /** IANA element, or VMware's where `enterprise` is set. */
  readonly element: number;
  /** Bytes; 65535 for variable length (RFC 7011 §7). */
  readonly length: number;
  readonly enterprise?: number;
  write(writer: Writer, source: RecordSource): void;
}

const VARIABLE = 65535;

/** VMware's enterprise number, under which Open vSwitch has its tunnel elements. */
const VMWARE = 6876;

const u8 = (element: number, value: (source: RecordSource) => number): OvsField => ({
  element,
  length: 1,
  write: (writer, source) => writer.u8(value(source)),
});
const u16 = (element: number, value: (source: RecordSource) => number): OvsField => ({
  element,
  length: 2,
  write: (writer, source) => writer.u16(value(source)),
});
const u32 = (element: number, value: (source: RecordSource) => number): OvsField => ({
  element,
  length: 4,
  write: (writer, source) => writer.u32(value(source)),
});
const u64 = (element: number, value: (source: RecordSource) => number): OvsField => ({
  element,
  length: 8,
  write: (writer, source) => writer.u64(value(source)),
});
const text = (element: number, value: (source: RecordSource) => string): OvsField => ({
  element,
  length: VARIABLE,
  write: (writer, source) => writer.text(value(source)),
});
const mac = (element: number, value: (source: RecordSource) => string): OvsField => ({
  element,
  length: 6,
  write: (writer, source) => writer.hex(value(source)),
});
const address = (element: number, length: 4 | 16, value: (source: RecordSource) => string): OvsField => ({
  element,
  length,
  write: (writer, source) => writer.address(value(source)),
});
const vmware = (field: OvsField): OvsField => ({ ...field, enterprise: VMWARE });
const zero = (): number => 0;

const ETHERNET_HEADER_BYTES = 14;

const isIPv6 = ({ observation }: RecordSource): boolean => observation.tuple.sourceAddress.includes(':');
const meanLength = ({ observation }: RecordSource): number => Math.round(observation.bytes / observation.packets);
const layer2Bytes = ({ observation }: RecordSource): number =>
  observation.bytes + ETHERNET_HEADER_BYTES * observation.packets;

/** The Ethernet part of every record, and the port that it came in by. */
export const COMMON: readonly OvsField[] = [
  u32(138, zero), // observationPointId: OVN-Kubernetes sets none
  u8(61, ({ observation }) => (observation.side === 'ingress' ? 0 : 1)), // flowDirection
  mac(56, ({ observation }) => observation.sourceMac), // sourceMacAddress
  mac(80, ({ observation }) => observation.destinationMac), // destinationMacAddress
  u16(256, (source) => (isIPv6(source) ? 0x86dd : 0x0800)), // ethernetType
  u8(240, () => ETHERNET_HEADER_BYTES), // ethernetHeaderLength
  u32(10, zero), // ingressInterface: Open vSwitch sends 0 for ports without an SNMP index
  u32(368, zero), // ingressInterfaceType
  text(82, ({ observation }) => observation.inPort), // interfaceName
  text(83, () => ''), // interfaceDescription
];

/** The port that it goes out by; repeats elements 82 and 83, as Open vSwitch does. */
export const EGRESS_PORT: readonly OvsField[] = [
  u32(14, zero), // egressInterface
  u32(369, zero), // egressInterfaceType
  text(82, ({ observation }) => observation.outPort ?? ''),
  text(83, () => ''),
];

export const VLAN: readonly OvsField[] = [
  u16(58, zero), // vlanId
  u16(243, zero), // dot1qVlanId
  u8(244, zero), // dot1qPriority
];

export const IP: readonly OvsField[] = [
  u8(60, (source) => (isIPv6(source) ? 6 : 4)), // ipVersion
  u8(192, ({ observation }) => observation.ttl), // ipTTL
  u8(4, ({ observation }) => observation.protocol), // protocolIdentifier
  u8(195, zero), // ipDiffServCodePoint
  u8(196, zero), // ipPrecedence
  u8(5, zero), // ipClassOfService
];

export const IPV4: readonly OvsField[] = [
  address(8, 4, ({ observation }) => observation.tuple.sourceAddress),
  address(12, 4, ({ observation }) => observation.tuple.destinationAddress),
];

export const IPV6: readonly OvsField[] = [
  address(27, 16, ({ observation }) => observation.tuple.sourceAddress),
  address(28, 16, ({ observation }) => observation.tuple.destinationAddress),
  u32(31, zero), // flowLabelIPv6
];

export const PORTS: readonly OvsField[] = [
  u16(7, ({ observation }) => observation.tuple.sourcePort),
  u16(11, ({ observation }) => observation.tuple.destinationPort),
];

const icmpType = ({ observation }: RecordSource): number => (observation.tuple.destinationPort === 0 ? 8 : 0);
export const ICMP4: readonly OvsField[] = [u8(176, icmpType), u8(177, zero)];
export const ICMP6: readonly OvsField[] = [u8(178, icmpType), u8(179, zero)];

/** Geneve: what the packet is wrapped in between nodes. */
export const TUNNEL: readonly OvsField[] = [
  vmware(address(893, 4, ({ observation }) => observation.tunnel?.sourceAddress ?? '0.0.0.0')),
  vmware(address(894, 4, ({ observation }) => observation.tunnel?.destinationAddress ?? '0.0.0.0')),
  vmware(u8(895, () => 17)), // tunnelProtocolIdentifier: UDP
  vmware(u16(896, ({ observation }) => 49152 + (observation.tuple.sourcePort % 16384))), // tunnelSourceTransportPort
  vmware(u16(897, () => 6081)), // tunnelDestinationTransportPort
  vmware(u8(891, () => 0x07)), // tunnelType: Geneve in Open vSwitch's numbering
  // tunnelKey: the virtual network's number, 3 bytes.
  vmware({
    element: 892,
    length: VARIABLE,
    write: (writer) => {
      writer.u8(3);
      writer.hex('000004');
    },
  }),
];

/** Times and counters of every record. Elements that say "total" are the exporter's since its start, not the flow's. */
export const COUNTERS: readonly OvsField[] = [
  u32(158, ({ exportMs, observation }) => (exportMs - observation.startMs) * 1000), // flowStartDeltaMicroseconds
  u32(159, ({ exportMs, observation }) => (exportMs - observation.endMs) * 1000), // flowEndDeltaMicroseconds
  u64(133, zero), // droppedPacketDeltaCount
  u64(135, zero), // droppedPacketTotalCount
  u64(2, ({ observation }) => observation.packets), // packetDeltaCount
  u64(86, ({ totals }) => totals.packets), // packetTotalCount
  u64(354, ({ totals }) => totals.ingressPackets), // ingressUnicastPacketTotalCount
  u64(355, zero), // ingressMulticastPacketTotalCount
  u64(356, zero), // ingressBroadcastPacketTotalCount
  u64(357, ({ totals }) => totals.egressPackets), // egressUnicastPacketTotalCount
  u64(358, zero), // egressBroadcastPacketTotalCount
  u64(19, zero), // postMCastPacketDeltaCount
  u64(174, zero), // postMCastPacketTotalCount
  u64(352, layer2Bytes), // layer2OctetDeltaCount
  u64(353, ({ totals }) => totals.layer2Bytes), // layer2OctetTotalCount
  u8(136, ({ observation }) => (observation.lasting ? 2 : 1)), // flowEndReason: active or idle timeout
];

export const IP_COUNTERS: readonly OvsField[] = [
  u64(132, zero), // droppedOctetDeltaCount
  u64(134, zero), // droppedOctetTotalCount
  u64(1, ({ observation }) => observation.bytes), // octetDeltaCount
  u64(85, ({ totals }) => totals.bytes), // octetTotalCount
  u64(198, (source) => source.observation.packets * meanLength(source) ** 2), // octetDeltaSumOfSquares
  u64(199, ({ totals }) => totals.sumOfSquares), // octetTotalSumOfSquares
  u64(25, meanLength), // minimumIpTotalLength
  u64(26, meanLength), // maximumIpTotalLength
  u64(20, zero), // postMCastOctetDeltaCount
  u64(175, zero), // postMCastOctetTotalCount
];

/** Packets with each flag, the exporter's since its start. There is no element for the flow's own flags. */
export const TCP_COUNTERS: readonly OvsField[] = [
  u64(222, ({ totals }) => totals.tcpPackets), // tcpAckTotalCount
  u64(219, ({ totals }) => totals.tcpFlows), // tcpFinTotalCount
  u64(221, ({ totals }) => totals.tcpFlows), // tcpPshTotalCount
  u64(220, zero), // tcpRstTotalCount
  u64(218, ({ totals }) => totals.tcpFlows), // tcpSynTotalCount
  u64(223, zero), // tcpUrgTotalCount
];

import { hasPorts, type FlowRecord } from '@netobserv-flows/schema';
import { newRecord } from './newRecord';
import { dropOf } from './forwardingStatus';
import { labelsOf } from './labelStack';
import type { Observation } from './observation';
import type { FlowTime } from './times';

/** What a record gets from its message, not from its own fields. */
export interface MessageOrigin {
  /** Source address of the datagram, or the agent address of an sFlow exporter that is trusted with it. */
  readonly address: string;
  /** Observation domain; 0 says 'none' (RFC 7011 §3.1). */
  readonly domain: number;
  /** Seconds since the Unix epoch. */
  readonly receivedS: number;
}

/** The factor for the counters, and the sampling to show. */
export interface AppliedSampling {
  readonly factor: number;
  readonly shown: number;
}

const ETHERTYPE_BY_VERSION: Readonly<Record<number, number>> = { 4: 0x0800, 6: 0x86dd };
const ICMP = 1;
const ICMPV6 = 58;
const NO_ADDRESS: ReadonlySet<string> = new Set(['0.0.0.0', '::']);
const TCP = 6;
const IN: number[] = [0];
const OUT: number[] = [1];
const IN_AND_OUT: number[] = [0, 1];
const OUT_AND_IN: number[] = [1, 0];
/** The greatest numbers of one and of two bytes. */
const BYTE = 0xff;
const WORD = 0xffff;

/** The flow record for what an exporter said. What it did not say is undefined. */
export function toRecord(
  said: Observation,
  time: FlowTime,
  { factor, shown }: AppliedSampling,
  origin: MessageOrigin
): FlowRecord {
  const record = newRecord(
    time.startMs,
    time.endMs,
    origin.receivedS,
    scaled(said.bytes, factor),
    scaled(said.packets, factor),
    Math.max(1, Math.round(shown)),
    origin.address
  );
  if (origin.domain !== 0) {
    record.ObservationDomainId = origin.domain;
  }
  setAddresses(record, said);
  setTransport(record, said);
  setLink(record, said);
  setInterfaces(record, said);
  if (said.forwardingStatus !== undefined || said.droppedBytes !== undefined || said.droppedPackets !== undefined) {
    setDropped(record, said, factor);
  }
  if (tellsTranslation(said)) {
    setTranslation(record, said);
  }
  if (said.tunnelSrc !== undefined || said.tunnelType !== undefined || said.tunnelKey !== undefined) {
    setTunnel(record, said);
  }
  return record;
}

/** Counters beyond 2^53 are nonsense or an attack; they stay whole numbers. */
function scaled(counter: number | undefined, factor: number): number {
  return counter === undefined ? 0 : Math.min(Math.round(counter * factor), Number.MAX_SAFE_INTEGER);
}

/** A template may hold the addresses of both IP versions; the record's version, or the one that is filled, decides. */
function setAddresses(record: FlowRecord, said: Observation): void {
  const { srcV4, dstV4, srcV6, dstV6 } = said;
  const sixth = srcV6 !== undefined || dstV6 !== undefined;
  const fourth = srcV4 !== undefined || dstV4 !== undefined;
  const isSix = sixth && (!fourth || (said.ipVersion === undefined ? !isEmpty(srcV6, dstV6) : said.ipVersion === 6));
  const src = isSix ? srcV6 : srcV4;
  const dst = isSix ? dstV6 : dstV4;
  if (src !== undefined) {
    record.SrcAddr = src;
  }
  if (dst !== undefined) {
    record.DstAddr = dst;
  }
}

function isEmpty(src: string | undefined, dst: string | undefined): boolean {
  return (src === undefined || NO_ADDRESS.has(src)) && (dst === undefined || NO_ADDRESS.has(dst));
}

/** An exporter may send a field in more bytes than it needs; what does not fit the field is left out. */
function within(value: number | undefined, most: number): number | undefined {
  return value !== undefined && value <= most ? value : undefined;
}

function setTransport(record: FlowRecord, said: Observation): void {
  const proto = within(said.proto, BYTE);
  const srcPort = within(said.srcPort, WORD);
  const dstPort = within(said.dstPort, WORD);
  if (proto !== undefined) {
    record.Proto = proto;
  }
  if (proto === undefined || hasPorts(proto)) {
    if (srcPort !== undefined) {
      record.SrcPort = srcPort;
    }
    if (dstPort !== undefined) {
      record.DstPort = dstPort;
    }
  }
  if (said.tcpFlags !== undefined && (proto === undefined || proto === TCP)) {
    record.Flags = said.tcpFlags & 0xff;
  }
  if (proto === ICMP) {
    setIcmp(record, said.icmpTypeV4, said.icmpCodeV4, said.icmpV4, dstPort);
  } else if (proto === ICMPV6) {
    setIcmp(record, said.icmpTypeV6, said.icmpCodeV6, said.icmpV6 ?? said.icmpV4, dstPort);
  }
  const dscp = said.dscp ?? (said.tos === undefined ? undefined : said.tos >> 2);
  if (dscp !== undefined) {
    record.Dscp = dscp & 0x3f;
  }
}

/**
 * ICMP type and code in the forms that exporters have: two elements, one of type × 256 + code, or that number in the
 * place of the destination port (NetFlow v5 and v9; also in templates that have the element but leave it 0).
 */
function setIcmp(
  record: FlowRecord,
  type: number | undefined,
  code: number | undefined,
  both: number | undefined,
  port: number | undefined
): void {
  const number = both || port || both;
  const icmpType = within(type, BYTE) ?? (number === undefined ? undefined : (number >> 8) & 0xff);
  const icmpCode = within(code, BYTE) ?? (number === undefined ? undefined : number & 0xff);
  if (icmpType !== undefined) {
    record.IcmpType = icmpType;
  }
  if (icmpCode !== undefined) {
    record.IcmpCode = icmpCode;
  }
}

function setLink(record: FlowRecord, said: Observation): void {
  if (said.srcMac !== undefined) {
    record.SrcMac = said.srcMac;
  }
  if (said.dstMac !== undefined) {
    record.DstMac = said.dstMac;
  }
  const etherType = within(said.etherType, WORD) || ETHERTYPE_BY_VERSION[said.ipVersion ?? 0];
  if (etherType !== undefined) {
    record.Etype = etherType;
  }
  // 0 is the identifier of frames without a VLAN (IEEE 802.1Q); the upper bits are priority.
  const vlan = (said.vlan ?? 0) & 0xfff;
  if (vlan !== 0) {
    record.VlanId = vlan;
  }
  const customerVlan = (said.customerVlan ?? 0) & 0xfff;
  if (customerVlan !== 0) {
    record.CustomerVlanId = customerVlan;
  }
  if (said.label1 !== undefined || said.mplsLabels !== undefined) {
    setLabels(record, said);
  }
  if (said.ingressVrf) {
    record.IngressVRFID = said.ingressVrf;
  }
  if (said.egressVrf) {
    record.EgressVRFID = said.egressVrf;
  }
}

function setLabels(record: FlowRecord, said: Observation): void {
  const labels = labelsOf(said);
  if (labels !== undefined) {
    record.MplsLabels = labels;
  }
}

function setDropped(record: FlowRecord, said: Observation, factor: number): void {
  const { bytes, packets, cause } = dropOf(said);
  if (bytes) {
    record.PktDropBytes = scaled(bytes, factor);
  }
  if (packets) {
    record.PktDropPackets = scaled(packets, factor);
  }
  if (cause !== undefined) {
    record.PktDropLatestDropCause = cause;
  }
}

/**
 * The interface that saw the flow stands first: the egress one of an egress observation, else the ingress one.
 * Interface 0 is none (RFC 2863, and what exporters send for traffic of their own).
 */
function setInterfaces(record: FlowRecord, said: Observation): void {
  const ingress = said.ingressName ?? (said.ingressInterface ? String(said.ingressInterface) : undefined);
  const egress = said.egressName ?? (said.egressInterface ? String(said.egressInterface) : undefined);
  const { direction } = said;
  if (ingress !== undefined && egress !== undefined) {
    record.Interfaces = direction === 1 ? [egress, ingress] : [ingress, egress];
  } else if (ingress !== undefined) {
    record.Interfaces = [ingress];
  } else if (egress !== undefined) {
    record.Interfaces = [egress];
  }
  if (direction === 0 || direction === 1) {
    record.FlowDirection = direction;
    record.IfDirections = sidesOf(ingress, egress, direction);
  }
}

/** On which side each of the interfaces saw the flow; where none is named, the one that saw it. */
function sidesOf(ingress: string | undefined, egress: string | undefined, direction: 0 | 1): number[] {
  if (ingress !== undefined && egress !== undefined) {
    return direction === 1 ? OUT_AND_IN : IN_AND_OUT;
  }
  if (ingress !== undefined) {
    return IN;
  }
  return egress !== undefined || direction === 1 ? OUT : IN;
}

function tellsTranslation({ natSrcV4, natDstV4, natSrcV6, natDstV6, natSrcPort, natDstPort }: Observation): boolean {
  return (natSrcV4 ?? natSrcV6 ?? natDstV4 ?? natDstV6 ?? natSrcPort ?? natDstPort) !== undefined;
}

function setTranslation(record: FlowRecord, said: Observation): void {
  const src = translated(said.natSrcV6, said.natSrcV4);
  const dst = translated(said.natDstV6, said.natDstV4);
  if (src !== undefined) {
    record.XlatSrcAddr = src;
  }
  if (dst !== undefined) {
    record.XlatDstAddr = dst;
  }
  const srcPort = within(said.natSrcPort, WORD);
  const dstPort = within(said.natDstPort, WORD);
  if (srcPort) {
    record.XlatSrcPort = srcPort;
  }
  if (dstPort) {
    record.XlatDstPort = dstPort;
  }
}

function translated(sixth: string | undefined, fourth: string | undefined): string | undefined {
  return [sixth, fourth].find((address) => address !== undefined && !NO_ADDRESS.has(address));
}

function setTunnel(record: FlowRecord, said: Observation): void {
  if (said.tunnelSrc !== undefined && !NO_ADDRESS.has(said.tunnelSrc)) {
    record.TunnelSrcAddr = said.tunnelSrc;
  }
  if (said.tunnelDst !== undefined && !NO_ADDRESS.has(said.tunnelDst)) {
    record.TunnelDstAddr = said.tunnelDst;
  }
  const proto = within(said.tunnelProto, BYTE);
  const srcPort = within(said.tunnelSrcPort, WORD);
  const dstPort = within(said.tunnelDstPort, WORD);
  const type = within(said.tunnelType, BYTE);
  if (hasPorts(proto) && srcPort) {
    record.TunnelSrcPort = srcPort;
  }
  if (hasPorts(proto) && dstPort) {
    record.TunnelDstPort = dstPort;
  }
  if (type) {
    record.TunnelType = type;
  }
  if (said.tunnelKey !== undefined) {
    record.TunnelKey = said.tunnelKey;
  }
  if (proto) {
    record.TunnelProto = proto;
  }
}

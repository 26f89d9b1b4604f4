import { hasPorts } from '@netobserv-flows/schema';
import type { Observation } from '../observation';
import { ipv4, ipv6, mac, uint32 } from '../values';
import { readPacket } from './packet';
import { TUNNEL, UDP_TUNNELS } from './packet/tunnel';

/** Where the content of a flow record stands. */
interface Content {
  readonly bytes: Buffer;
  readonly at: number;
  readonly end: number;
}

type Reader = (content: Content, said: Observation) => void;

interface RecordFormat {
  /** Bytes that it has at least; a shorter one is not read. */
  readonly size: number;
  readonly read: Reader;
}

const SAMPLED_HEADER = 1;
const RECORD_HEADER = 8;
const HEADER_FIELDS = 16;
const GRE = 47;
const ADDRESS_V4 = 1;
const ADDRESS_V6 = 2;
const MPLS_LABELS_MAX = 10;
/** 802.1Q identifiers end here; more says that the agent does not know. */
const VLAN_MAX = 4094;

/**
 * The flow_data structures of enterprise 0 that fill fields of the dictionary (sFlow Version 5, 'Flow Data Types';
 * sFlow Tunnel Structures). What the packet's own header has said already stays.
 */
const FORMATS: ReadonlyMap<number, RecordFormat> = new Map<number, RecordFormat>([
  [2, { size: 24, read: readSampledEthernet }],
  [3, { size: 32, read: readSampledIpv4 }],
  [4, { size: 56, read: readSampledIpv6 }],
  [1001, { size: 16, read: readSwitch }],
  [1006, { size: 12, read: readMplsStack }],
  [1007, { size: 16, read: readNat }],
  [1020, { size: 8, read: readNatPorts }],
  [1023, { size: 32, read: readTunnelV4 }],
  [1024, { size: 32, read: readTunnelV4 }],
  [1025, { size: 56, read: readTunnelV6 }],
  [1026, { size: 56, read: readTunnelV6 }],
  [1029, { size: 4, read: readVni }],
  [1030, { size: 4, read: readVni }],
]);

/** What came of the records of a sample. */
export interface RecordsOutcome {
  /** Records that were complete, known or not. */
  readonly complete: number;
  /** The header_protocol of a packet whose headers cannot be read. */
  readonly unreadProtocol?: number;
}

/**
 * Reads the flow records of a sample into an observation: the packet's header first, wherever it stands, because
 * what was on the wire goes before what the agent made of it.
 * @param count records that the sample announces.
 */
export function readFlowRecords(
  bytes: Buffer,
  from: number,
  end: number,
  count: number,
  said: Observation
): RecordsOutcome {
  const others: Array<() => void> = [];
  let unreadProtocol: number | undefined;
  let hasHeader = false;
  let at = from;
  let complete = 0;
  while (complete < count && at + RECORD_HEADER <= end) {
    const format = uint32(bytes, at);
    const content = { bytes, at: at + RECORD_HEADER, end: at + RECORD_HEADER + uint32(bytes, at + 4) };
    if (content.end > end) {
      break;
    }
    const known = FORMATS.get(format);
    if (format === SAMPLED_HEADER && !hasHeader) {
      hasHeader = true;
      unreadProtocol = readSampledHeader(content, said);
    } else if (known !== undefined && content.end - content.at >= known.size) {
      others.push(() => known.read(content, said));
    }
    at = content.end;
    complete++;
  }
  others.forEach((read) => read());
  return { complete, unreadProtocol };
}

/** @returns the header_protocol where it is one that cannot be read. */
function readSampledHeader({ bytes, at, end }: Content, said: Observation): number | undefined {
  if (at + HEADER_FIELDS > end) {
    return undefined;
  }
  const protocol = uint32(bytes, at);
  const frameLength = uint32(bytes, at + 4);
  const stripped = uint32(bytes, at + 8);
  const start = at + HEADER_FIELDS;
  const captured = Math.min(uint32(bytes, at + 12), end - start);
  const onWire = Math.max(frameLength - stripped, captured);
  said.bytes = onWire;
  const packet = { bytes, end: start + captured, wireEnd: start + onWire };
  return readPacket(packet, start, protocol, said) ? undefined : protocol;
}

function readSampledEthernet({ bytes, at }: Content, said: Observation): void {
  said.bytes ??= uint32(bytes, at);
  said.srcMac ??= mac(bytes, at + 4);
  said.dstMac ??= mac(bytes, at + 12);
  said.etherType ??= uint32(bytes, at + 20) & 0xffff || undefined;
}

function readSampledIpv4({ bytes, at }: Content, said: Observation): void {
  if (said.ipVersion !== undefined) {
    return;
  }
  said.ipVersion = 4;
  said.srcV4 = ipv4(bytes, at + 8);
  said.dstV4 = ipv4(bytes, at + 12);
  readIpCommon(bytes, at, at + 16, said);
}

function readSampledIpv6({ bytes, at }: Content, said: Observation): void {
  if (said.ipVersion !== undefined) {
    return;
  }
  said.ipVersion = 6;
  said.srcV6 = ipv6(bytes, at + 8);
  said.dstV6 = ipv6(bytes, at + 24);
  readIpCommon(bytes, at, at + 40, said);
}

/** Length and protocol; and, behind the addresses, ports, TCP flags, and type of service or priority. */
function readIpCommon(bytes: Buffer, at: number, behind: number, said: Observation): void {
  said.bytes = uint32(bytes, at);
  said.proto = uint32(bytes, at + 4) & 0xff;
  // For protocols without ports, agents put what they like there.
  if (hasPorts(said.proto)) {
    said.srcPort = uint32(bytes, behind) & 0xffff;
    said.dstPort = uint32(bytes, behind + 4) & 0xffff;
  }
  said.tcpFlags = uint32(bytes, behind + 8) & 0xff;
  said.tos = uint32(bytes, behind + 12) & 0xff;
}

/** Many switches take the tag off before they sample: the VLAN is here only. */
function readSwitch({ bytes, at }: Content, said: Observation): void {
  const vlan = uint32(bytes, at);
  if (vlan > 0 && vlan <= VLAN_MAX) {
    said.vlan ??= vlan;
  }
}

/** Next hop, then the stack as it came in: entries as on the wire, the label in the upper 20 bits. */
function readMplsStack({ bytes, at, end }: Content, said: Observation): void {
  const stack = afterAddress(bytes, at, end);
  if (stack === undefined || stack + 4 > end || said.mplsLabels !== undefined) {
    return;
  }
  const count = Math.min(uint32(bytes, stack), Math.floor((end - stack - 4) / 4), MPLS_LABELS_MAX);
  const labels = Array.from({ length: count }, (_, index) => uint32(bytes, stack + 4 + 4 * index) >>> 12);
  said.mplsLabels = labels.length === 0 ? undefined : labels;
}

/** Addresses after translation; one that was not translated is sent as it was. */
function readNat({ bytes, at, end }: Content, said: Observation): void {
  const second = afterAddress(bytes, at, end);
  if (second === undefined || afterAddress(bytes, second, end) === undefined) {
    return;
  }
  const [srcV4, srcV6] = addressAt(bytes, at);
  const [dstV4, dstV6] = addressAt(bytes, second);
  Object.assign(said, { natSrcV4: srcV4, natSrcV6: srcV6, natDstV4: dstV4, natDstV6: dstV6 });
}

function readNatPorts({ bytes, at }: Content, said: Observation): void {
  said.natSrcPort = uint32(bytes, at) & 0xffff;
  said.natDstPort = uint32(bytes, at + 4) & 0xffff;
}

function readTunnelV4({ bytes, at }: Content, said: Observation): void {
  if (said.tunnelSrc === undefined) {
    said.tunnelSrc = ipv4(bytes, at + 8);
    said.tunnelDst = ipv4(bytes, at + 12);
    readTunnelCommon(bytes, at, at + 16, said);
  }
}

function readTunnelV6({ bytes, at }: Content, said: Observation): void {
  if (said.tunnelSrc === undefined) {
    said.tunnelSrc = ipv6(bytes, at + 8);
    said.tunnelDst = ipv6(bytes, at + 24);
    readTunnelCommon(bytes, at, at + 40, said);
  }
}

function readTunnelCommon(bytes: Buffer, at: number, ports: number, said: Observation): void {
  said.tunnelProto = uint32(bytes, at + 4) & 0xff;
  said.tunnelSrcPort = uint32(bytes, ports) & 0xffff;
  said.tunnelDstPort = uint32(bytes, ports + 4) & 0xffff;
  said.tunnelType ??= said.tunnelProto === GRE ? TUNNEL.gre : UDP_TUNNELS.get(said.tunnelDstPort);
}

/** The network identifier of an overlay, 24 bits, written as it is where it stands in the packet. */
function readVni({ bytes, at }: Content, said: Observation): void {
  said.tunnelKey ??= (uint32(bytes, at) & 0xff_ffff).toString(16).padStart(6, '0');
}

/** Where what follows an sFlow address (type, then 4 or 16 bytes) stands; undefined where the address does not fit. */
export function afterAddress(bytes: Buffer, at: number, end: number): number | undefined {
  if (at + 4 > end) {
    return undefined;
  }
  const type = uint32(bytes, at);
  const length = type === ADDRESS_V4 ? 4 : type === ADDRESS_V6 ? 16 : 0;
  return type > ADDRESS_V6 || at + 4 + length > end ? undefined : at + 4 + length;
}

/** An sFlow address that fits, as its IPv4 or IPv6 text; neither for the type 'unknown'. */
export function addressAt(bytes: Buffer, at: number): readonly [v4: string | undefined, v6: string | undefined] {
  const type = uint32(bytes, at);
  return [type === ADDRESS_V4 ? ipv4(bytes, at + 4) : undefined, type === ADDRESS_V6 ? ipv6(bytes, at + 4) : undefined];
}

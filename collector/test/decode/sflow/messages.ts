/** Builds sFlow datagrams for tests, structure by structure, as sFlow Version 5 lays them out. */
import { bytes } from '../messages';

const hex = (text: string) => text.replace(/\s+/g, '');

/** A word of four bytes. */
export const u32 = (...values: number[]) => values.map((value) => (value >>> 0).toString(16).padStart(8, '0')).join('');

/** What tests say of a datagram's header. */
export interface SflowHeader {
  /** Address type and address. */
  readonly agent?: string;
  readonly subAgent?: number;
  readonly sequence?: number;
  /** Samples that it claims to have. */
  readonly count?: number;
}

/** A datagram of agent 192.0.2.200, unless it says otherwise. */
export function datagram(samples: readonly string[], header: SflowHeader = {}): Buffer {
  const { agent = '00000001 c00002c8', subAgent = 0, sequence = 1, count = samples.length } = header;
  return bytes(u32(5) + agent + u32(subAgent, sequence, 60_000, count) + samples.join(''));
}

/** Something with its format and length before it: a sample, or a record of one. */
export function structure(format: number, body: string, enterprise = 0): string {
  const content = hex(body);
  return u32(enterprise * 4096 + format, content.length / 2) + content;
}

/** What tests say of a sample. */
export interface SampleHead {
  /** Class and index of the data source. */
  readonly source?: readonly [kind: number, index: number];
  readonly rate?: number;
  /** Interfaces: format in the upper two bits, value below. */
  readonly input?: number;
  readonly output?: number;
  readonly count?: number;
}

/** A flow_sample: 1 of 100 packets of interface 3, coming in by it and going out by 7. */
export function flowSample(records: readonly string[], head: SampleHead = {}): string {
  const { source = [0, 3], rate = 100, input = 3, output = 7, count = records.length } = head;
  return structure(1, u32(11, source[0] * 2 ** 24 + source[1], rate, 5000, 0, input, output, count) + records.join(''));
}

/** A record of a packet's first bytes. */
export function sampledHeader(
  header: string,
  { protocol = 1, frame = hex(header).length / 2 + 4, stripped = 4 } = {}
): string {
  const content = hex(header);
  const padding = '00'.repeat((4 - ((content.length / 2) % 4)) % 4);
  return structure(1, u32(protocol, frame, stripped, content.length / 2) + content + padding);
}

/** Ethernet from 0a:00:00:00:00:01 to …:02. */
export const ethernet = (type: string, rest: string) => hex(`0a0000000002 0a0000000001 ${type} ${rest}`);

/** What tests say of an IP packet. */
export interface IpHead {
  readonly proto: number;
  readonly src?: string;
  readonly dst?: string;
  /** Bytes of the packet, where they are not those that follow. */
  readonly length?: number;
  /** Flags and fragment offset. */
  readonly fragment?: string;
}

/** An IPv4 packet from 10.0.0.1 to 10.0.0.2, type of service 0xb8. */
export function ipv4(payload: string, { proto, src = '0a000001', dst = '0a000002', length, fragment }: IpHead): string {
  const content = hex(payload);
  const total = (length ?? 20 + content.length / 2).toString(16).padStart(4, '0');
  const protocol = proto.toString(16).padStart(2, '0');
  return hex(`45b8 ${total} 0000 ${fragment ?? '4000'} 40${protocol} 0000 ${src} ${dst} ${content}`);
}

/** An IPv6 packet from 2001:db8::1 to 2001:db8::2, traffic class 0xb8; `next` is its first header. */
export function ipv6(payload: string, next: number, length = hex(payload).length / 2): string {
  const size = length.toString(16).padStart(4, '0');
  const src = '20010db8000000000000000000000001';
  const dst = '20010db8000000000000000000000002';
  return hex(`6b80 0000 ${size} ${next.toString(16).padStart(2, '0')}40 ${src} ${dst} ${payload}`);
}

/** A TCP header from port 40000 to 443 with acknowledge and push. */
export const TCP = '9c40 01bb 00000001 00000002 5018 ffff 0000 0000';

/** A UDP header from port 40000, and what it carries. */
export function udp(port: number, payload = ''): string {
  const content = hex(payload);
  return hex(`9c40 ${u32(port).slice(4)} ${u32(8 + content.length / 2).slice(4)} 0000 ${content}`);
}

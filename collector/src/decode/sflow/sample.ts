import { Observation } from '../observation';
import type { Session } from '../session';
import { uint32 } from '../values';
import type { Agent, SampleNumbers } from './agents';
import { dropCause } from './dropCauses';
import { readFlowRecords } from './flowRecords';

/** Traffic of the agent itself: no interface (sFlow Version 5, 'Input/output port information'). */
const INTERNAL: ReadonlySet<number> = new Set([0x3fff_ffff, 0xffff_ffff]);
const SINGLE = 0;
const DISCARDED = 1;
const IFINDEX_CLASS = 0;

/** Bytes before the flow records. */
const HEADS = { compact: 32, expanded: 44, discarded: 32 } as const;

/** The forms that a sample of a packet has. */
export type SampleForm = keyof typeof HEADS;

/** What stands before the records of a sample. */
interface Head extends SampleNumbers {
  /** One packet of so many is sampled; undefined where it is not said, or none is left out. */
  readonly rate: number | undefined;
  readonly input: number | undefined;
  readonly output: number | undefined;
  readonly dropReason: number | undefined;
  readonly records: number;
}

/**
 * Decodes a sample of one packet: flow_sample, flow_sample_expanded (sFlow Version 5) or discarded_packet (sFlow
 * Dropped Packet Notification Structures) and adds its flow.
 *
 * A sampled packet that was discarded counts as traffic and as dropped. A discarded_packet is no sample: agents send
 * each, and sample its packet besides, so it counts as dropped only.
 * @param at behind the sample's format and length.
 * @param end where it ends.
 * @param agent takes in its number and the agent's count of drops; undefined where its agent is not followed.
 */
export function decodeSample(
  bytes: Buffer,
  at: number,
  end: number,
  form: SampleForm,
  session: Session,
  agent: Agent | undefined
): void {
  const size = HEADS[form];
  if (at + size > end) {
    session.lose('malformed', 1, `an sFlow sample of ${end - at} bytes ends inside its header of ${size}`);
    return;
  }
  const head = HEAD_READERS[form](bytes, at);
  agent?.sample(head, form === 'discarded');
  const said = new Observation();
  const { complete, unreadProtocol } = readFlowRecords(bytes, at + size, end, head.records, said);
  if (complete < head.records) {
    session.lose('malformed', 1, `an sFlow sample of ${head.records} flow records ends after ${complete}`);
  }
  if (!tellsFlow(said)) {
    if (complete === head.records) {
      session.lose('not_a_flow', 1, nothingTold(unreadProtocol));
    }
    return;
  }
  said.packets = 1;
  said.ingressInterface = head.input;
  said.egressInterface = head.output;
  said.direction = directionOf(head);
  if (head.dropReason !== undefined) {
    said.droppedBytes = said.bytes;
    said.droppedPackets = 1;
    said.dropCause = dropCause(head.dropReason);
  }
  if (form === 'discarded') {
    said.bytes = said.packets = undefined;
  }
  session.addFlow(said, head.rate, false);
}

const HEAD_READERS: Readonly<Record<SampleForm, (bytes: Buffer, at: number) => Head>> = {
  // Sequence number, source, rate, pool, drops, input, output, records.
  compact: (bytes, at) => {
    const source = uint32(bytes, at + 4);
    const [input, output] = [uint32(bytes, at + 20), uint32(bytes, at + 24)];
    return {
      sequence: uint32(bytes, at),
      drops: uint32(bytes, at + 16),
      sourceClass: source >>> 24,
      sourceIndex: source & 0xff_ffff,
      rate: uint32(bytes, at + 8) || undefined,
      ...interfaces(input >>> 30, input & 0x3fff_ffff, output >>> 30, output & 0x3fff_ffff),
      records: uint32(bytes, at + 28),
    };
  },
  // The same, with class and index of the source, and format and value of the interfaces, in words of their own.
  expanded: (bytes, at) => ({
    sequence: uint32(bytes, at),
    drops: uint32(bytes, at + 20),
    sourceClass: uint32(bytes, at + 4),
    sourceIndex: uint32(bytes, at + 8),
    rate: uint32(bytes, at + 12) || undefined,
    ...interfaces(
      ...([24, 28, 32, 36].map((offset) => uint32(bytes, at + offset)) as [number, number, number, number])
    ),
    records: uint32(bytes, at + 40),
  }),
  // Sequence number, class and index of the source, drops, input, output, reason, records.
  discarded: (bytes, at) => ({
    sequence: uint32(bytes, at),
    drops: uint32(bytes, at + 12),
    sourceClass: uint32(bytes, at + 4),
    sourceIndex: uint32(bytes, at + 8),
    rate: 1,
    ...interfaces(SINGLE, uint32(bytes, at + 16), SINGLE, uint32(bytes, at + 20)),
    dropReason: uint32(bytes, at + 24),
    records: uint32(bytes, at + 28),
  }),
};

function interfaces(inFormat: number, inValue: number, outFormat: number, outValue: number) {
  return {
    input: interfaceOf(inFormat, inValue),
    output: interfaceOf(outFormat, outValue),
    dropReason: outFormat === DISCARDED ? outValue : undefined,
  };
}

/** The number of an interface, 0 where it is none but the agent itself; undefined for several, or one not known (0). */
function interfaceOf(format: number, value: number): number | undefined {
  if (format !== SINGLE) {
    return undefined;
  }
  return INTERNAL.has(value) ? 0 : value || undefined;
}

/** 0 where the source of the sample is the interface that the packet came in by, 1 where the one it went out by. */
function directionOf({ sourceClass, sourceIndex, input, output }: Head): number | undefined {
  if (sourceClass !== IFINDEX_CLASS || sourceIndex === 0) {
    return undefined;
  }
  if (sourceIndex === input) {
    return 0;
  }
  return sourceIndex === output ? 1 : undefined;
}

function tellsFlow({ srcMac, dstMac, ipVersion }: Observation): boolean {
  return ipVersion !== undefined || srcMac !== undefined || dstMac !== undefined;
}

function nothingTold(protocol: number | undefined): string {
  return protocol === undefined
    ? 'an sFlow sample has no address of any kind'
    : `an sFlow sample has a header of protocol ${protocol}; 1 Ethernet, 7 PPP, 11 IPv4, 12 IPv6 and 13 MPLS are read`;
}

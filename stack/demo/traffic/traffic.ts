import type { DemoCluster, DemoPod } from '../model/types';
import { Random } from '../random';
import { CONVERSATIONS, type Conversation } from './conversations';
import { INCIDENT_CONVERSATIONS, isDuring, probes, takesPlace, type Incident } from './incidents';
import { Parties, type Ends } from './parties';
import { strength } from './shapes';
import type { Tuple } from './tuple';

/** IANA protocol numbers of the demo's traffic. */
export const PROTOCOL = { ICMP: 1, TCP: 6, UDP: 17 } as const;

/** What went one way of one connection during one slot: what the demo knows to be true. */
export interface Traffic {
  /** Times in ms since the Unix epoch. */
  readonly startMs: number;
  readonly endMs: number;
  readonly bytes: number;
  readonly packets: number;
  readonly protocol: number;
  /** Undefined where an end is outside the cluster. */
  readonly source?: DemoPod;
  readonly destination?: DemoPod;
  /** As the sender sent it: a request still has the service's address. */
  readonly sent: Tuple;
  /** As it crosses between nodes. */
  readonly carried: Tuple;
  /** As the receiver gets it: a reply has the service's address again. */
  readonly delivered: Tuple;
  /** The connection goes on. */
  readonly lasting: boolean;
}

const MILLISECOND_RESERVE = 5;

/** Bytes on the wire of a full packet, client to server and back, by protocol. */
function packetSizes(protocol: Conversation['protocol']): readonly [up: number, down: number] {
  switch (protocol) {
    case 'TCP':
      return [1400, 1400];
    case 'UDP':
      return [76, 190];
    case 'ICMP':
      return [84, 84];
  }
}

interface Volume {
  readonly bytes: number;
  readonly packets: number;
}

/** Packets and bytes both ways: TCP acknowledges every second packet, and no packet is smaller than its headers. */
function volumes(protocol: Conversation['protocol'], up: number, down: number): readonly [Volume, Volume] {
  const [sizeUp, sizeDown] = packetSizes(protocol);
  let packetsUp = Math.max(1, Math.ceil(up / sizeUp));
  let packetsDown = Math.max(1, Math.ceil(down / sizeDown));
  let smallest = 60;
  if (protocol === 'TCP') {
    [packetsUp, packetsDown] = [
      Math.max(packetsUp, Math.ceil(packetsDown / 2)) + 3,
      Math.max(packetsDown, Math.ceil(packetsUp / 2)) + 2,
    ];
    smallest = 52;
  } else if (protocol === 'ICMP') {
    packetsDown = packetsUp;
    smallest = 84;
  }
  return [
    { packets: packetsUp, bytes: Math.max(Math.round(up), packetsUp * smallest) },
    { packets: packetsDown, bytes: Math.max(Math.round(down), packetsDown * smallest) },
  ];
}

function reverse(tuple: Tuple): Tuple {
  return {
    sourceAddress: tuple.destinationAddress,
    sourcePort: tuple.destinationPort,
    destinationAddress: tuple.sourceAddress,
    destinationPort: tuple.sourcePort,
  };
}

function bothWays(
  conversation: Conversation,
  ends: Ends,
  startMs: number,
  endMs: number,
  up: number,
  down: number
): [Traffic, Traffic] {
  const [request, reply] = volumes(conversation.protocol, up, down);
  const common = { protocol: PROTOCOL[conversation.protocol], lasting: conversation.lasting === true };
  const toServer: Traffic = {
    ...common,
    ...request,
    startMs,
    endMs,
    source: ends.client,
    destination: ends.server,
    sent: ends.asked,
    carried: ends.served,
    delivered: ends.served,
  };
  const toClient: Traffic = {
    ...common,
    ...reply,
    startMs: startMs + 1,
    endMs: endMs + 1,
    source: ends.server,
    destination: ends.client,
    sent: reverse(ends.served),
    carried: reverse(ends.served),
    delivered: reverse(ends.asked),
  };
  return [toServer, toClient];
}

/** How traffic is made from a cluster. */
export interface TrafficOptions {
  /** Length of a slot, in ms; every slot has as many flows, so longer slots make fewer, longer ones. */
  readonly slotMs: number;
  /** Scales connections and volume alike; 1 is the plan. */
  readonly rate: number;
  /** What goes wrong, and when. */
  readonly incidents?: readonly Incident[];
}

function conversationTraffic(
  parties: Parties,
  seed: number,
  index: number,
  conversation: Conversation,
  slotStartMs: number,
  { slotMs, rate }: TrafficOptions
): Traffic[] {
  const force = strength(conversation.shape, slotStartMs);
  if (force === 0) {
    return [];
  }
  const random = new Random(seed, 'slot', index, slotStartMs, slotMs);
  const lasting = conversation.lasting === true;
  const expected = conversation.connections * rate * (lasting ? 1 : force);
  const count = lasting ? Math.max(1, Math.round(expected)) : random.count(expected);
  const seconds = slotMs / 1000;
  const share = (force * rate * seconds) / (lasting ? count : expected);
  const traffic: Traffic[] = [];
  for (let i = 0; i < count; i++) {
    // A connection of a pool has the same ends in every slot.
    const ends = parties.ends(conversation, i, lasting ? new Random(seed, 'pool', index, i) : random);
    const size = lasting ? random.between(0.6, 1.4) : random.skewed();
    // Ends are spread over the slot, so that records come evenly; a pool's connection is reported at its own moment.
    const phase = lasting ? new Random(seed, 'phase', index, i).next() : random.next();
    const endMs = slotStartMs + Math.floor(phase * (slotMs - MILLISECOND_RESERVE));
    const startMs = endMs - Math.floor(lasting ? 0.98 * slotMs : 2 + random.between(0, 0.4) * slotMs);
    traffic.push(
      ...bothWays(conversation, ends, startMs, endMs, conversation.up * share * size, conversation.down * share * size)
    );
  }
  return traffic;
}

/**
 * All traffic that ends within one slot, ordered by its end; it may have begun in the slot before. A pure function: equal for equal arguments, and independent of which
 * other slots were asked for.
 * @param slotStartMs start of the slot, a multiple of `slotMs` since the Unix epoch.
 * @throws RangeError where the slot's start is not a multiple of its length.
 */
export function trafficOfSlot(cluster: DemoCluster, slotStartMs: number, options: TrafficOptions): Traffic[] {
  if (slotStartMs % options.slotMs !== 0) {
    throw new RangeError(`a slot of ${options.slotMs} ms cannot start at ${slotStartMs}`);
  }
  const parties = Parties.of(cluster);
  const { incidents = [], slotMs } = options;
  const traffic = (conversations: readonly Conversation[], first: number, how: TrafficOptions) =>
    conversations.flatMap((conversation, index) =>
      conversationTraffic(parties, cluster.seed, first + index, conversation, slotStartMs, how)
    );
  const usual = traffic(CONVERSATIONS, 0, options).filter((one) =>
    incidents.every((incident) => takesPlace(incident, one))
  );
  const unusual = incidents.flatMap((incident) =>
    [
      // As strong as it is described, however busy the cluster.
      ...traffic(INCIDENT_CONVERSATIONS[incident.name], CONVERSATIONS.length, { slotMs, rate: 1 }),
      ...probes(cluster, incident, { slotStartMs, slotMs }),
    ].filter(({ endMs }) => isDuring(incident, endMs))
  );
  return [...usual, ...unusual].sort((a, b) => a.endMs - b.endMs);
}

/**
 * All traffic of the slots that start at or after `fromMs` and end at or before `toMs`, ordered by slot and end.
 */
export function* flowsBetween(
  cluster: DemoCluster,
  fromMs: number,
  toMs: number,
  options: TrafficOptions
): Generator<Traffic> {
  const first = Math.ceil(fromMs / options.slotMs) * options.slotMs;
  for (let slot = first; slot + options.slotMs <= toMs; slot += options.slotMs) {
    yield* trafficOfSlot(cluster, slot, options);
  }
}

/** True volumes of some traffic. */
export interface Totals {
  flows: number;
  bytes: number;
  packets: number;
}

/**
 * The true volumes from namespace to namespace, each packet counted once; the key is `source→destination`, with an
 * empty name for what is outside.
 */
export function totalsByNamespaces(traffic: Iterable<Traffic>): Map<string, Totals> {
  const totals = new Map<string, Totals>();
  for (const { source, destination, bytes, packets } of traffic) {
    const key = `${source?.namespace ?? ''}→${destination?.namespace ?? ''}`;
    const sum = totals.get(key) ?? { flows: 0, bytes: 0, packets: 0 };
    totals.set(key, sum);
    sum.flows += 1;
    sum.bytes += bytes;
    sum.packets += packets;
  }
  return totals;
}

import type { FlowRecord } from '@netobserv-flows/schema';
import { Deduplicator, dedupConfig } from '../../src/dedup/index';
import { flow, T } from '../enrich/flow';

/** Numbers from 0 to 1 that are the same for the same seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** How traffic and its observation are made up. */
export interface Scenario {
  readonly seed: number;
  readonly flows: number;
  /** Mean packets of a flow; sizes are heavy-tailed. */
  readonly meanPackets: number;
  /** One packet in so many is sampled, at each observation point for itself. */
  readonly sampling: number;
  /** `nodes`: switches of four nodes, both sides; `routers`: two routers in a row, neither of them a node's. */
  readonly observers: 'nodes' | 'routers';
}

/** Bytes that were, and what ways of counting make of the observations. */
export interface Totals {
  readonly packets: number;
  readonly bytes: number;
  /** Sum over the records that are not marked. */
  readonly counted: number;
  /** Sum where the first record of a 5-tuple names the observation point that counts. */
  readonly firstCome: number;
  /** Sum over all records. */
  readonly all: number;
}

const NODES = 4;
const PODS = 40;
const PACKET_BYTES = 900;
const SPREAD_MS = 3_600_000;

const nodeOfPod = (pod: number) => pod % NODES;
const nodeAddress = (node: number) => `192.168.10.${10 + node}`;
const nodeName = (node: number) => `node-${node}`;

/** Name of the node that an exporter's address belongs to, in the simulated cluster. */
export function nodeOfExporter(address: string): string | undefined {
  const last = Number(address.split('.')[3]) - 10;
  return address.startsWith('192.168.10.') && last >= 0 && last < NODES ? nodeName(last) : undefined;
}

interface End {
  readonly address: string;
  readonly node?: number;
}

const podEnd = (pod: number): End => ({ address: `10.128.${nodeOfPod(pod)}.${pod}`, node: nodeOfPod(pod) });

function endNames(side: 'Src' | 'Dst', { address, node }: End): Partial<FlowRecord> {
  return { [`${side}Addr`]: address, ...(node !== undefined && { [`${side}K8S_HostName`]: nodeName(node) }) };
}

/** Where the packets of a flow are observed, by switches on both sides of each node that they pass. */
function switchPoints(from: End, to: End, viaClusterIP: boolean): Array<Partial<FlowRecord>> {
  const before = { ...endNames('Src', from), ...endNames('Dst', viaClusterIP ? { address: '172.30.0.80' } : to) };
  const after = { ...endNames('Src', from), ...endNames('Dst', to) };
  const first = from.node ?? to.node!;
  const points: Array<Partial<FlowRecord>> = [
    { ...before, AgentIP: nodeAddress(first), IfDirections: [0] },
    { ...after, AgentIP: nodeAddress(first), IfDirections: [1] },
  ];
  if (from.node !== undefined && to.node !== undefined && from.node !== to.node) {
    const tunnel = { TunnelSrcAddr: nodeAddress(from.node), TunnelDstAddr: nodeAddress(to.node) };
    points.push(
      { ...after, AgentIP: nodeAddress(to.node), IfDirections: [0], ...tunnel },
      { ...after, AgentIP: nodeAddress(to.node), IfDirections: [1] }
    );
  }
  return points;
}

function routerPoints(from: End, to: End): Array<Partial<FlowRecord>> {
  const names = { SrcAddr: from.address, DstAddr: to.address };
  return ['192.0.2.1', '192.0.2.2'].map((AgentIP) => ({ ...names, AgentIP }));
}

/** How many of `packets` a sampler takes, each with the chance 1 in `sampling`: by the gaps between those it takes. */
function sampled(packets: number, sampling: number, random: () => number): number {
  if (sampling === 1) {
    return packets;
  }
  const scale = Math.log(1 - 1 / sampling);
  let taken = -1;
  for (let at = 0; at <= packets; taken++) {
    at += 1 + Math.floor(Math.log(1 - random()) / scale);
  }
  return taken;
}

/** A record of one observer, and when it was sent. */
export interface Observed {
  readonly record: FlowRecord;
  readonly atMs: number;
  /** Equal for records of one flow. */
  readonly tuple: string;
}

/** What simulated traffic is, and what its observers tell of it, in the order of sending; times begin at `beginMs`. */
export function observed(
  { seed, flows, meanPackets, sampling, observers }: Scenario,
  beginMs = T
): { packets: number; bytes: number; records: Observed[] } {
  const random = seeded(seed);
  const records: Observed[] = [];
  let packets = 0;
  for (let i = 0; i < flows; i++) {
    const size = Math.max(1, Math.round((meanPackets / 3) * (random() + 1e-9) ** (-2 / 3)));
    packets += size;
    const outside: End = { address: `203.0.113.${i % 250}` };
    const kind = random();
    const from = kind < 0.15 ? outside : podEnd(Math.floor(random() * PODS));
    const to = kind >= 0.15 && kind < 0.3 ? outside : podEnd(Math.floor(random() * PODS));
    const points =
      observers === 'routers' ? routerPoints(from, to) : switchPoints(from, to, kind > 0.7 && from !== outside);
    const startMs = beginMs + random() * SPREAD_MS;
    const SrcPort = 1_024 + (i % 60_000);
    for (const point of points) {
      const seen = sampled(size, sampling, random);
      const fields = { SrcPort, DstPort: 8080, Sampling: sampling, Packets: seen * sampling };
      if (seen > 0) {
        const record = flow({ ...point, ...fields, Bytes: fields.Packets * PACKET_BYTES });
        const tuple = `${record.SrcAddr} ${record.DstAddr} ${SrcPort} ${i}`;
        records.push({ record, atMs: startMs + random() * 60_000, tuple });
      }
    }
  }
  records.sort((a, b) => a.atMs - b.atMs);
  return { packets, bytes: packets * PACKET_BYTES, records };
}

/** Sends simulated traffic past its observers and counts it in three ways. */
export function simulate(scenario: Scenario): Totals {
  const { packets, bytes, records } = observed(scenario);
  return { packets, bytes, ...count(records) };
}

function count(records: readonly Observed[]) {
  const dedup = new Deduplicator(dedupConfig.parse({}), nodeOfExporter);
  const owners = new Map<string, string>();
  const sums = { counted: 0, firstCome: 0, all: 0 };
  for (const { record, atMs, tuple } of records) {
    const point = `${record.AgentIP} ${record.IfDirections?.[0]}`;
    const owner = owners.get(tuple) ?? point;
    owners.set(tuple, owner);
    dedup.mark(record, atMs);
    sums.all += record.Bytes;
    sums.firstCome += owner === point ? record.Bytes : 0;
    sums.counted += record.Duplicate === true ? 0 : record.Bytes;
  }
  return sums;
}

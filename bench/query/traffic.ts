import type { FlowRecord } from '@netobserv-flows/schema';

/** What a day of traffic is like. */
export interface TrafficShape {
  readonly flows: number;
  readonly hours: number;
  readonly namespaces: number;
  readonly workloads: number;
  /** Pairs of a workload and what it sends to: half of them requests, half the replies. */
  readonly pairs: number;
  readonly nodes: number;
  /** Share of the pairs within one namespace, 0 to 1; the others are of any two, as all are where it is left out. */
  readonly local?: number;
}

/** Numbers from 0 to 1, the same for the same seed (mulberry32, public domain). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const PODS = 3;
const APPLICATIONS: ReadonlyArray<readonly [name: string, port: number, proto: number]> = [
  ['https', 443, 6],
  ['http', 80, 6],
  ['postgresql', 5432, 6],
  ['dns', 53, 17],
  ['redis', 6379, 6],
  ['http-alt', 8080, 6],
  ['telnet', 23, 6],
];

interface End {
  readonly address: string;
  readonly namespace?: string;
  readonly workload?: string;
  readonly pod?: string;
  readonly node?: string;
  readonly nodeAddress?: string;
}

/** What talks to what. */
interface Conversation {
  readonly client: readonly End[];
  readonly server: readonly End[];
  readonly application: (typeof APPLICATIONS)[number];
}

function podsOf(workload: number, shape: TrafficShape): End[] {
  const namespace = `team-${workload % shape.namespaces}`;
  return Array.from({ length: PODS }, (_, pod) => {
    const node = (workload * PODS + pod) % shape.nodes;
    return {
      address: `10.128.${(workload >> 6) + pod * 16}.${workload % 64}`,
      namespace,
      workload: `service-${workload}`,
      pod: `service-${workload}-7d9f8c6b5-${(workload * 7919 + pod).toString(36).padStart(5, 'x')}`,
      node: `worker-${node}.cluster.example`,
      nodeAddress: `192.168.10.${10 + node}`,
    };
  });
}

function conversations(shape: TrafficShape, random: () => number): Conversation[] {
  const { local = 0 } = shape;
  const anyWorkload = () => Math.floor(random() * shape.workloads);
  // Numbers of workloads of one namespace differ by multiples of the number of namespaces.
  const besides = (workload: number) =>
    (workload % shape.namespaces) +
    shape.namespaces * Math.floor(random() * Math.floor(shape.workloads / shape.namespaces));
  const outside = (): End[] =>
    Array.from({ length: 5 }, () => ({ address: `203.0.${Math.floor(random() * 100)}.${Math.floor(random() * 250)}` }));
  return Array.from({ length: shape.pairs / 2 }, (_, index) => {
    const client = anyWorkload();
    const isLocal = local > 0 && random() < local;
    const server = isLocal ? besides(client) : anyWorkload();
    return {
      client: index % 20 === 0 ? outside() : podsOf(client, shape),
      server: index % 20 === 1 ? outside() : podsOf(server, shape),
      application: APPLICATIONS[Math.floor(random() ** 2 * APPLICATIONS.length)]!,
    };
  });
}

function ends(side: 'Src' | 'Dst', end: End, serves: boolean): Partial<FlowRecord> {
  if (end.workload === undefined) {
    return { [`${side}Addr`]: end.address, [`${side}SubnetLabel`]: 'EXT:internet' };
  }
  return {
    [`${side}Addr`]: end.address,
    [`${side}K8S_Namespace`]: end.namespace,
    [`${side}K8S_Name`]: end.pod,
    [`${side}K8S_Type`]: 'Pod',
    [`${side}K8S_OwnerName`]: end.workload,
    [`${side}K8S_OwnerType`]: 'Deployment',
    [`${side}K8S_HostName`]: end.node,
    [`${side}K8S_HostIP`]: end.nodeAddress,
    // An end is known by its Service where the port is that of one.
    ...(serves && { [`${side}K8S_Service`]: end.workload }),
  };
}

/** Flows of a stretch of time that ends at `endMs`, in the order of their ends. */
export function* traffic(shape: TrafficShape, endMs: number): Generator<FlowRecord> {
  const random = seeded(1);
  const talks = conversations(shape, random);
  const lengthMs = shape.hours * 3_600_000;
  for (let i = 0; i < shape.flows; i++) {
    const TimeFlowEndMs = endMs - lengthMs + Math.floor((i / shape.flows) * lengthMs);
    // Some talk much more than others.
    const talk = talks[Math.floor(random() ** 1.5 * talks.length)]!;
    const pick = (from: readonly End[]) => from[Math.floor(random() * from.length)]!;
    const [client, server] = [pick(talk.client), pick(talk.server)];
    const isReply = i % 2 === 1;
    const [from, to] = isReply ? [server, client] : [client, server];
    const [name, port, Proto] = talk.application;
    const clientPort = 32_768 + Math.floor(random() * 28_000);
    const packets = 1 + Math.floor(20 * random() ** -0.6);
    yield {
      TimeFlowStartMs: TimeFlowEndMs - Math.floor(random() * 60_000),
      TimeFlowEndMs,
      TimeReceived: Math.ceil(TimeFlowEndMs / 1000),
      ...ends('Src', from, isReply),
      ...ends('Dst', to, !isReply),
      SrcPort: isReply ? port : clientPort,
      DstPort: isReply ? clientPort : port,
      Proto,
      Etype: 2048,
      Bytes: packets * (60 + Math.floor(random() * 1300)),
      Packets: packets,
      Sampling: 1,
      AgentIP: from.nodeAddress ?? to.nodeAddress ?? '192.0.2.1',
      FlowDirection: from.node === to.node ? 2 : 0,
      SrcMac: '0a:58:0a:80:00:01',
      DstMac: '0a:58:0a:80:00:02',
      Interfaces: ['br-int'],
      Application: name,
      K8S_FlowLayer: 'app',
    } as FlowRecord;
  }
}

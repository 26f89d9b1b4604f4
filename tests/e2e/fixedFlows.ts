import { portName, type FlowRecord } from '@netobserv-flows/schema';

/**
 * A small cluster and the flows that it has in half an hour: always the same but for the clock, so that browser tests
 * and dashboard tests can say what they must see.
 */

interface Endpoint {
  readonly address: string;
  readonly namespace?: string;
  readonly name?: string;
  readonly type?: 'Pod' | 'Node';
  readonly owner?: { readonly name: string; readonly kind: string };
  readonly node?: string;
  readonly subnet?: string;
}

const pod = (namespace: string, owner: string, kind: string, suffix: string, address: string, node: string) =>
  ({ namespace, name: `${owner}-${suffix}`, type: 'Pod', owner: { name: owner, kind }, address, node }) as const;

const WEB = pod('mywebapp', 'mywebapp', 'Deployment', '6f7c9d5b8-x2kqp', '10.128.0.11', 'worker-1');
const UPLOADER = pod('mywebapp', 'uploader', 'CronJob', '29310540-7hm4d', '10.128.1.12', 'worker-2');
const PLAYER = pod('media', 'player', 'Deployment', '5b9f6c7d44-qv8zt', '10.128.1.21', 'worker-2');
const DATABASE = pod('database', 'postgres', 'StatefulSet', '0', '10.128.2.31', 'worker-3');
const DNS = pod('kube-system', 'coredns', 'Deployment', '76f75df574-c9wjr', '10.128.0.53', 'worker-1');
const INGRESS = pod('ingress', 'nginx', 'DaemonSet', 'kk2ps', '10.128.2.80', 'worker-3');
const LEGACY = pod('legacy', 'terminal', 'Deployment', '84c6f5b9d7-2wvnh', '10.128.1.99', 'worker-2');
const NODE: Endpoint = {
  address: '192.168.10.1',
  name: 'worker-1',
  type: 'Node',
  owner: { name: 'worker-1', kind: 'Node' },
  node: 'worker-1',
};
const BROWSER: Endpoint = { address: '203.0.113.77', subnet: 'EXT:customers' };
const SWITCH: Endpoint = { address: '198.51.100.23', subnet: 'EXT:site' };

const TCP = 6;
const UDP = 17;

interface Conversation {
  readonly client: Endpoint;
  readonly server: Endpoint;
  readonly port: number;
  readonly proto: number;
  readonly requestBytes: number;
  readonly responseBytes: number;
}

const CONVERSATIONS: readonly Conversation[] = [
  { client: BROWSER, server: INGRESS, port: 443, proto: TCP, requestBytes: 9_000, responseBytes: 410_000 },
  { client: INGRESS, server: WEB, port: 8080, proto: TCP, requestBytes: 8_500, responseBytes: 400_000 },
  { client: PLAYER, server: WEB, port: 8080, proto: TCP, requestBytes: 4_000, responseBytes: 950_000 },
  { client: UPLOADER, server: WEB, port: 8080, proto: TCP, requestBytes: 700_000, responseBytes: 3_000 },
  { client: WEB, server: DATABASE, port: 5432, proto: TCP, requestBytes: 22_000, responseBytes: 61_000 },
  { client: WEB, server: DNS, port: 53, proto: UDP, requestBytes: 140, responseBytes: 320 },
  { client: NODE, server: DNS, port: 53, proto: UDP, requestBytes: 130, responseBytes: 290 },
  { client: LEGACY, server: SWITCH, port: 23, proto: TCP, requestBytes: 1_200, responseBytes: 7_400 },
  { client: LEGACY, server: SWITCH, port: 21, proto: TCP, requestBytes: 900, responseBytes: 2_100 },
];

/** Minutes that the fixed flows cover, counted back from their end. */
export const FIXED_MINUTES = 30;

/** Park and Miller's generator: the same figures on every machine. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

type Side = Pick<
  FlowRecord,
  | 'SrcK8S_Namespace'
  | 'SrcK8S_Name'
  | 'SrcK8S_Type'
  | 'SrcK8S_OwnerName'
  | 'SrcK8S_OwnerType'
  | 'SrcK8S_HostName'
  | 'SrcSubnetLabel'
>;

function withoutUndefined<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, held]) => held !== undefined)) as T;
}

function sourceFields(endpoint: Endpoint): Side {
  return withoutUndefined({
    SrcK8S_Namespace: endpoint.namespace,
    SrcK8S_Name: endpoint.name,
    SrcK8S_Type: endpoint.type,
    SrcK8S_OwnerName: endpoint.owner?.name,
    SrcK8S_OwnerType: endpoint.owner?.kind,
    SrcK8S_HostName: endpoint.node,
    SrcSubnetLabel: endpoint.subnet,
  });
}

function destinationFields(endpoint: Endpoint): Partial<FlowRecord> {
  const fields = Object.entries(sourceFields(endpoint));
  return Object.fromEntries(fields.map(([name, value]) => [name.replace(/^Src/, 'Dst'), value]));
}

/** 0 into the node, 1 out of it, 2 within it; seen from the source's node where it has one, else the destination's. */
function directionOf(source: Endpoint, destination: Endpoint): number {
  if (source.node !== undefined && source.node === destination.node) {
    return 2;
  }
  return source.node === undefined ? 0 : 1;
}

interface Leg {
  readonly source: Endpoint;
  readonly destination: Endpoint;
  readonly sourcePort: number;
  readonly destinationPort: number;
  readonly bytes: number;
  readonly endMs: number;
}

/** One direction of a conversation: the record that counts and, where a second node saw it too, its duplicate. */
function observationsOf(leg: Leg, conversation: Conversation): FlowRecord[] {
  const { source, destination, endMs } = leg;
  const direction = directionOf(source, destination);
  const counted: FlowRecord = {
    TimeFlowStartMs: endMs - 20_000,
    TimeFlowEndMs: endMs,
    TimeReceived: Math.floor(endMs / 1000) + 1,
    SrcAddr: source.address,
    DstAddr: destination.address,
    SrcPort: leg.sourcePort,
    DstPort: leg.destinationPort,
    Proto: conversation.proto,
    Bytes: leg.bytes,
    Packets: Math.max(1, Math.round(leg.bytes / 1_200)),
    Sampling: 1,
    AgentIP: agentOf(source.node ?? destination.node),
    FlowDirection: direction,
    Application: portName(conversation.port) ?? String(conversation.port),
    ...sourceFields(source),
    ...destinationFields(destination),
  };
  if (direction !== 1 || destination.node === undefined) {
    return [counted];
  }
  return [counted, { ...counted, AgentIP: agentOf(destination.node), FlowDirection: 0, Duplicate: true }];
}

function agentOf(node: string | undefined): string {
  return `192.168.10.${node?.split('-')[1] ?? '254'}`;
}

/**
 * The fixed flows, oldest first: every conversation has one flow a minute each way.
 *
 * @param endMs time of the newest flow, milliseconds since the Unix epoch
 */
export function fixedFlows(endMs: number): FlowRecord[] {
  const random = randomFrom(20_240_229);
  const flows: FlowRecord[] = [];
  for (let minute = FIXED_MINUTES - 1; minute >= 0; minute--) {
    CONVERSATIONS.forEach((conversation, index) => {
      const clientPort = 40_000 + Math.floor(random() * 20_000);
      const vary = (bytes: number) => Math.round(bytes * (0.7 + 0.6 * random()));
      const end = endMs - minute * 60_000 - index * 1_000;
      const { client, server, port } = conversation;
      const request: Leg = {
        source: client,
        destination: server,
        sourcePort: clientPort,
        destinationPort: port,
        bytes: vary(conversation.requestBytes),
        endMs: end,
      };
      const response: Leg = {
        source: server,
        destination: client,
        sourcePort: port,
        destinationPort: clientPort,
        bytes: vary(conversation.responseBytes),
        endMs: end,
      };
      flows.push(...observationsOf(request, conversation), ...observationsOf(response, conversation));
    });
  }
  return flows.sort((a, b) => a.TimeFlowEndMs - b.TimeFlowEndMs);
}

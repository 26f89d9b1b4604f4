import type { FlowRecord } from '@netobserv-flows/schema';
import type { Random } from './random';

/** Names that make trouble in JSON, LogQL, regular expressions, case folding, or between source and line. */
export const HOSTILE = [
  'a"b',
  'a\\b',
  'back`tick',
  '{app="x"}',
  '$(rm) .*|^[a-z]+?',
  '<b>&amp;</b>',
  "it's",
  'a/b',
  'tab\there',
  'line\nbreak',
  'cr\rhere',
  'bell\u0007\u001f\u007f',
  '","Duplicate":true,"x":"',
  '"SrcK8S_Name":"web"',
  '\u2028sep\u2029',
  'İstanbul ıi',
  'straße STRASSE ẞ',
  'Kelvin K kelvin',
  'ſharp SHARP',
  'Σίσυφος ΣΊΣΥΦΟΣ',
  'ǅ ǆ Ǆ',
  '日本語',
  'emoji 👩‍💻 🏴',
  '%7B%22',
  '..',
  '*star*',
  ' lead and trail ',
  'null',
  'true',
  '0',
] as const;

const NAMES = ['web', 'web-1', 'Web', 'frontend-7d9f', 'api', 'api-v2', 'db', 'coredns', 'kiosk', 'x'] as const;
const NAMESPACES = ['demo', 'demo-2', 'Demo', 'kube-system', 'kiosk', 'straße'] as const;
const KINDS = ['Pod', 'Service', 'Node'] as const;
const PORTS = [80, 443, 8080, 8443, 18080, 53, 1024, 65535, 0, 5432, 44300] as const;
const PROTOCOLS = [6, 17, 1, 58, 132, 255] as const;
const INTERFACES = [
  'eth0',
  'br-int',
  'ovn-k8s-mp0',
  '1',
  'eth"0',
  'a","b',
  'x\\u0065',
  '<eth>',
  'ſ0',
  'n\nl',
  ',',
] as const;

/** Canonical addresses: IPv4 at borders of octets, IPv6 short, long, compressed, and IPv4-mapped. */
export const ADDRESSES = [
  '10.0.0.1',
  '10.0.0.10',
  '10.0.1.1',
  '10.128.3.7',
  '110.0.0.1',
  '172.16.5.4',
  '172.31.255.255',
  '172.32.0.0',
  '192.168.1.255',
  '0.0.0.0',
  '255.255.255.255',
  '8.8.8.8',
  '::',
  '::1',
  '::ff',
  '1::',
  '1::2',
  'ff02::1',
  'fe80::1',
  'fe80::42:acff:fe11:2',
  '2001:db8::1',
  '2001:db8::10',
  '2001:db8:0:1::1',
  '2001:db8:1::',
  '2001:db8:1:2:3:4:5:6',
  '2001:0:0:1::8',
  'fd00:10:244::5',
  '::ffff:10.0.0.1',
] as const;

interface Endpoint {
  readonly namespace?: string;
  readonly kind?: string;
  readonly owner?: string;
  readonly node?: string;
}

function endpoint(random: Random): Endpoint {
  return {
    namespace: random.maybe(0.25, () => (random.chance(0.15) ? random.pick(HOSTILE) : random.pick(NAMESPACES))),
    kind: random.maybe(0.2, () => random.pick(KINDS)),
    owner: random.maybe(0.25, () => (random.chance(0.2) ? random.pick(HOSTILE) : random.pick(NAMES))),
    node: random.maybe(0.3, () => `node-${random.integer(1, 3)}`),
  };
}

const mac = (random: Random) => `02:42:ac:11:00:${random.integer(0, 255).toString(16).padStart(2, '0')}`;

/** What flows of one stream share in the widest layout, so that streams stay as few as a Loki takes. */
interface Link {
  readonly source: Endpoint;
  readonly target: Endpoint;
  readonly direction?: number;
  readonly layer?: string;
}

function link(random: Random): Link {
  return {
    source: endpoint(random),
    target: endpoint(random),
    direction: random.maybe(0.15, () => random.integer(0, 2)),
    layer: random.maybe(0.4, () => random.pick(['app', 'infra'])),
  };
}

/** The record without the fields that have no value, as records are. */
function present(record: Record<string, unknown>): FlowRecord {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)) as FlowRecord;
}

function list<T>(random: Random, from: () => T): T[] | undefined {
  return random.maybe(0.3, () => Array.from({ length: random.integer(1, 3) }, from));
}

function randomFlow(random: Random, links: readonly Link[], index: number): FlowRecord {
  const { source, target, direction, layer } = random.pick(links);
  const name = () => (random.chance(0.5) ? random.pick(HOSTILE) : random.pick(NAMES));
  const ported = random.chance(0.85);
  return present({
    Bytes: random.pick([0, 1, 999, 1000, 1500, 64_000, 1_000_000, 2 ** 40, random.integer(0, 10_000_000)]),
    Packets: random.integer(1, 10_000),
    Sampling: random.pick([1, 50, 400]),
    TimeFlowStartMs: 1_760_000_000_000 + index,
    TimeFlowEndMs: 1_760_000_001_000 + index,
    TimeReceived: 1_760_000_002,
    SrcAddr: random.maybe(0.05, () => random.pick(ADDRESSES)),
    DstAddr: random.maybe(0.05, () => random.pick(ADDRESSES)),
    SrcPort: ported ? random.pick(PORTS) : undefined,
    DstPort: ported ? random.pick(PORTS) : undefined,
    Proto: random.maybe(0.1, () => random.pick(PROTOCOLS)),
    Flags: random.maybe(0.5, () => random.integer(0, 255)),
    VlanId: random.maybe(0.7, () => random.integer(0, 4094)),
    SrcMac: random.maybe(0.5, () => mac(random)),
    DstMac: random.maybe(0.5, () => mac(random)),
    Interfaces: list(random, () => random.pick(INTERFACES)),
    IfDirections: list(random, () => random.integer(0, 12)),
    AgentIP: random.pick(ADDRESSES),
    FlowDirection: direction,
    Duplicate: random.chance(0.2) ? true : undefined,
    SrcK8S_Namespace: source.namespace,
    DstK8S_Namespace: target.namespace,
    SrcK8S_Name: random.maybe(0.2, name),
    DstK8S_Name: random.maybe(0.2, name),
    SrcK8S_Type: source.kind,
    DstK8S_Type: target.kind,
    SrcK8S_OwnerName: source.owner,
    DstK8S_OwnerName: target.owner,
    SrcK8S_HostName: source.node,
    DstK8S_HostName: target.node,
    SrcK8S_HostIP: random.maybe(0.5, () => random.pick(ADDRESSES)),
    Application: random.maybe(0.4, () => (random.chance(0.3) ? random.pick(HOSTILE) : random.pick(NAMES))),
    K8S_FlowLayer: layer,
  });
}

/** Random flows over a limited number of links. */
export function randomFlows(random: Random, count: number): FlowRecord[] {
  const links = Array.from({ length: 200 }, () => link(random));
  return Array.from({ length: count }, (_, index) => randomFlow(random, links, index));
}

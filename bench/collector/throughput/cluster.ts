import { inventoryOf } from '../../../stack/demo/model/inventory';
import type { DemoCluster, DemoNode, DemoPod } from '../../../stack/demo/model/types';
import { observe, type Observation } from '../../../stack/demo/observe';
import type { Traffic } from '../../../stack/demo/traffic/traffic';

const NAMESPACES = 50;
const WORKLOADS = 400;
/** Pairs of workloads that talk. */
const PAIRS = 1500;
const TCP = 6;
const UDP = 17;
const PORTS = [443, 80, 8080, 5432, 53, 9092] as const;
const FIRST_CLIENT_PORT = 32_768;

/** Numbers that look random and are the same in every run and process. */
function noise(seed: number): (below: number) => number {
  let state = seed >>> 0 || 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

/** A cluster of so many nodes, each an exporter with a loopback address of its own, and so many pods. */
export function benchCluster(nodeCount: number, podCount: number): DemoCluster {
  const nodes = Array.from({ length: nodeCount }, (_, i): DemoNode => ({
    name: `node-${i}`,
    zone: `zone-${i % 3}`,
    internalAddress: `192.168.${i >> 8}.${i & 255}`,
    exporterAddress: `127.0.${1 + (i >> 8)}.${1 + (i % 250)}`,
  }));
  const pods = Array.from({ length: podCount }, (_, i): DemoPod => ({
    namespace: `team-${(i % WORKLOADS) % NAMESPACES}`,
    name: `web-${i % WORKLOADS}-7d9c8b6f5-${i.toString(36).padStart(5, 'x')}`,
    workload: `web-${i % WORKLOADS}`,
    kind: 'Deployment',
    node: nodes[(i * 7) % nodeCount]!,
    address: `10.${128 + (i >> 16)}.${(i >> 8) & 255}.${i & 255}`,
    portName: `${i.toString(16).padStart(15, '0')}`,
  }));
  return { seed: 1, nodes, pods, services: [] };
}

/** The cluster as the collector's inventory file, as JSON, which is YAML. */
export function inventoryText(cluster: DemoCluster): string {
  return JSON.stringify(inventoryOf(cluster));
}

function trafficOf(cluster: DemoCluster, random: (below: number) => number, nowMs: number): Traffic {
  const pair = random(PAIRS);
  const [from, to] = [(pair * 7) % WORKLOADS, (pair * 13 + 1) % WORKLOADS];
  const perWorkload = Math.max(1, Math.floor(cluster.pods.length / WORKLOADS));
  const podOf = (workload: number) => cluster.pods[(workload + WORKLOADS * random(perWorkload)) % cluster.pods.length]!;
  const source = podOf(from);
  const outside = random(10) === 0;
  const destination = outside ? undefined : podOf(to);
  const port = PORTS[pair % PORTS.length]!;
  const packets = 1 + random(200);
  const isRequest = random(2) === 0;
  const client = FIRST_CLIENT_PORT + random(28_000);
  const tuple = {
    sourceAddress: source.address,
    sourcePort: isRequest ? client : port,
    destinationAddress: destination?.address ?? `203.0.113.${random(250)}`,
    destinationPort: isRequest ? port : client,
  };
  const endMs = nowMs - random(900);
  return {
    startMs: endMs - random(55_000),
    endMs,
    bytes: packets * (60 + random(1400)),
    packets,
    protocol: port === 53 ? UDP : TCP,
    source,
    destination,
    sent: tuple,
    carried: tuple,
    delivered: tuple,
    lasting: false,
  };
}

/** What the switches of the cluster see: at least so many observations, in the order in which they are exported. */
export function observations(cluster: DemoCluster, count: number, nowMs: number): Observation[] {
  const random = noise(42);
  const seen: Observation[] = [];
  while (seen.length < count) {
    seen.push(...observe(cluster, trafficOf(cluster, random, nowMs)));
  }
  return seen;
}

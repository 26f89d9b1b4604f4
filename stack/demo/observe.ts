import type { DemoCluster, DemoNode, DemoPod } from './model/types';
import type { Traffic } from './traffic/traffic';
import type { Tuple } from './traffic/tuple';

/** A packet's way through the tunnel between two nodes. */
export interface Tunnel {
  readonly sourceAddress: string;
  readonly destinationAddress: string;
}

/** What one side of one node's switch saw of some traffic: one flow record. */
export interface Observation {
  readonly node: DemoNode;
  /** Ingress: coming into the switch. Egress: going out of it. */
  readonly side: 'ingress' | 'egress';
  readonly startMs: number;
  readonly endMs: number;
  readonly bytes: number;
  readonly packets: number;
  readonly protocol: number;
  readonly tuple: Tuple;
  readonly sourceMac: string;
  readonly destinationMac: string;
  readonly ttl: number;
  /** Name of the port that it came in by. */
  readonly inPort: string;
  /** Name of the port that it went out by; egress only. */
  readonly outPort?: string;
  readonly tunnel?: Tunnel;
  readonly lasting: boolean;
}

/** Port towards the network outside, as OVN-Kubernetes names it. */
const OUTSIDE_PORT = 'patch-br-int-to-br-ex';

/** OVN's router, which every pod sends to, and whose replies seem to come from it. */
const ROUTER_MAC = '0a58a9fe0101';

/** OVN-Kubernetes makes a pod's MAC from its IPv4 address. */
function podMac(pod: DemoPod | undefined): string {
  if (pod === undefined) {
    return ROUTER_MAC;
  }
  const bytes = pod.address.split('.').map((byte) => Number(byte).toString(16).padStart(2, '0'));
  return `0a58${bytes.join('')}`;
}

/** Name of a node's tunnel port to another node. */
function tunnelPort(cluster: DemoCluster, to: DemoNode): string {
  return `ovn-${(0xa1c0 + cluster.nodes.indexOf(to)).toString(16).padStart(6, '0')}-0`;
}

/**
 * What Open vSwitch sees of some traffic with bridge-wide IPFIX on input and output: twice what stays on a node or
 * goes outside, four times what goes from node to node. The first observation is the sender's node's input, the one
 * that stands for the packet; for traffic from outside, the input of the receiver's node.
 */
export function observe(cluster: DemoCluster, traffic: Traffic): Observation[] {
  const { source, destination } = traffic;
  const node = source?.node ?? destination?.node;
  if (node === undefined) {
    return [];
  }
  const common = {
    startMs: traffic.startMs,
    bytes: traffic.bytes,
    packets: traffic.packets,
    protocol: traffic.protocol,
    lasting: traffic.lasting,
  };
  const sent = {
    ...common,
    endMs: traffic.endMs,
    tuple: traffic.sent,
    sourceMac: podMac(source),
    destinationMac: ROUTER_MAC,
    ttl: 64,
  };
  const delivered = {
    ...common,
    tuple: traffic.delivered,
    sourceMac: ROUTER_MAC,
    destinationMac: podMac(destination),
    ttl: 63,
  };
  const inPort = source?.portName ?? OUTSIDE_PORT;
  const outPort = destination?.portName ?? OUTSIDE_PORT;
  const receiver = destination?.node ?? node;
  if (receiver === node) {
    return [
      { ...sent, node, side: 'ingress', inPort },
      { ...delivered, endMs: traffic.endMs, node, side: 'egress', inPort, outPort },
    ];
  }
  const tunnel: Tunnel = { sourceAddress: node.internalAddress, destinationAddress: receiver.internalAddress };
  const carried = {
    ...common,
    tuple: traffic.carried,
    sourceMac: ROUTER_MAC,
    destinationMac: podMac(destination),
    ttl: 63,
    tunnel,
  };
  const from = tunnelPort(cluster, node);
  // The other node sees it a little later.
  const laterMs = traffic.endMs + 2;
  return [
    { ...sent, node, side: 'ingress', inPort },
    { ...carried, endMs: traffic.endMs, node, side: 'egress', inPort, outPort: tunnelPort(cluster, receiver) },
    { ...carried, endMs: laterMs, node: receiver, side: 'ingress', inPort: from },
    { ...delivered, endMs: laterMs, node: receiver, side: 'egress', inPort: from, outPort },
  ];
}

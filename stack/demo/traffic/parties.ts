import type { DemoCluster, DemoPod, DemoService } from '../model/types';
import type { Random } from '../random';
import { OUTSIDE, UNNAMED, type Conversation, type OutsideName } from './conversations';
import type { Tuple } from './tuple';

/** The two ends of one connection. */
export interface Ends {
  readonly client?: DemoPod;
  readonly server?: DemoPod;
  /** What the client sends to: a service's address where it asks a service. */
  readonly asked: Tuple;
  /** What the server gets. */
  readonly served: Tuple;
}

interface OutsideGroup {
  readonly network: string;
  readonly first: number;
  readonly count: number;
  readonly network6?: string;
}

const GROUPS: Readonly<Record<OutsideName, OutsideGroup>> = { ...OUTSIDE, ...UNNAMED };

interface Chosen {
  readonly pod?: DemoPod;
  /** The address that the other end uses. */
  readonly address: string;
  readonly port: number;
  /** The pod's own address and port behind it. */
  readonly ownAddress: string;
  readonly ownPort: number;
}

/** Finds the ends of connections in a cluster. */
export class Parties {
  private static readonly made = new WeakMap<DemoCluster, Parties>();
  private readonly pods = new Map<string, DemoPod[]>();
  private readonly services = new Map<string, DemoService>();

  private constructor(cluster: DemoCluster) {
    for (const pod of cluster.pods) {
      const key = `${pod.namespace}/${pod.workload}`;
      this.pods.set(key, [...(this.pods.get(key) ?? []), pod]);
    }
    for (const service of cluster.services) {
      this.services.set(`${service.namespace}/${service.name}`, service);
    }
  }

  /** The index of a cluster; made once. */
  static of(cluster: DemoCluster): Parties {
    const known = this.made.get(cluster) ?? new Parties(cluster);
    this.made.set(cluster, known);
    return known;
  }

  /**
   * The ends of one connection.
   * @param index the connection's number: pools and scrapes go round the pods by it.
   * @throws Error where the plan names a workload or a service that is not there.
   */
  ends(conversation: Conversation, index: number, random: Random): Ends {
    const wants6 = random.next() < (conversation.ipv6 ?? 0);
    const clientPod = this.client(conversation, index, random);
    const server = this.server(conversation, index, random, clientPod, wants6);
    const ipv6 = server.address.includes(':');
    const sourceAddress =
      clientPod === undefined ? this.outsideClient(conversation, random, ipv6) : podAddress(clientPod, ipv6);
    const sourcePort = conversation.protocol === 'ICMP' ? 0 : random.integer(32768, 60999);
    return {
      client: clientPod,
      server: server.pod,
      asked: { sourceAddress, sourcePort, destinationAddress: server.address, destinationPort: server.port },
      served: { sourceAddress, sourcePort, destinationAddress: server.ownAddress, destinationPort: server.ownPort },
    };
  }

  private client({ from, lasting }: Conversation, index: number, random: Random): DemoPod | undefined {
    if ('outside' in from) {
      return undefined;
    }
    const pods = this.podsOf(from.workload);
    return lasting === true ? pods[index % pods.length] : random.pick(pods);
  }

  private outsideClient({ from }: Conversation, random: Random, ipv6: boolean): string {
    if (!('outside' in from)) {
      throw new Error('a pod is no outsider');
    }
    return outsideAddress(from.outside, random, ipv6);
  }

  private server(
    { from, to, lasting }: Conversation,
    index: number,
    random: Random,
    client: DemoPod | undefined,
    wants6: boolean
  ): Chosen {
    const clientHas6 =
      client === undefined
        ? 'outside' in from && GROUPS[from.outside].network6 !== undefined
        : client.address6 !== undefined;
    if ('outside' in to) {
      const address = outsideAddress(to.outside, random, false);
      return { address, port: to.port, ownAddress: address, ownPort: to.port };
    }
    if ('service' in to) {
      const service = this.services.get(to.service);
      if (service === undefined) {
        throw new Error(`the demo has no service ${to.service}`);
      }
      const pod = random.pick(service.pods);
      const ipv6 = wants6 && clientHas6 && service.clusterIP6 !== undefined;
      return {
        pod,
        address: ipv6 ? (service.clusterIP6 as string) : service.clusterIP,
        port: service.port,
        ownAddress: podAddress(pod, ipv6),
        ownPort: service.targetPort,
      };
    }
    const others = this.podsOf(to.pods).filter((pod) => pod !== client);
    const pod = lasting === true ? (others[index % others.length] as DemoPod) : random.pick(others);
    const address = podAddress(pod, wants6 && clientHas6 && pod.address6 !== undefined);
    return { pod, address, port: to.port, ownAddress: address, ownPort: to.port };
  }

  private podsOf(workload: string): readonly DemoPod[] {
    const pods = this.pods.get(workload);
    if (pods === undefined) {
      throw new Error(`the demo has no workload ${workload}`);
    }
    return pods;
  }
}

function podAddress(pod: DemoPod, ipv6: boolean): string {
  return ipv6 && pod.address6 !== undefined ? pod.address6 : pod.address;
}

function outsideAddress(name: OutsideName, random: Random, ipv6: boolean): string {
  const group = GROUPS[name];
  // Squared: some are far busier than others.
  const number = group.first + Math.floor(random.next() ** 2 * group.count);
  return ipv6 && group.network6 !== undefined
    ? `${group.network6}${number.toString(16)}`
    : `${group.network}.${number}`;
}

import type { FlowRecord } from '@netobserv-flows/schema';
import type { Logger } from 'pino';
import { FlowEnds, type EndNames, type FlowEnd } from '../ends';
import type { Flow } from '../flow';
import { Applications } from './applications';
import { ClusterIndex, type ServedEnd } from './clusterIndex';
import type { EnrichConfig } from './config';
import { type EndFacts, writeDestination, writeSource } from './ends';
import { KnownAddresses, type KnownAddress } from './knownAddresses';
import { flowLayer, infraObjects } from './layer';
import { InventorySource } from './sources/inventory';
import { KubernetesSource } from './sources/kubernetes';
import { SubnetLabels } from './subnets';

export { enrichConfig, type EnrichConfig } from './config';

/** Whether the sources of names have delivered, and if not, what is being waited for. */
export interface Readiness {
  readonly ok: boolean;
  /** What is missing; also set while `ok`, where names may be out of date. */
  readonly reason?: string;
}

/** A running source of cluster objects. */
interface Source {
  ready(): Readiness;
  stop(): void;
}

/** Gives flow records the names of the Kubernetes objects, networks and applications behind their addresses. */
export class Enricher {
  readonly #index: ClusterIndex;
  readonly #applications: Applications;
  readonly #known: KnownAddresses;
  readonly #ends: FlowEnds;
  readonly #clock: () => number;
  readonly #sources: Source[] = [];

  private constructor(config: EnrichConfig, clock: () => number, ends: FlowEnds) {
    this.#clock = clock;
    this.#ends = ends;
    this.#index = new ClusterIndex(clock, (address) => this.#known.unsettle(address));
    const subnets = new SubnetLabels(config.subnets);
    this.#known = new KnownAddresses(this.#index, subnets, infraObjects(config.infraNamespaces));
    this.#applications = new Applications(config.applications);
  }

  /**
   * Starts the sources. The inventory is read before this returns; a cluster is listed in the background, and flows
   * get the names that are known when they come.
   * @param clock milliseconds since the epoch, for tests.
   * @param ends where the ends of flows are made that stages after this one know them by.
   * @throws ConfigError where the inventory or the kubeconfig is not sound.
   */
  static async start(
    config: EnrichConfig,
    log: Pick<Logger, 'info' | 'warn' | 'error'>,
    clock: () => number = Date.now,
    ends: FlowEnds = new FlowEnds()
  ): Promise<Enricher> {
    const enricher = new Enricher(config, clock, ends);
    if (config.inventory !== undefined) {
      const inventory = new InventorySource(config.inventory, enricher.#index, log, clock);
      inventory.start();
      enricher.#sources.push({ ready: () => ({ ok: true }), stop: () => inventory.stop() });
    }
    if (config.kubernetes.enabled) {
      const cluster = new KubernetesSource(config.kubernetes, enricher.#index, log, clock);
      cluster.start();
      enricher.#sources.push(cluster);
    }
    return enricher;
  }

  /**
   * Adds names to a record: those that its addresses had when the flow ended. What is not known is left out.
   * @param record changed in place.
   * @param flow gets the ends of the record.
   */
  enrich(record: FlowRecord, flow?: Flow): void {
    const { SrcAddr, DstAddr, Proto, TimeFlowEndMs } = record;
    const from = SrcAddr === undefined ? undefined : this.#known.at(SrcAddr, TimeFlowEndMs, flow?.srcWord);
    const to = DstAddr === undefined ? undefined : this.#known.at(DstAddr, TimeFlowEndMs, flow?.dstWord);
    const source: EndFacts = this.#facts(from, record.SrcPort, record);
    const destination: EndFacts = this.#facts(to, record.DstPort, record);
    const src = from === undefined ? this.#ends.source(record) : this.#end('Src', from, record.SrcMac, source.served);
    const dst =
      to === undefined ? this.#ends.destination(record) : this.#end('Dst', to, record.DstMac, destination.served);
    writeSource(record, src);
    writeDestination(record, dst);
    const application = this.#applications.name(source, destination, Proto);
    if (application !== undefined) {
      record.Application = application;
    }
    const layer = flowLayer(from, to);
    if (layer !== undefined) {
      record.K8S_FlowLayer = layer;
    }
    if (flow !== undefined) {
      flow.source = src;
      flow.destination = dst;
    }
  }

  /** Name of the node that an exporter's address belongs to now: the node's own, or that of a pod on it. */
  nodeOfExporter(address: string): string | undefined {
    return this.#known.at(address, this.#clock()).named?.hostName;
  }

  /** Whether all sources have delivered once. */
  ready(): Readiness {
    const states = this.#sources.map((source) => source.ready());
    const reasons = states.flatMap(({ reason }) => reason ?? []);
    return { ok: states.every(({ ok }) => ok), ...(reasons.length > 0 && { reason: reasons.join('; ') }) };
  }

  /** What the index of names holds. */
  stats() {
    return this.#index.sizes;
  }

  /** Stops watching. Names known so far stay. */
  stop(): void {
    this.#sources.forEach((source) => source.stop());
  }

  #facts(known: KnownAddress | undefined, port: number | undefined, { Proto, TimeFlowEndMs }: FlowRecord): EndFacts {
    if (known === undefined) {
      return { address: undefined, port, named: undefined, served: undefined };
    }
    const { canonical: address, named } = known;
    if (named === undefined) {
      return { address, port, named, served: undefined };
    }
    const served = this.#known.served(known, port, Proto, TimeFlowEndMs);
    return { address, port, named, served };
  }

  #end(side: FlowEnd['side'], known: KnownAddress, mac: string | undefined, served: ServedEnd | undefined): FlowEnd {
    const first = side === 'Src' ? known.sources : known.destinations;
    const found = this.#find(first, known, mac, served);
    if (found !== undefined) {
      return found;
    }
    const made = this.#ends.add(side, known.text, namesOf(known, mac, served), first, known.named);
    known[side === 'Src' ? 'sources' : 'destinations'] = made;
    return made;
  }

  #find(
    first: FlowEnd | undefined,
    { named, subnet }: KnownAddress,
    mac: string | undefined,
    served: ServedEnd | undefined
  ): FlowEnd | undefined {
    const service = served?.name;
    for (let end = first; end !== undefined && end.epoch === this.#ends.epoch; end = end.next) {
      if (end.origin === named && end.mac === mac && end.service === service && end.subnet === subnet) {
        return end;
      }
    }
    return undefined;
  }
}

function namesOf({ named, subnet }: KnownAddress, mac: string | undefined, served: ServedEnd | undefined): EndNames {
  return {
    mac,
    subnet,
    namespace: named?.namespace,
    name: named?.name,
    type: named?.type,
    ownerName: named?.ownerName,
    ownerType: named?.ownerType,
    hostName: named?.hostName,
    hostIP: named?.hostIP,
    zone: named?.zone,
    service: named && served?.name,
  };
}

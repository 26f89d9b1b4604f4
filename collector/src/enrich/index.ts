import type { FlowRecord } from '@netobserv-flows/schema';
import type { Logger } from 'pino';
import { canonicalAddress } from './address';
import { Applications } from './applications';
import { ClusterIndex } from './clusterIndex';
import type { EnrichConfig } from './config';
import { type FlowEnd, writeDestination, writeSource } from './ends';
import { flowLayers } from './layer';
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
  readonly #subnets: SubnetLabels;
  readonly #applications: Applications;
  readonly #layer: ReturnType<typeof flowLayers>;
  readonly #clock: () => number;
  readonly #sources: Source[] = [];
  #named = 0;
  #unnamed = 0;

  private constructor(config: EnrichConfig, clock: () => number) {
    this.#clock = clock;
    this.#index = new ClusterIndex(clock);
    this.#subnets = new SubnetLabels(config.subnets);
    this.#applications = new Applications(config.applications);
    this.#layer = flowLayers(config.infraNamespaces);
  }

  /**
   * Starts the sources. The inventory is read before this returns; a cluster is listed in the background, and flows
   * get the names that are known when they come.
   * @param clock milliseconds since the epoch, for tests.
   * @throws ConfigError where the inventory or the kubeconfig is not sound.
   */
  static async start(
    config: EnrichConfig,
    log: Pick<Logger, 'info' | 'warn' | 'error'>,
    clock: () => number = Date.now
  ): Promise<Enricher> {
    const enricher = new Enricher(config, clock);
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
   */
  enrich(record: FlowRecord): void {
    const source = this.#end(record.SrcAddr, record.SrcPort, record);
    const destination = this.#end(record.DstAddr, record.DstPort, record);
    writeSource(record, source, this.#subnet(source));
    writeDestination(record, destination, this.#subnet(destination));
    const application = this.#applications.name(source, destination, record.Proto);
    if (application !== undefined) {
      record.Application = application;
    }
    const layer = this.#layer(source.named, destination.named);
    if (layer !== undefined) {
      record.K8S_FlowLayer = layer;
    }
  }

  /** Name of the node that an exporter's address belongs to now: the node's own, or that of a pod on it. */
  nodeOfExporter(address: string): string | undefined {
    return this.#index.at(canonicalAddress(address), this.#clock())?.hostName;
  }

  /** Whether all sources have delivered once. */
  ready(): Readiness {
    const states = this.#sources.map((source) => source.ready());
    const reasons = states.flatMap(({ reason }) => reason ?? []);
    return { ok: states.every(({ ok }) => ok), ...(reasons.length > 0 && { reason: reasons.join('; ') }) };
  }

  /** Counts for metrics: ends of flows that got a name and that did not, and what the index holds. */
  stats() {
    return { namedEnds: this.#named, unnamedEnds: this.#unnamed, ...this.#index.sizes };
  }

  /** Stops watching. Names known so far stay. */
  stop(): void {
    this.#sources.forEach((source) => source.stop());
  }

  #end(text: string | undefined, port: number | undefined, { Proto, TimeFlowEndMs }: FlowRecord): FlowEnd {
    if (text === undefined) {
      return { port };
    }
    const address = canonicalAddress(text);
    const named = this.#index.at(address, TimeFlowEndMs);
    if (named === undefined) {
      this.#unnamed++;
      return { address, port };
    }
    this.#named++;
    return { address, port, named, served: this.#index.served(named, address, port, Proto, TimeFlowEndMs) };
  }

  #subnet({ address, named }: FlowEnd): string | undefined {
    return address === undefined ? undefined : this.#subnets.label(address, named !== undefined);
  }
}

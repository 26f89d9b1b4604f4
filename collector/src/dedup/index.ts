import { DIRECTION, type FlowRecord } from '@netobserv-flows/schema';
import type { DedupConfig } from './config';
import { Exporters } from './exporters';
import { Owners } from './owners';

export { dedupConfig, type DedupConfig } from './config';

/** Figures of the marking at one moment, and counts since the start. */
export interface DedupStats {
  /** Flows of which the owning router is remembered. */
  readonly ownedFlows: number;
  /** Owners that were forgotten too early, as there was no room. */
  readonly forgottenOwners: number;
  /** Flows that were left to nodes, as it is assumed that these export, while none had. */
  readonly assumedFlows: number;
}

/**
 * Finds, of all observations of a packet, the one that totals count, and marks the others. Which one counts follows
 * from where the ends of the flow run and who exports, not from which record came first; only where neither end's
 * node exports does the first router own the flow. See docs/decisions/0002-counting-once.md.
 */
export class Deduplicator {
  readonly #exporters: Exporters;
  readonly #owners: Owners;
  readonly #nodeOfExporter: (address: string) => string | undefined;

  /** @param nodeOfExporter name of the node that an exporter's address belongs to; undefined for routers. */
  constructor(config: DedupConfig, nodeOfExporter: (address: string) => string | undefined) {
    this.#exporters = new Exporters(config);
    this.#owners = new Owners(config, (address, nowMs) => this.#exporters.isHeard(address, nowMs));
    this.#nodeOfExporter = nodeOfExporter;
  }

  /** Figures for metrics and warnings. */
  get stats(): DedupStats {
    const { size: ownedFlows, forgotten: forgottenOwners } = this.#owners;
    return { ownedFlows, forgottenOwners, assumedFlows: this.#exporters.assumed };
  }

  /**
   * Sets `FlowDirection`, and `Duplicate: true` where another record stands for the same packets.
   * @param record enriched; changed in place.
   * @param receivedMs when it was received, in milliseconds since the epoch: the clock of this stage.
   * @param cameInUnseen whether it was observed going out and nothing can have observed it coming in.
   */
  mark(record: FlowRecord, receivedMs: number, cameInUnseen = false): void {
    const { AgentIP } = record;
    const observer = this.#nodeOfExporter(AgentIP);
    const said = record.FlowDirection ?? record.IfDirections?.[0];
    const direction = directionFrom(observer, record) ?? said;
    if (direction !== undefined) {
      record.FlowDirection = direction;
    }
    // It has no copy that would have come in: it is taken as it is, like what has no direction.
    const side = cameInUnseen ? undefined : said;
    this.#exporters.heard(AgentIP, observer, side, record.TunnelSrcAddr !== undefined, receivedMs);
    const entry = observer === undefined && side !== undefined ? entryOf(record) : undefined;
    if (entry !== undefined) {
      this.#exporters.heardAt(AgentIP, entry, side, receivedMs);
    }
    const isCopy =
      side === DIRECTION.egress
        ? this.#exporters.exportsIngress(AgentIP, entry, receivedMs)
        : this.#cameThroughTunnel(record, observer, receivedMs);
    if (isCopy || !this.#isForObserver(record, observer, receivedMs)) {
      record.Duplicate = true;
    }
  }

  /** Whether it is the observer's record of the flow that counts, of all who may have observed it. */
  #isForObserver(record: FlowRecord, observer: string | undefined, nowMs: number): boolean {
    const { SrcK8S_HostName: from, DstK8S_HostName: to } = record;
    if (
      from !== undefined &&
      this.#exporters.nodeExports(from, nowMs) &&
      !this.#passedBySwitchOfSource(record, observer)
    ) {
      return from === observer;
    }
    if (to !== undefined && this.#exporters.nodeExports(to, nowMs)) {
      return to === observer;
    }
    if (observer === undefined && isOfService(record) && this.#exporters.allNodesExport(nowMs)) {
      return false;
    }
    return this.#owners.owns(record, nowMs);
  }

  /** What another exporting node put into a tunnel, that node has observed before. */
  #cameThroughTunnel({ TunnelSrcAddr }: FlowRecord, observer: string | undefined, nowMs: number): boolean {
    const origin = TunnelSrcAddr === undefined ? undefined : this.#nodeOfExporter(TunnelSrcAddr);
    return origin !== undefined && origin !== observer && this.#exporters.nodeExports(origin, nowMs);
  }

  /**
   * Whether a host sent it past its own node's switch: traffic of nodes and host-network pods goes by the underlay.
   * Had the switch seen it, it would have come through a tunnel, which the observer tells of.
   */
  #passedBySwitchOfSource(record: FlowRecord, observer: string | undefined): boolean {
    return (
      record.SrcK8S_Type === 'Node' &&
      record.SrcK8S_HostName !== observer &&
      record.TunnelSrcAddr === undefined &&
      this.#exporters.tellsTunnels(record.AgentIP)
    );
  }
}

/**
 * Whether a Service's own address is at an end. The node that hands its traffic to a pod, or takes the pod's for it, is
 * not known by that address, and observes the same packets by the pod's.
 */
function isOfService({ SrcK8S_Type, DstK8S_Type }: FlowRecord): boolean {
  return SrcK8S_Type === 'Service' || DstK8S_Type === 'Service';
}

/**
 * The interface that the packets came in by, where the exporter names it. A node's is not asked for: its switch hands on
 * what came in by any, and one that many copies of few packets go out from would pass for unobserved.
 */
function entryOf({ Interfaces, IfDirections }: FlowRecord): string | undefined {
  return IfDirections?.[0] === DIRECTION.ingress ? Interfaces?.[0] : Interfaces?.[1];
}

/** Direction as the exporter's node sees it; undefined where neither end runs on it. */
function directionFrom(node: string | undefined, record: FlowRecord): number | undefined {
  if (node === undefined) {
    return undefined;
  }
  const sends = record.SrcK8S_HostName === node;
  const receives = record.DstK8S_HostName === node;
  if (sends && receives) {
    return DIRECTION.inner;
  }
  if (sends) {
    return DIRECTION.egress;
  }
  return receives ? DIRECTION.ingress : undefined;
}

import { LRUCache } from 'lru-cache';
import type { DedupConfig } from './config';

const MAX_EXPORTERS = 10_000;
const MAX_ENTRIES = 50_000;
/**
 * Egress observations in a row, without one of ingress, that it takes to believe that an exporter sends no ingress:
 * where it samples both sides alike, so many in a row have a chance of one in a million.
 */
const EGRESS_PROOF = 20;

/** What was observed of the packets that came in by an interface, or by any of an exporter. */
interface Observed {
  seenIngress: boolean;
  /** Egress observations since the last ingress one, and when the first of them came. */
  egressRun: number;
  egressSinceMs: number;
}

interface Exporter extends Observed {
  lastMs: number;
  /** By the interface that packets came in by; once it has told of packets that went out. */
  entries: Map<string, Observed> | undefined;
  /** It has told of a tunnel that a packet came through: of one that came through none, it would not be silent. */
  tellsTunnels: boolean;
}

/**
 * What the flows so far tell of who exports what. Bounded: of more than 10,000 exporters, those heard least lately
 * are forgotten; interfaces beyond 50,000 are not told apart.
 */
export class Exporters {
  readonly #learningMs: number;
  readonly #silentMs: number;
  readonly #byAddress = new LRUCache<string, Exporter>({
    max: MAX_EXPORTERS,
    dispose: ({ entries }) => (this.#entries -= entries?.size ?? 0),
  });
  /** Interfaces that are told apart, of all exporters. */
  #entries = 0;
  readonly #nodeLastMs = new LRUCache<string, number>({ max: MAX_EXPORTERS });
  /** The exporter and the node that were heard last: a flow asks for its exporter several times. */
  #lastAddress: string | undefined;
  #last: Exporter | undefined;
  #lastNode: string | undefined;
  #lastNodeMs = -1;
  /** When a node was found that does not export. */
  #missedNodeMs = -Infinity;
  #assumed = 0;
  #startMs: number | undefined;

  readonly #assumeNodesExport: boolean;

  constructor({ learningSeconds, silentSeconds, assumeNodesExport }: DedupConfig) {
    this.#assumeNodesExport = assumeNodesExport;
    this.#learningMs = learningSeconds * 1_000;
    this.#silentMs = silentSeconds * 1_000;
  }

  /**
   * Takes note of an observation.
   * @param node name of the node that the exporter is of, where it is one's.
   * @param side IE 61: 0 ingress, 1 egress, undefined where it is not sent.
   * @param tunnelled whether the record names the tunnel that the packet came through.
   */
  heard(address: string, node: string | undefined, side: number | undefined, tunnelled: boolean, nowMs: number): void {
    this.#startMs ??= nowMs;
    if (node !== undefined && (node !== this.#lastNode || nowMs !== this.#lastNodeMs)) {
      this.#nodeLastMs.set(node, nowMs);
      this.#lastNode = node;
      this.#lastNodeMs = nowMs;
    }
    let exporter = this.#of(address);
    if (exporter === undefined) {
      exporter = { ...nothingObserved(nowMs), lastMs: nowMs, entries: undefined, tellsTunnels: false };
      this.#byAddress.set(address, exporter);
      this.#lastAddress = undefined;
    }
    exporter.lastMs = nowMs;
    exporter.tellsTunnels ||= tunnelled;
    observe(exporter, side, nowMs);
  }

  /**
   * Takes note of the interface that the packets of an observation came in by, after the observation itself.
   * @param side 0 where they were observed there, 1 where they were observed going out by another.
   */
  heardAt(address: string, entry: string, side: number | undefined, nowMs: number): void {
    const exporter = this.#of(address);
    if (exporter === undefined || (side !== 1 && exporter.entries === undefined)) {
      return;
    }
    exporter.entries ??= new Map<string, Observed>();
    let observed = exporter.entries.get(entry);
    if (observed === undefined && this.#entries < MAX_ENTRIES) {
      observed = nothingObserved(nowMs);
      exporter.entries.set(entry, observed);
      this.#entries++;
    }
    if (observed !== undefined) {
      observe(observed, side, nowMs);
    }
  }

  /**
   * Whether an exporter also exports what comes in: by the interface given, where that was heard of, else by any.
   * Presumed of a new one until it has sent nothing but egress for the learning time; one that has sent ingress loses
   * it after as long as makes an exporter silent. A pause proves nothing: it takes 20 egress observations in a row.
   */
  exportsIngress(address: string, entry: string | undefined, nowMs: number): boolean {
    const exporter = this.#of(address);
    const observed = (entry === undefined ? undefined : exporter?.entries?.get(entry)) ?? exporter;
    if (observed === undefined || observed.egressRun < EGRESS_PROOF) {
      return true;
    }
    return nowMs - observed.egressSinceMs < (observed.seenIngress ? this.#silentMs : this.#learningMs);
  }

  /**
   * Whether a node exports: it did so lately, or the collector is still learning. Nothing is presumed before some
   * node has exported, so that where only routers export, flows count from the first.
   */
  nodeExports(node: string, nowMs: number): boolean {
    if (this.#assumeNodesExport) {
      this.#assumed += this.#lastNode === undefined ? 1 : 0;
      return true;
    }
    if (this.#nodeLastMs.size === 0) {
      return false;
    }
    const lastMs = this.#nodeLastMs.get(node);
    const isLearning = nowMs - this.#startMs! < this.#learningMs;
    const exports = isLearning || (lastMs !== undefined && nowMs - lastMs < this.#silentMs);
    if (!exports) {
      this.#missedNodeMs = nowMs;
    }
    return exports;
  }

  /** How often a node was taken to export, as is assumed of all, though none had. */
  get assumed(): number {
    return this.#assumed;
  }

  /** Whether nodes export, and no flow of late has had an end at one that does not. */
  allNodesExport(nowMs: number): boolean {
    return (
      this.#assumeNodesExport ||
      (this.#lastNode !== undefined &&
        nowMs - this.#lastNodeMs < this.#silentMs &&
        nowMs - this.#missedNodeMs >= this.#silentMs)
    );
  }

  /** Whether an exporter names the tunnels that packets come through, as Open vSwitch does. */
  tellsTunnels(address: string): boolean {
    return this.#of(address)?.tellsTunnels === true;
  }

  /** Whether an exporter has been heard within the time that makes it silent. */
  isHeard(address: string, nowMs: number): boolean {
    const exporter = this.#of(address);
    return exporter !== undefined && nowMs - exporter.lastMs < this.#silentMs;
  }

  #of(address: string): Exporter | undefined {
    if (address !== this.#lastAddress) {
      this.#last = this.#byAddress.get(address);
      this.#lastAddress = address;
    }
    return this.#last;
  }
}

const nothingObserved = (nowMs: number): Observed => ({ seenIngress: false, egressRun: 0, egressSinceMs: nowMs });

function observe(observed: Observed, side: number | undefined, nowMs: number): void {
  if (side === 1) {
    observed.egressSinceMs = observed.egressRun === 0 ? nowMs : observed.egressSinceMs;
    observed.egressRun++;
  } else if (side === 0) {
    observed.seenIngress = true;
    observed.egressRun = 0;
  }
}

import { LRUCache } from 'lru-cache';
import type { DedupConfig } from './config';

const MAX_EXPORTERS = 10_000;

interface Exporter {
  lastMs: number;
  seenIngress: boolean;
  /** Since when it has sent egress observations and no ingress one; undefined while it sends both. */
  egressOnlySinceMs: number | undefined;
}

/**
 * What the flows so far tell of who exports what. Bounded: of more than 10,000 exporters, those heard least lately
 * are forgotten.
 */
export class Exporters {
  readonly #learningMs: number;
  readonly #silentMs: number;
  readonly #byAddress = new LRUCache<string, Exporter>({ max: MAX_EXPORTERS });
  readonly #nodeLastMs = new LRUCache<string, number>({ max: MAX_EXPORTERS });
  #startMs: number | undefined;

  constructor({ learningSeconds, silentSeconds }: DedupConfig) {
    this.#learningMs = learningSeconds * 1_000;
    this.#silentMs = silentSeconds * 1_000;
  }

  /**
   * Takes note of an observation.
   * @param node name of the node that the exporter is of, where it is one's.
   * @param side IE 61: 0 ingress, 1 egress, undefined where it is not sent.
   */
  heard(address: string, node: string | undefined, side: number | undefined, nowMs: number): void {
    this.#startMs ??= nowMs;
    if (node !== undefined) {
      this.#nodeLastMs.set(node, nowMs);
    }
    let exporter = this.#byAddress.get(address);
    if (exporter === undefined) {
      exporter = { lastMs: nowMs, seenIngress: false, egressOnlySinceMs: undefined };
      this.#byAddress.set(address, exporter);
    }
    exporter.lastMs = nowMs;
    if (side === 1) {
      exporter.egressOnlySinceMs ??= nowMs;
    } else if (side === 0) {
      exporter.seenIngress = true;
      exporter.egressOnlySinceMs = undefined;
    }
  }

  /**
   * Whether an exporter also exports what comes in. Presumed of a new one until it has sent nothing but egress for
   * the learning time; one that has sent ingress loses it after as long as makes an exporter silent.
   */
  exportsIngress(address: string, nowMs: number): boolean {
    const exporter = this.#byAddress.get(address);
    if (exporter?.egressOnlySinceMs === undefined) {
      return true;
    }
    return nowMs - exporter.egressOnlySinceMs < (exporter.seenIngress ? this.#silentMs : this.#learningMs);
  }

  /**
   * Whether a node exports: it did so lately, or the collector is still learning. Nothing is presumed before some
   * node has exported, so that where only routers export, flows count from the first.
   */
  nodeExports(node: string, nowMs: number): boolean {
    if (this.#nodeLastMs.size === 0) {
      return false;
    }
    const lastMs = this.#nodeLastMs.get(node);
    const isLearning = nowMs - this.#startMs! < this.#learningMs;
    return isLearning || (lastMs !== undefined && nowMs - lastMs < this.#silentMs);
  }

  /** Whether an exporter has been heard within the time that makes it silent. */
  isHeard(address: string, nowMs: number): boolean {
    const exporter = this.#byAddress.get(address);
    return exporter !== undefined && nowMs - exporter.lastMs < this.#silentMs;
  }
}

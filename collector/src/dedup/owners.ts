import type { FlowRecord } from '@netobserv-flows/schema';
import { LRUCache } from 'lru-cache';
import type { DedupConfig } from './config';

/** An owner that has been silent on a flow for so many times its longest silence before does not tell of it any more. */
const GAPS = 3;
const ONE_RECORD = -1;

interface Ownership {
  readonly exporter: string;
  lastMs: number;
  /** The longest time between two records of the owner, in milliseconds; -1 while there is one only. */
  gapMs: number;
}

/**
 * Which exporter's records of a flow count where nothing names one beforehand: those of the first that tells of it, the
 * owner. One exporter that is alone for as long as a flow is owned owns all: then nothing is remembered until another comes.
 */
export class Owners {
  readonly #ownershipMs: number;
  readonly #silentMs: number;
  readonly #isHeard: (exporter: string, nowMs: number) => boolean;
  readonly #flows: LRUCache<string, Ownership>;
  /** The exporter that came first, and when. */
  #first: { readonly exporter: string; readonly atMs: number } | undefined;
  #several = false;
  #nowMs = 0;
  #forgotten = 0;

  /** @param isHeard whether an exporter is not silent. */
  constructor(
    { ownershipSeconds, silentSeconds, maxOwnedFlows }: DedupConfig,
    isHeard: (exporter: string, nowMs: number) => boolean
  ) {
    this.#ownershipMs = ownershipSeconds * 1_000;
    this.#silentMs = silentSeconds * 1_000;
    this.#isHeard = isHeard;
    this.#flows = new LRUCache({
      max: maxOwnedFlows,
      dispose: ({ lastMs }, _key, reason) => {
        if (reason === 'evict' && this.#several && this.#nowMs - lastMs < this.#silentMs) {
          this.#forgotten++;
        }
      },
    });
  }

  /** Number of flows of which the owner is remembered. */
  get size(): number {
    return this.#flows.size;
  }

  /** Owners that were forgotten to make room before they were silent: another exporter's record of the flow counts too. */
  get forgotten(): number {
    return this.#forgotten;
  }

  /** Whether the exporter of a record owns its flow: from now on, where nobody does. */
  owns(record: FlowRecord, nowMs: number): boolean {
    const { AgentIP } = record;
    this.#nowMs = nowMs;
    if (!this.#several && this.#isAlone(AgentIP, nowMs)) {
      return true;
    }
    const key = flowKey(record);
    const owner = this.#flows.get(key);
    if (owner?.exporter === AgentIP) {
      owner.gapMs = Math.max(owner.gapMs, nowMs - owner.lastMs);
      owner.lastMs = nowMs;
      return true;
    }
    if (owner !== undefined && nowMs - owner.lastMs < this.#limitMs(owner) && this.#isHeard(owner.exporter, nowMs)) {
      return false;
    }
    this.#flows.set(key, { exporter: AgentIP, lastMs: nowMs, gapMs: ONE_RECORD });
    return true;
  }

  /** How long an owner may be silent on a flow. */
  #limitMs({ gapMs }: Ownership): number {
    return gapMs === ONE_RECORD
      ? this.#ownershipMs
      : Math.min(this.#ownershipMs, Math.max(this.#silentMs, GAPS * gapMs));
  }

  /** Whether no exporter but this one has come for so long that none can tell of what this one has told. */
  #isAlone(exporter: string, nowMs: number): boolean {
    this.#first ??= { exporter, atMs: nowMs };
    this.#several = exporter !== this.#first.exporter;
    if (this.#several || nowMs - this.#first.atMs < this.#ownershipMs) {
      return false;
    }
    if (this.#flows.size > 0) {
      this.#flows.clear();
    }
    return true;
  }
}

/** Equal for records of the same flow, whoever exports them; by Ethernet addresses where there are no IP addresses. */
function flowKey({ SrcAddr, DstAddr, SrcPort, DstPort, Proto, SrcMac, DstMac, Etype }: FlowRecord): string {
  return SrcAddr === undefined && DstAddr === undefined
    ? `${SrcMac} ${DstMac} ${Etype}`
    : `${SrcAddr} ${DstAddr} ${SrcPort} ${DstPort} ${Proto}`;
}

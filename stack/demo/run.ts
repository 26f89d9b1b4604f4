import { setTimeout as sleep } from 'node:timers/promises';
import type { DemoCluster, DemoNode } from './model/types';
import { observe } from './observe';
import { OvsExporter } from './ovs/exporter';
import { Pacer, type AskProgress } from './pacer';
import { ExporterSockets, type CollectorAddress } from './sockets';
import { trafficOfSlot, type Traffic } from './traffic/traffic';

/** Length of a slot of live traffic: Open vSwitch's active timeout under OVN-Kubernetes. */
export const LIVE_SLOT_MS = 60_000;

/** Length of a slot of history: a quarter of the flows with the same volume. */
export const BACKFILL_SLOT_MS = 240_000;

/** A real Open vSwitch repeats its templates every 600 s; a minute spares a restarted collector the wait. */
const ANNOUNCE_MS = 60_000;

/** How often live flows are sent. */
const TICK_MS = 250;

/** What to send and how. */
export interface DemoOptions {
  readonly cluster: DemoCluster;
  readonly collector: CollectorAddress;
  /** Scales connections and volume; 1 is the plan. */
  readonly rate: number;
  /** Send history from here on first, in ms since the Unix epoch; none where undefined. */
  readonly sinceMs?: number;
  /** End after the history instead of going on live. */
  readonly once: boolean;
  readonly askProgress?: AskProgress;
  readonly signal: AbortSignal;
  /** Told in words how far it is. */
  readonly onProgress: (message: string) => void;
}

/** What was sent. */
export interface DemoResult {
  /** Flow records. */
  readonly records: number;
  /** Datagrams that the collector did not receive, where it could be asked, or that the system refused. */
  readonly lost: number;
}

/** The demo's nodes as exporters: turns traffic into datagrams and sends them. */
class Exporters {
  records = 0;
  private readonly exporters = new Map<DemoNode, OvsExporter>();
  private announcedMs = -Infinity;

  constructor(
    private readonly cluster: DemoCluster,
    private readonly sockets: ExporterSockets,
    private readonly pacer: Pacer
  ) {
    for (const node of cluster.nodes) {
      this.exporters.set(node, new OvsExporter());
    }
  }

  /** Sends all templates, where a minute of the wall clock has passed since the last time. */
  async announce(exportMs: number): Promise<void> {
    if (Date.now() - this.announcedMs < ANNOUNCE_MS) {
      return;
    }
    this.announcedMs = Date.now();
    for (const [node, exporter] of this.exporters) {
      for (const datagram of exporter.announce(Math.floor(exportMs / 1000))) {
        await this.send(node, datagram);
      }
    }
  }

  async report(traffic: Traffic): Promise<void> {
    for (const observation of observe(this.cluster, traffic)) {
      const exporter = this.exporters.get(observation.node) as OvsExporter;
      await this.send(observation.node, exporter.record(observation));
      this.records++;
    }
  }

  private async send(node: DemoNode, datagram: Buffer): Promise<void> {
    await this.sockets.send(node, datagram);
    await this.pacer.sent(1);
  }
}

/** Sends the slots of history that have ended, and returns where live traffic goes on. */
async function backfill(exporters: Exporters, options: DemoOptions, sinceMs: number): Promise<number> {
  const first = Math.ceil(sinceMs / LIVE_SLOT_MS) * LIVE_SLOT_MS;
  const started = Date.now();
  let slot = first;
  // What ends while history is sent belongs to it too.
  while (!options.signal.aborted) {
    // History that goes on where an earlier one ended may begin between two long slots.
    const slotMs = slot % BACKFILL_SLOT_MS === 0 ? BACKFILL_SLOT_MS : LIVE_SLOT_MS;
    if (slot + slotMs > Date.now()) {
      break;
    }
    await exporters.announce(slot);
    for (const traffic of trafficOfSlot(options.cluster, slot, { slotMs, rate: options.rate })) {
      await exporters.report(traffic);
      if (options.signal.aborted) {
        break;
      }
    }
    slot += slotMs;
    const done = (slot - first) / (Date.now() - first);
    options.onProgress(
      `history: ${Math.min(100, Math.round(100 * done))} %, ${exporters.records} records, ` +
        `${Math.round(exporters.records / ((Date.now() - started) / 1000))}/s`
    );
  }
  return slot;
}

async function live(exporters: Exporters, options: DemoOptions, fromMs: number): Promise<void> {
  let reportedMs = Date.now();
  for (let slot = fromMs; !options.signal.aborted; slot += LIVE_SLOT_MS) {
    const traffic = trafficOfSlot(options.cluster, slot, { slotMs: LIVE_SLOT_MS, rate: options.rate });
    for (let next = 0; next < traffic.length && !options.signal.aborted;) {
      await exporters.announce(Math.min(Date.now(), slot + LIVE_SLOT_MS));
      for (; next < traffic.length && (traffic[next] as Traffic).endMs <= Date.now(); next++) {
        await exporters.report(traffic[next] as Traffic);
      }
      if (Date.now() - reportedMs >= 10_000) {
        reportedMs = Date.now();
        options.onProgress(`live: ${exporters.records} records`);
      }
      if (next < traffic.length) {
        await sleep(TICK_MS, undefined, { signal: options.signal }).catch(() => undefined);
      }
    }
  }
}

/**
 * Sends the demo's history, then its live traffic, until it is told to stop.
 * @throws Error where a node's address cannot be sent from, or the collector cannot be asked any more.
 */
export async function runDemo(options: DemoOptions): Promise<DemoResult> {
  const sockets = await ExporterSockets.open(options.cluster.nodes, options.collector);
  const pacer = new Pacer(options.askProgress);
  const exporters = new Exporters(options.cluster, sockets, pacer);
  try {
    await pacer.begin();
    const started = Math.floor(Date.now() / LIVE_SLOT_MS) * LIVE_SLOT_MS;
    const from = options.sinceMs === undefined ? started : await backfill(exporters, options, options.sinceMs);
    options.onProgress(`history sent: ${exporters.records} records, ${pacer.lost + sockets.refused} lost`);
    if (!options.once) {
      await live(exporters, options, from);
    }
  } finally {
    sockets.close();
  }
  return { records: exporters.records, lost: pacer.lost + sockets.refused };
}

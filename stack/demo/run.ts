import { setTimeout as sleep } from 'node:timers/promises';
import type { DemoCluster, DemoNode } from './model/types';
import { observe } from './observe';
import { OvsExporter } from './ovs/exporter';
import { Pacer, type AskProgress } from './pacer';
import { ExporterSockets, type CollectorAddress } from './sockets';
import { fateOf, type Incident } from './traffic/incidents';
import { trafficOfSlot, type Traffic } from './traffic/traffic';

/**
 * Length of a slot of traffic, and so of the records of lasting connections: what an active timeout of 3 minutes
 * gives. Six hours are then some 300,000 records.
 */
export const SLOT_MS = 180_000;

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
  /** What goes wrong, and when; nothing where left out. */
  readonly incidents?: readonly Incident[];
  /** Send what ended after this, in ms since the Unix epoch: history where that is past. */
  readonly sinceMs: number;
  /** End when history has caught up with the clock instead of going on live. */
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
    private readonly pacer: Pacer,
    private readonly incidents: readonly Incident[]
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
        await this.send(node, datagram, exportMs);
      }
    }
  }

  async report(traffic: Traffic): Promise<void> {
    for (const observation of observe(this.cluster, traffic)) {
      const exporter = this.exporters.get(observation.node) as OvsExporter;
      this.records += (await this.send(observation.node, exporter.record(observation), observation.endMs)) ? 1 : 0;
    }
  }

  /** @returns whether it was sent: an incident may keep it back. */
  private async send(node: DemoNode, datagram: Buffer, atMs: number): Promise<boolean> {
    const fate = fateOf(this.incidents, this.cluster, node, atMs);
    if (fate === 'lost') {
      return false;
    }
    const payload = fate === 'broken' ? brokenDatagram(datagram) : datagram;
    await this.sockets.send(node, payload);
    await this.pacer.sent(payload.length);
    return true;
  }
}

/** A datagram that ends before its own header says. */
export function brokenDatagram(datagram: Buffer): Buffer {
  return datagram.subarray(0, datagram.length - 4);
}

/** Tells how far it is: history until it has caught up with the clock, live from then on. */
class Progress {
  private readonly startedMs = Date.now();
  private toldMs = 0;
  caughtUp = false;

  constructor(
    private readonly sinceMs: number,
    private readonly tell: (message: string) => void
  ) {}

  /** @param atMs end of the flow that is sent next. */
  at(atMs: number, records: number): void {
    const now = Date.now();
    if (now - this.toldMs < (this.caughtUp ? 10_000 : 500)) {
      return;
    }
    this.toldMs = now;
    const percent = Math.floor((100 * (atMs - this.sinceMs)) / Math.max(1, now - this.sinceMs));
    const perSecond = Math.round(records / Math.max(1, (now - this.startedMs) / 1000));
    this.tell(this.caughtUp ? `live: ${records} records` : `history: ${percent} %, ${records} records, ${perSecond}/s`);
  }
}

/** Sends one slot's traffic, each flow when it has ended, until it is done or told so. */
async function sendSlot(
  exporters: Exporters,
  options: DemoOptions,
  slotMs: number,
  progress: Progress,
  done: () => boolean
): Promise<void> {
  const traffic = trafficOfSlot(options.cluster, slotMs, {
    slotMs: SLOT_MS,
    rate: options.rate,
    incidents: options.incidents,
  });
  for (const flow of traffic.filter(({ endMs }) => endMs > options.sinceMs)) {
    while (flow.endMs > Date.now() && !done()) {
      progress.caughtUp = true;
      progress.at(flow.endMs, exporters.records);
      await sleep(TICK_MS, undefined, { signal: options.signal }).catch(() => undefined);
    }
    if (done()) {
      return;
    }
    progress.at(flow.endMs, exporters.records);
    await exporters.announce(flow.endMs);
    await exporters.report(flow);
  }
}

/**
 * Sends the demo's history, then its live traffic, until it is told to stop.
 * @throws Error where a node's address cannot be sent from, or the collector cannot be asked any more.
 */
export async function runDemo(options: DemoOptions): Promise<DemoResult> {
  const sockets = await ExporterSockets.open(options.cluster.nodes, options.collector);
  const pacer = new Pacer(options.askProgress, options.signal);
  const exporters = new Exporters(options.cluster, sockets, pacer, options.incidents ?? []);
  try {
    await pacer.begin();
    const progress = new Progress(options.sinceMs, options.onProgress);
    const done = (): boolean => options.signal.aborted || (options.once && progress.caughtUp);
    for (let slot = Math.floor(options.sinceMs / SLOT_MS) * SLOT_MS; !done(); slot += SLOT_MS) {
      await sendSlot(exporters, options, slot, progress, done);
    }
    if (options.once) {
      await pacer.end();
    }
  } finally {
    sockets.close();
  }
  return { records: exporters.records, lost: pacer.lost + sockets.refused };
}

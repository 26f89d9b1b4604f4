import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { Aggregator } from '../../../collector/src/aggregate';
import { collectorConfig } from '../../../collector/src/config/root';
import { Counts } from '../../../collector/src/counts';
import { Decoder } from '../../../collector/src/decode';
import { Deduplicator } from '../../../collector/src/dedup';
import { Enricher } from '../../../collector/src/enrich';
import type { Flow } from '../../../collector/src/flow';
import { LokiWriter } from '../../../collector/src/loki';
import { createPipeline } from '../../../collector/src/pipeline';
import { PushTimes } from '../../../collector/src/pushTimes';
import { Report } from '../../../collector/src/report';
import { buildCluster } from '../../../stack/demo/model/cluster';
import type { DemoCluster } from '../../../stack/demo/model/types';
import { inventoryYaml } from '../../../stack/demo/model/inventory';
import { observe } from '../../../stack/demo/observe';
import { OvsExporter } from '../../../stack/demo/ovs/exporter';
import { brokenDatagram } from '../../../stack/demo/run';
import { fateOf, type Incident } from '../../../stack/demo/traffic/incidents';
import { trafficOfSlot, type Traffic } from '../../../stack/demo/traffic/traffic';

const SLOT_MS = 60_000;

/** What the demo cluster does, and what a collector makes of it. */
export interface DemoHistory {
  readonly fromMs: number;
  readonly toMs: number;
  readonly incidents: readonly Incident[];
  /** Whether single flows of a time are stored too; sums are, of all. */
  readonly storesFlowsAt: (ms: number) => boolean;
  /** Whether the collector reports on itself at a time. */
  readonly reportsAt: (ms: number) => boolean;
  /** Datagrams that the kernel dropped at the beginning; its host does not tell where left out. */
  readonly kernelDrops?: number;
}

/** What the demo cluster sends in a slot of {@link SLOT_MS}; namespace `legacy`, which talks telnet all day, is left out. */
function sentIn(cluster: DemoCluster, slot: number, incidents: readonly Incident[]): Traffic[] {
  return trafficOfSlot(cluster, slot, { slotMs: SLOT_MS, rate: 0.3, incidents }).filter(
    ({ source, destination }) => source?.namespace !== 'legacy' && destination?.namespace !== 'legacy'
  );
}

/**
 * Sends the demo cluster's datagrams through all stages of the collector, by a clock of the history's own, into Loki.
 * @returns all that the cluster sent.
 * @throws Error where Loki did not take all.
 */
export async function writeDemoHistory(lokiUrl: string, history: DemoHistory): Promise<Traffic[]> {
  const sent: Traffic[] = [];
  const folder = mkdtempSync(join(tmpdir(), 'netobserv-alerts-'));
  const cluster = buildCluster(1);
  const inventory = join(folder, 'inventory.yaml');
  writeFileSync(inventory, inventoryYaml(cluster));
  const config = collectorConfig.parse({
    enrich: { inventory },
    // One push at a time keeps hours of flows, written at once, in their order.
    loki: { url: lokiUrl, batchWaitMs: 20, concurrency: 1, workloads: false },
  });
  let nowMs = history.fromMs;
  const clock = () => nowMs;
  const counts = new Counts();
  const pushTimes = new PushTimes();
  let unsent = 0;
  const enricher = await Enricher.start(config.enrich, pino({ level: 'silent' }), clock);
  const writer = new LokiWriter(config.loki, {
    onLoss: (_reason, _exporter, count) => (unsent += count),
    onStored: (exporter, flows) => counts.stored(exporter, flows),
    onPush: (_result, seconds) => pushTimes.add(seconds),
    onNotice: () => undefined,
  });
  const onLoss = counts.lost.bind(counts);
  const decoder = new Decoder({ ...config.decode, onLoss });
  const deduplicator = new Deduplicator(config.dedup, (address) => enricher.nodeOfExporter(address));
  const aggregator = new Aggregator(config.aggregate, (line) => writer.writeLine(line, 'rollup'), clock);
  const receive = createPipeline(
    {
      decode: (datagram) => decoder.decode(datagram),
      enrich: (record) => enricher.enrich(record),
      mark: (record, receivedMs, unseen) => deduplicator.mark(record, receivedMs, unseen),
      write: (flow: Flow) => {
        if (history.storesFlowsAt(flow.record.TimeFlowEndMs)) {
          writer.write(flow);
        }
      },
      aggregate: (record) => aggregator.add(record),
    },
    counts,
    onLoss
  );
  const report = new Report(
    {
      counts,
      loki: () => writer.stats,
      pushTimes,
      aggregate: () => aggregator.stats,
      templates: () => decoder.stats().knownTemplates,
      nameOf: () => undefined,
      kernelDrops: () =>
        Promise.resolve(history.kernelDrops === undefined ? undefined : new Map([[4739, history.kernelDrops]])),
    },
    nowMs
  );
  const exporters = new Map(cluster.nodes.map((node) => [node, new OvsExporter()]));
  const send = (node: (typeof cluster.nodes)[number], payload: Buffer) => {
    const fate = fateOf(history.incidents, cluster, node, nowMs);
    if (fate !== 'lost') {
      const arrived = fate === 'broken' ? brokenDatagram(payload) : payload;
      receive([{ payload: arrived, address: node.exporterAddress, port: 4739, receivedMs: nowMs }]);
    }
  };
  try {
    for (const [node, exporter] of exporters) {
      exporter.announce(nowMs / 1000).forEach((payload) => send(node, payload));
    }
    for (let slot = history.fromMs; slot < history.toMs; slot += SLOT_MS) {
      for (const flow of sentIn(cluster, slot, history.incidents)) {
        sent.push(flow);
        nowMs = flow.endMs;
        observe(cluster, flow).forEach((seen) => send(seen.node, exporters.get(seen.node)!.record(seen)));
      }
      nowMs = slot + SLOT_MS;
      aggregator.flushDue();
      const lines = await report.lines(nowMs);
      if (history.reportsAt(nowMs)) {
        lines.forEach((line) => writer.writeLine(line, 'report'));
      }
      await writer.flush();
    }
    aggregator.flush();
    await writer.close(30_000);
  } finally {
    enricher.stop();
    rmSync(folder, { recursive: true });
  }
  if (unsent + writer.stats.rollupsLost > 0) {
    throw new Error(`Loki did not take ${unsent} flows and ${writer.stats.rollupsLost} lines of sums`);
  }
  return sent;
}

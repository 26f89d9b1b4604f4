/** Runs the stages of the collector over datagrams in memory, up to one of them. Started by ../stages.ts. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { Session } from 'node:inspector/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Aggregator, aggregateConfig } from '../../../collector/src/aggregate';
import { Counts } from '../../../collector/src/counts';
import { Decoder } from '../../../collector/src/decode';
import { dedupConfig, Deduplicator } from '../../../collector/src/dedup';
import { Enricher, enrichConfig } from '../../../collector/src/enrich';
import { FlowEnds } from '../../../collector/src/ends';
import type { Datagram, ReportLoss } from '../../../collector/src/flow';
import { LokiWriter, lokiConfig } from '../../../collector/src/loki';
import { createPipeline, type Stages } from '../../../collector/src/pipeline';
import { OvsExporter } from '../../../stack/demo/ovs/exporter';
import { benchCluster, inventoryText, observations } from '../throughput/cluster';

/** What to run. */
export interface StageOrder {
  readonly upto: 'decode' | 'enrich' | 'mark' | 'aggregate' | 'write' | 'push';
  readonly pods: number;
  readonly exporters: number;
  readonly flows: number;
  /** Of a stand-in for Loki. */
  readonly url: string;
  /** File that a CPU profile of what is measured is written to. */
  readonly profile?: string;
}

/** What it took. */
export interface StageReport {
  readonly cpuSeconds: number;
  readonly flows: number;
}

const ORDER: ReadonlyArray<StageOrder['upto']> = ['decode', 'enrich', 'mark', 'aggregate', 'write', 'push'];
const DIFFERENT = 100_000;
/** Datagrams of one exporter in a row, as the exporters of ../throughput/sender.ts send them. */
const IN_A_ROW = 8;
/** Datagrams that are handed on between two turns of the event loop. */
const TURN = 512;
/** What may gather where nothing is pushed. */
const QUEUE_BYTES = 8 * 1024 * 1024;
const EXPORT_TIME_AT = 4;
const SEQUENCE_AT = 8;

interface Sent {
  readonly address: string;
  readonly payload: Buffer;
}

function datagrams(pods: number, exporters: number): { announced: Sent[]; flows: Sent[]; inventory: string } {
  const cluster = benchCluster(exporters, pods);
  const makers = new Map(cluster.nodes.map((node) => [node, new OvsExporter()]));
  const flows = observations(cluster, DIFFERENT, Date.now()).map((seen) => ({
    address: seen.node.exporterAddress,
    payload: makers.get(seen.node)!.record(seen),
  }));
  const announced = cluster.nodes.flatMap(({ exporterAddress }) =>
    new OvsExporter().announce(Math.floor(Date.now() / 1000)).map((payload) => ({ address: exporterAddress, payload }))
  );
  return { announced, flows: mixed(flows), inventory: inventoryText(cluster) };
}

/** A few of each exporter in turn, as they arrive. */
function mixed(sent: readonly Sent[]): Sent[] {
  const byExporter = new Map<string, Sent[]>();
  for (const one of sent) {
    const own = byExporter.get(one.address);
    if (own === undefined) {
      byExporter.set(one.address, [one]);
    } else {
      own.push(one);
    }
  }
  const queues = [...byExporter.values()];
  const longest = Math.max(...queues.map(({ length }) => length));
  return Array.from({ length: Math.ceil(longest / IN_A_ROW) }, (_, turn) =>
    queues.flatMap((queue) => queue.slice(turn * IN_A_ROW, (turn + 1) * IN_A_ROW))
  ).flat();
}

async function stagesUpTo(order: StageOrder, inventory: string, counts: Counts, onLoss: ReportLoss) {
  const folder = mkdtempSync(join(tmpdir(), 'bench-stages-'));
  const file = join(folder, 'inventory.yaml');
  writeFileSync(file, inventory);
  const log = { info: () => {}, warn: console.warn, error: console.error };
  const ends = new FlowEnds();
  const settings = enrichConfig.parse(order.pods > 0 ? { inventory: file } : {});
  const enricher = await Enricher.start(settings, log, Date.now, ends);
  const decoder = new Decoder({ onLoss, onMessage: (...message) => counts.message(...message) });
  const deduplicator = new Deduplicator(dedupConfig.parse({}), (address) => enricher.nodeOfExporter(address));
  // Nothing listens on port 1: what gathers is thrown away when it is too much.
  const url = order.upto === 'push' ? order.url : 'http://127.0.0.1:1';
  const events = { onLoss, onStored: counts.stored.bind(counts), onPush: () => {}, onNotice: () => {} };
  const writer = new LokiWriter(
    lokiConfig.parse({ url, ...(order.upto === 'write' && { queueBytes: QUEUE_BYTES }) }),
    events
  );
  const aggregator = new Aggregator(
    aggregateConfig.parse({}),
    (line) => writer.writeLine(line, 'rollup'),
    Date.now,
    ends
  );
  const last = ORDER.indexOf(order.upto);
  const has = (stage: StageOrder['upto']) => ORDER.indexOf(stage) <= last;
  const stages: Stages = {
    decode: (datagram) => decoder.decode(datagram),
    enrich: has('enrich') ? (record, flow) => enricher.enrich(record, flow) : () => {},
    mark: has('mark') ? (record, receivedMs, unseen) => deduplicator.mark(record, receivedMs, unseen) : () => {},
    aggregate: has('aggregate')
      ? (record, source, destination) => aggregator.add(record, source, destination)
      : () => {},
    write: has('write') ? (flow, exporter) => writer.write(flow, exporter) : () => {},
  };
  const stop = () => {
    enricher.stop();
    rmSync(folder, { recursive: true });
  };
  return { stages, writer, stop };
}

async function startProfile(file: string): Promise<() => Promise<void>> {
  const session = new Session();
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.setSamplingInterval', { interval: 200 });
  await session.post('Profiler.start');
  return async () => {
    const { profile } = await session.post('Profiler.stop');
    writeFileSync(file, JSON.stringify(profile));
  };
}

async function measure(order: StageOrder): Promise<StageReport> {
  const { announced, flows, inventory } = datagrams(order.pods, order.exporters);
  const counts = new Counts();
  let lost = 0;
  const onLoss: ReportLoss = (reason, exporter, count, detail) => {
    lost += count;
    if (reason !== 'queue_full' && reason !== 'shutdown') {
      throw new Error(`${reason} of ${exporter}: ${count}, ${detail}`);
    }
  };
  const { stages, writer, stop } = await stagesUpTo(order, inventory, counts, onLoss);
  const feed = createPipeline(stages, counts, onLoss);
  const sequences = new Map<string, number>();
  let received: Datagram[] = [];
  const send = ({ address, payload }: Sent) => {
    const receivedMs = Date.now();
    const sequence = sequences.get(address) ?? 1;
    payload.writeUInt32BE(sequence, SEQUENCE_AT);
    sequences.set(address, sequence + 1);
    received.push({ address, payload: payload.subarray(0, payload.length), port: 40_000, receivedMs });
  };
  announced.forEach((sent) => feed([{ ...sent, port: 40_000, receivedMs: Date.now() }]));
  const rounds = async (count: number) => {
    for (let from = 0; from < count; from += TURN) {
      const exportSeconds = Math.ceil(Date.now() / 1000);
      for (let index = from; index < Math.min(count, from + TURN); index++) {
        const sent = flows[index % flows.length]!;
        sent.payload.writeUInt32BE(exportSeconds, EXPORT_TIME_AT);
        send(sent);
      }
      feed(received);
      received = [];
      await new Promise((resolve) => setImmediate(resolve));
    }
    if (order.upto === 'push') {
      await writer.flush();
    }
  };
  await rounds(order.flows / 3);
  const profiled = order.profile === undefined ? undefined : await startProfile(order.profile);
  const before = process.cpuUsage();
  await rounds(order.flows);
  const { user, system } = process.cpuUsage(before);
  await profiled?.();
  stop();
  await writer.close(0);
  if (order.upto === 'push' && lost > 0) {
    throw new Error(`${lost} flows were lost`);
  }
  return { cpuSeconds: (user + system) / 1e6, flows: order.flows };
}

process.once('message', (order: StageOrder) => {
  void measure(order).then((report) => {
    process.once('message', () => process.exit());
    process.send?.(report);
  });
});

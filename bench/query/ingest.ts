import { DEFAULT_LABELS, NETOBSERV_LABELS } from '@netobserv-flows/schema';
import { Aggregator, aggregateConfig, type RollupLine } from '../../collector/src/aggregate';
import { LokiWriter, lokiConfig } from '../../collector/src/loki';
import type { Server, Tenant } from './server';
import { traffic, type TrafficShape } from './traffic';

/** What storing something cost. */
export interface IngestCost {
  readonly lines: number;
  /** CPU seconds of Loki, with writing out. */
  readonly lokiCpu: number;
  /** CPU seconds of this process. */
  readonly ownCpu: number;
}

const ownCpu = () => process.cpuUsage().user / 1e6 + process.cpuUsage().system / 1e6;

function writerFor(server: Server, tenant: Tenant, labels: readonly string[]) {
  const config = lokiConfig.parse({
    url: server.url,
    tenant,
    labels,
    workloads: false,
    concurrency: 1,
    queueBytes: 2 ** 30,
    drainMs: 600_000,
    // A day is stored in minutes: on a busy machine a push may take long, and should not be repeated for that.
    timeoutMs: 300_000,
  });
  let lost = 0;
  const writer = new LokiWriter(config, {
    onLoss: (_reason, _exporter, count, detail) => {
      lost += count;
      if (lost === count) {
        console.error(`lost: ${detail}`);
      }
    },
    onStored: () => undefined,
    onPush: () => undefined,
    onNotice: (_level, _key, message) => console.error(message),
  });
  return { writer, lost: () => lost + writer.stats.rollupsLost };
}

/** Waits while much is queued, so that memory stays small. */
async function breathe(writer: LokiWriter): Promise<void> {
  do {
    await new Promise((resolve) => setTimeout(resolve, 2));
  } while (writer.stats.queueBytes > 16 * 1024 * 1024);
}

async function measured(server: Server, store: () => Promise<number>): Promise<IngestCost> {
  const before = { loki: await server.cpuSeconds(), own: ownCpu() };
  const lines = await store();
  await server.flush();
  return { lines, lokiCpu: (await server.cpuSeconds()) - before.loki, ownCpu: ownCpu() - before.own };
}

/** Stores the flows in one of the layouts. */
export function storeFlows(server: Server, tenant: Tenant, shape: TrafficShape, endMs: number): Promise<IngestCost> {
  return measured(server, async () => {
    const { writer, lost } = writerFor(server, tenant, tenant === 'netobserv' ? NETOBSERV_LABELS : DEFAULT_LABELS);
    let count = 0;
    for (const record of traffic(shape, endMs)) {
      writer.write({ record, subMs: 1 + (count % 999_999) });
      if (++count % 5000 === 0) {
        await breathe(writer);
      }
    }
    await writer.close(600_000);
    if (lost() > 0) {
      throw new Error(`${lost()} flows were lost`);
    }
    return count;
  });
}

/** CPU seconds that making the flows takes, from some of them. */
function generatingCpu(shape: TrafficShape, endMs: number): number {
  const sample = Math.min(shape.flows, 200_000);
  const started = ownCpu();
  let packets = 0;
  for (const record of traffic({ ...shape, flows: sample }, endMs)) {
    packets += record.Packets;
  }
  return packets > 0 ? ((ownCpu() - started) * shape.flows) / sample : 0;
}

/** Sums the flows up, which costs this process alone. */
export function rollUp(shape: TrafficShape, endMs: number): { lines: RollupLine[]; cpu: number } {
  const generating = generatingCpu(shape, endMs);
  const lines: RollupLine[] = [];
  // The collector was there before the first flow: else the first hour is not known to be whole, and is asked of flows.
  let clockMs = endMs - (shape.hours + 1) * 3_600_000;
  const aggregator = new Aggregator(
    aggregateConfig.parse({}),
    (line) => lines.push(line),
    () => clockMs
  );
  const started = ownCpu();
  for (const record of traffic(shape, endMs)) {
    aggregator.add(record);
    if (record.TimeFlowEndMs + 1000 > clockMs) {
      clockMs = record.TimeFlowEndMs + 1000;
      aggregator.flushDue();
    }
  }
  clockMs = endMs + 120_000;
  aggregator.flushDue();
  aggregator.flush();
  return { lines, cpu: ownCpu() - started - generating };
}

/** Stores rollups. */
export function storeRollups(server: Server, tenant: Tenant, lines: readonly RollupLine[]): Promise<IngestCost> {
  return measured(server, async () => {
    const { writer, lost } = writerFor(server, tenant, DEFAULT_LABELS);
    for (const [index, line] of lines.entries()) {
      writer.writeLine(line, 'rollup');
      if (index % 5000 === 0) {
        await breathe(writer);
      }
    }
    await writer.close(600_000);
    if (lost() > 0) {
      throw new Error(`${lost()} lines of rollups were lost`);
    }
    return lines.length;
  });
}

import { DEFAULT_LABELS, NETOBSERV_LABELS, type FieldName } from '@netobserv-flows/schema';
import { Aggregator, aggregateConfig, type RollupLine } from '../../collector/src/aggregate';
import { LokiWriter, lokiConfig } from '../../collector/src/loki';
import type { Server, Tenant } from './server';
import { traffic, type TrafficShape } from './traffic';

/** What storing something cost. */
export interface IngestCost {
  readonly lines: number;
  readonly pushes: number;
  /** CPU seconds of Loki, with writing out. */
  readonly lokiCpu: number;
  /** What writing out took of them. */
  readonly writingOutCpu: number;
  /** CPU seconds of this process. */
  readonly ownCpu: number;
}

/** By which labels flows are stored, when a push goes out and when Loki writes chunks out, by the time of the flows: a day is stored in minutes. */
export interface Storage {
  /** Stream labels; those of the tenant's layout where left out. */
  readonly labels?: readonly FieldName[];
  /** A push each time that so many ms of flow time have passed. */
  readonly pushMs?: number;
  /** A push after so many flows. Without both the writer sends as it does where more comes than Loki takes. */
  readonly pushFlows?: number;
  /** Loki's `max_chunk_age` in ms of flow time; without it all is written out at the end. */
  readonly chunkMs?: number;
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
    // By its size alone, however busy the machine is.
    batchWaitMs: 60_000,
  });
  let lost = 0;
  let pushes = 0;
  const writer = new LokiWriter(config, {
    onLoss: (_reason, _exporter, count, detail) => {
      lost += count;
      if (lost === count) {
        console.error(`lost: ${detail}`);
      }
    },
    onStored: () => undefined,
    onPush: () => pushes++,
    onNotice: (_level, _key, message) => console.error(message),
  });
  return { writer, lost: () => lost + writer.stats.rollupsLost, pushes: () => pushes };
}

/** What may be queued, in bytes: more than gathers before it is sent. */
const MOST_QUEUED = 64 * 1024 * 1024;

/** Waits while much is queued, so that memory stays small. */
async function breathe(writer: LokiWriter): Promise<void> {
  do {
    await new Promise((resolve) => setTimeout(resolve, 2));
  } while (writer.stats.queueBytes > MOST_QUEUED);
}

/** Something that is being stored: what has been done, and the way to have it written out. */
interface Storing {
  lines: number;
  pushes: number;
  writeOut(): Promise<void>;
}

async function measured(server: Server, store: (storing: Storing) => Promise<void>): Promise<IngestCost> {
  const before = { loki: await server.cpuSeconds(), own: ownCpu() };
  let [writingOutCpu, asked] = [0, 0];
  const writeOut = async () => {
    const started = await server.cpuSeconds();
    await server.flush();
    return (await server.cpuSeconds()) - started;
  };
  const storing: Storing = {
    lines: 0,
    pushes: 0,
    writeOut: async () => {
      writingOutCpu += await writeOut();
      asked++;
    },
  };
  await store(storing);
  await storing.writeOut();
  let lokiCpu = (await server.cpuSeconds()) - before.loki;
  // Having it written out, and waiting for that, costs something where there is nothing to write.
  const asking = asked * (await writeOut());
  lokiCpu -= asking;
  writingOutCpu -= asking;
  return { lines: storing.lines, pushes: storing.pushes, lokiCpu, writingOutCpu, ownCpu: ownCpu() - before.own };
}

/** Tells each flow's turn whether a stretch of flow time has passed since the last time that it said so. */
function every(ms: number): (nowMs: number) => boolean {
  let dueMs: number | undefined;
  return (nowMs) => {
    dueMs ??= nowMs + ms;
    if (nowMs < dueMs) {
      return false;
    }
    dueMs += ms * (1 + Math.floor((nowMs - dueMs) / ms));
    return true;
  };
}

/** Stores the flows in one of the layouts. */
export function storeFlows(
  server: Server,
  tenant: Tenant,
  shape: TrafficShape,
  endMs: number,
  { labels: given, pushMs = Infinity, pushFlows = Infinity, chunkMs = Infinity }: Storage = {}
): Promise<IngestCost> {
  return measured(server, async (storing) => {
    const labels = given ?? (tenant.startsWith('netobserv') ? NETOBSERV_LABELS : DEFAULT_LABELS);
    const { writer, lost, pushes } = writerFor(server, tenant, labels);
    const [pushIsDue, chunksAreDue] = [every(pushMs), every(chunkMs)];
    let sinceFlush = 0;
    const flush = async () => {
      sinceFlush = 0;
      await writer.flush();
    };
    for (const record of traffic(shape, endMs)) {
      if (sinceFlush >= pushFlows || pushIsDue(record.TimeFlowEndMs)) {
        await flush();
      }
      if (chunksAreDue(record.TimeFlowEndMs)) {
        await flush();
        await storing.writeOut();
      }
      writer.write({ record, subMs: 1 + (storing.lines % 999_999) });
      sinceFlush++;
      if (++storing.lines % 5000 === 0) {
        await breathe(writer);
      }
    }
    await writer.close(600_000);
    storing.pushes = pushes();
    if (lost() > 0) {
      throw new Error(`${lost()} flows were lost`);
    }
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

/**
 * Sums the flows up, which costs this process alone.
 * @param levels as under `aggregate.levels`.
 */
export function rollUp(shape: TrafficShape, endMs: number, levels: object = {}): { lines: RollupLine[]; cpu: number } {
  const generating = generatingCpu(shape, endMs);
  const lines: RollupLine[] = [];
  // The collector was there before the first flow: else the first hour is not known to be whole, and is asked of flows.
  let clockMs = endMs - (shape.hours + 1) * 3_600_000;
  const aggregator = new Aggregator(
    aggregateConfig.parse({ levels }),
    (line) => lines.push(line),
    () => clockMs
  );
  const started = ownCpu();
  for (const record of traffic(shape, endMs)) {
    if (record.TimeFlowEndMs + 1000 > clockMs) {
      clockMs = record.TimeFlowEndMs + 1000;
      aggregator.flushDue();
    }
    aggregator.add(record);
  }
  if (aggregator.stats.untimelyFlows > 0) {
    throw new Error(`${aggregator.stats.untimelyFlows} flows were not summed up`);
  }
  clockMs = endMs + 120_000;
  aggregator.flushDue();
  aggregator.flush();
  return { lines, cpu: ownCpu() - started - generating };
}

/** Stores rollups; pushes go out and chunks are written out like those of flows, by the time of the lines. */
export function storeRollups(
  server: Server,
  tenant: Tenant,
  lines: readonly RollupLine[],
  { pushMs = Infinity, chunkMs = Infinity }: Pick<Storage, 'pushMs' | 'chunkMs'> = {}
): Promise<IngestCost> {
  return measured(server, async (storing) => {
    const { writer, lost, pushes } = writerFor(server, tenant, DEFAULT_LABELS);
    const [pushIsDue, chunksAreDue] = [every(pushMs), every(chunkMs)];
    for (const line of lines) {
      if (pushIsDue(line.ms)) {
        await writer.flush();
      }
      if (chunksAreDue(line.ms)) {
        await writer.flush();
        await storing.writeOut();
      }
      writer.writeLine(line, 'rollup');
      if (storing.lines++ % 5000 === 0) {
        await breathe(writer);
      }
    }
    await writer.close(600_000);
    storing.pushes = pushes();
    if (lost() > 0) {
      throw new Error(`${lost()} lines of rollups were lost`);
    }
  });
}

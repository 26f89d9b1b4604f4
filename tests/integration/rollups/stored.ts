import { randomUUID } from 'node:crypto';
import { DEFAULT_LABELS, LEVEL_NAMES, TIER_MS, TIER_NAMES, WRITTEN_AS, type FlowRecord } from '@netobserv-flows/schema';
import { Aggregator, aggregateConfig } from '../../../collector/src/aggregate';
import type { Flow } from '../../../collector/src/flow';
import { LokiWriter, lokiConfig } from '../../../collector/src/loki';
import { flowMatcher, type FilterSet } from '../../../src/flow/index';
import type { Measure, PlanSource, RollupCoverage, SeriesQuery, TimeSpan } from '../../../src/flow/plan/index';
import { Random } from '../filters/random';
import { LAYOUTS, storedFlows } from '../filters/storedFlows';
import { LokiClient, scopedTo } from '../lokiClient';

/** A group's key: the texts of its fields. */
export function groupKey(fields: readonly string[], values: Readonly<Record<string, unknown>>): string {
  // Loki's parser takes the replacement character out.
  return JSON.stringify(fields.map((field) => String(values[field] ?? '').replace(/\ufffd/g, '')));
}

/** Rollups in every tier that a test may want, with room for the keys of random flows. */
export const ALL_TIERS = Object.fromEntries(LEVEL_NAMES.map((level) => [WRITTEN_AS[level].level, ['10m', '1h']]));

/** A Loki that collectors write flows and rollups to, under a label of their own. */
export function store(lokiUrl: string) {
  const test = randomUUID();
  const loki = new LokiClient(lokiUrl);
  let lost = 0;
  const collector = (aggregate: Record<string, unknown> = {}, sinceMs = 0) => {
    // It is there since before the flows that a test writes, as a collector would be.
    let started = false;
    const clock = () => (started ? Date.now() : ((started = true), sinceMs));
    const config = lokiConfig.parse({
      url: lokiUrl,
      batchWaitMs: 20,
      // One push at a time keeps hours of flows, written at once, in their order.
      concurrency: 1,
      extraLabels: { test },
      workloads: false,
    });
    const writer = new LokiWriter(config, {
      onLoss: (_reason, _exporter, count) => (lost += count),
      onStored: () => undefined,
      onPush: () => undefined,
      onNotice: () => undefined,
    });
    const aggregator = new Aggregator(
      aggregateConfig.parse({ levels: ALL_TIERS, ...aggregate }),
      (line) => writer.writeLine(line, 'rollup'),
      clock
    );
    return {
      aggregator,
      writer,
      take: (flow: Flow) => {
        writer.write(flow);
        aggregator.add(flow.record);
      },
      stop: async () => {
        aggregator.flush();
        await writer.close(30_000);
        const { rollupsLost } = writer.stats;
        if (lost + rollupsLost > 0) {
          throw new Error(`${lost} flows and ${rollupsLost} lines of rollups were lost`);
        }
      },
    };
  };
  const scoped = (expr: string) => scopedTo(expr, 'test', test);
  const vector = async (expr: string, timeMs: number) =>
    (await loki.vector(scoped(expr), BigInt(timeMs) * 1_000_000n)).map(({ labels, value }) => ({
      labels,
      value,
    }));
  /** The groups of an instant query: value by {@link groupKey}. */
  const groups = async (expr: string, timeMs: number, fields: readonly string[]): Promise<Map<string, number>> =>
    new Map((await vector(expr, timeMs)).map(({ labels, value }) => [groupKey(fields, labels), value]));
  const matrix = async ({ expr, startMs, endMs, stepMs }: SeriesQuery) =>
    (await loki.matrix(scoped(expr), startMs, endMs, stepMs)).map(({ metric, points }) => ({ labels: metric, points }));
  /** Stores flows as NetObserv's collector does, at their ends. */
  const pushNetObserv = async (flows: readonly FlowRecord[]) => {
    const layout = LAYOUTS.find(({ options }) => options.recordSource === 'netobserv')!;
    for (let at = 0; at < flows.length; at += 500) {
      const chunk = flows.slice(at, at + 500);
      const streams = storedFlows(chunk, layout, new Random(1), test, 0n);
      await loki.push(
        streams.map(({ stream: { test_run, ...stream }, values }) => ({
          stream: { ...stream, test: test_run! },
          values: values.map(
            ([index, line]) =>
              [
                `${BigInt(chunk[Number(index)]!.TimeFlowEndMs) * 1_000_000n + BigInt(at) + BigInt(index)}`,
                line,
              ] as const
          ),
        }))
      );
    }
  };
  return { test, loki, collector, scoped, vector, groups, matrix, pushNetObserv };
}

/** All rollups, of all times. */
export function fullCoverage(folded: RollupCoverage['folded'] = 'none'): RollupCoverage[] {
  return LEVEL_NAMES.flatMap((level) =>
    TIER_NAMES.filter((tier) => TIER_MS[tier] >= 600_000).map((tier) => ({
      level,
      tier,
      sinceMs: 0,
      untilMs: Date.now() + 24 * 3_600_000,
      folded,
      keys: 100,
    }))
  );
}

/** Flows as this collector stores them, with rollups. */
export const OWN: PlanSource = { labels: DEFAULT_LABELS, folded: false, rollups: fullCoverage() };

/** What the answer has to be: the sums over the flows, duplicates left out, by the texts of the fields. */
export function evaluate(
  flows: readonly FlowRecord[],
  groupBy: readonly string[],
  measure: Measure,
  filters: FilterSet,
  span: TimeSpan
): Map<string, number> {
  const matches = flowMatcher(filters);
  const sums = new Map<string, number>();
  for (const flow of flows) {
    const isIn = flow.TimeFlowEndMs >= span.fromMs && flow.TimeFlowEndMs < span.toMs;
    if (isIn && flow.Duplicate !== true && matches(flow)) {
      const key = groupKey(groupBy, flow);
      sums.set(key, (sums.get(key) ?? 0) + (measure === 'Flows' ? 1 : flow[measure]));
    }
  }
  return sums;
}

import { randomUUID } from 'node:crypto';
import { DEFAULT_LABELS, LEVEL_NAMES, TIER_MS, TIER_NAMES, type FlowRecord } from '@netobserv-flows/schema';
import { Aggregator, aggregateConfig } from '../../../collector/src/aggregate';
import type { Flow } from '../../../collector/src/flow';
import { LokiWriter, lokiConfig } from '../../../collector/src/loki';
import { flowMatcher, type FilterSet } from '../../../src/flow/index';
import type { Measure, PlanSource, RollupCoverage, TimeSpan } from '../../../src/flow/plan/index';
import { LokiClient } from '../lokiClient';

/** Rollups in every tier that a test may want, with room for the keys of random flows. */
export const ALL_TIERS = Object.fromEntries(LEVEL_NAMES.map((level) => [level, ['10m', '1h']]));

/** A Loki that collectors write flows and rollups to, under a label of their own. */
export function store(lokiUrl: string) {
  const test = randomUUID();
  const loki = new LokiClient(lokiUrl);
  let lost = 0;
  const collector = (aggregate: Record<string, unknown> = {}, clock: () => number = Date.now) => {
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
  const scoped = (expr: string) => expr.replaceAll('{app=', `{test="${test}", app=`);
  /** The groups of an instant query: value by the texts of the fields, joined. */
  const groups = async (expr: string, timeMs: number, fields: readonly string[]): Promise<Map<string, number>> =>
    new Map(
      (await loki.vector(scoped(expr), BigInt(timeMs) * 1_000_000n)).map(({ metric, value }) => [
        JSON.stringify(fields.map((field) => metric[field] ?? '')),
        value,
      ])
    );
  return { test, loki, collector, scoped, groups };
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
      const values: Readonly<Record<string, unknown>> = flow;
      // Loki's parser takes the replacement character out.
      const key = JSON.stringify(groupBy.map((field) => String(values[field] ?? '').replace(/\ufffd/g, '')));
      sums.set(key, (sums.get(key) ?? 0) + (measure === 'Flows' ? 1 : flow[measure]));
    }
  }
  return sums;
}

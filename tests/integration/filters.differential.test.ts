import type { FlowRecord } from '@netobserv-flows/schema';
import { beforeAll, describe, expect, inject, test } from 'vitest';
import {
  countQuery,
  flowQuery,
  formatFilters,
  matchesQuery,
  QUICK_FILTERS,
  type FilterSet,
  type FlowQueryOptions,
} from '../../src/flow/index';
import { Random } from './filters/random';
import { randomFilterSet } from './filters/randomFilters';
import { randomFlows } from './filters/randomFlows';
import { LAYOUTS, storedFlows, type Layout } from './filters/storedFlows';
import { LokiClient } from './lokiClient';

/*
 * Random filters over random flows, 520 sets in all: what a real Loki answers must be exactly the flows that the evaluation in memory
 * says. FILTER_SEED repeats a run; the seed stands in every failure.
 */
const SEED = Number(process.env.FILTER_SEED ?? Date.now() % 2 ** 31);
const FLOWS = Number(process.env.FILTER_FLOWS ?? 2000);
const FILTER_SETS = Number(process.env.FILTER_SETS ?? 130);
const CONCURRENCY = 4;

const MINUTE_NS = 60_000_000_000n;

interface Case {
  readonly set: FilterSet;
  readonly options: FlowQueryOptions;
}

function randomCase(random: Random, flows: readonly FlowRecord[], layout: Layout): Case {
  const directions = ['ingress', 'egress', 'inner'] as const;
  return {
    set: randomFilterSet(random, flows),
    options: {
      ...layout.options,
      duplicates: random.chance(0.5) ? 'hide' : 'show',
      direction: random.chance(0.8) ? [] : directions.filter(() => random.chance(0.5)),
      also: random.chance(0.7) ? [] : Array.from({ length: random.integer(1, 2) }, () => alsoSet(random, flows)),
    },
  };
}

/** A set that joins by 'and': a quick filter, or any other. */
function alsoSet(random: Random, flows: readonly FlowRecord[]): FilterSet {
  return random.chance(0.5) ? random.pick(QUICK_FILTERS).set : randomFilterSet(random, flows);
}

/** Runs the tasks, a few at a time. */
async function each<T>(items: readonly T[], task: (item: T) => Promise<void>): Promise<void> {
  const rest = [...items];
  const worker = async () => {
    for (let item = rest.shift(); item !== undefined; item = rest.shift()) {
      await task(item);
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, worker));
}

describe(`queries find exactly the flows that filters mean (FILTER_SEED=${SEED})`, () => {
  const loki = new LokiClient(inject('lokiUrl'));
  const flows = randomFlows(new Random(SEED), FLOWS);
  const start = BigInt(Date.now()) * 1_000_000n - 10n * MINUTE_NS;
  const end = start + BigInt(FLOWS);

  describe.each(LAYOUTS)('$name', (layout) => {
    const run = `filters-${SEED}-${LAYOUTS.indexOf(layout)}-${start}`;
    const scoped = (query: string) => query.replace('{', `{test_run="${run}", `);
    const random = new Random(SEED + 1 + LAYOUTS.indexOf(layout));

    beforeAll(async () => {
      await loki.push(storedFlows(flows, layout, random, run, start));
      await loki.waitForLines(`{test_run="${run}"}`, start, end, FLOWS);
    });

    test(`${FILTER_SETS} sets of filters`, async () => {
      const wrong: string[] = [];
      const tally = { none: 0, some: 0, all: 0 };
      const cases = Array.from({ length: FILTER_SETS }, () => randomCase(random, flows, layout));
      await each(cases, async ({ set, options }) => {
        const { expr } = flowQuery(set, options);
        const expected = flows.flatMap((flow, index) => (matchesQuery(set, options, flow) ? [index] : []));
        const found = await loki
          .lines(scoped(expr), start, end)
          .then((entries) => entries.map(({ timestamp }) => Number(BigInt(timestamp) - start)).sort((a, b) => a - b))
          .catch((error: unknown) => String(error));
        tally[expected.length === 0 ? 'none' : expected.length === flows.length ? 'all' : 'some']++;
        if (JSON.stringify(found) !== JSON.stringify(expected)) {
          wrong.push(explain({ set, options }, expr, expected, found, flows));
        }
      });
      expect(wrong, `${wrong.length} differ; FILTER_SEED=${SEED}\n${wrong.slice(0, 3).join('\n\n')}`).toEqual([]);
      // Filters that match nothing or everything would prove little.
      expect(tally.some).toBeGreaterThan(FILTER_SETS / 2);
    });

    test('the count is that of the flows found', async () => {
      await each(
        Array.from({ length: 30 }, () => randomCase(random, flows, layout)),
        async ({ set, options }) => {
          const expected = flows.filter((flow) => matchesQuery(set, options, flow)).length;
          const { expr } = countQuery(set, options, 20 * 60_000);
          expect(await loki.figure(scoped(expr), end + MINUTE_NS), `FILTER_SEED=${SEED} ${expr}`).toBe(expected);
        }
      );
    });
  });
});

function explain(
  { set, options }: Case,
  expr: string,
  expected: number[],
  found: number[] | string,
  flows: readonly FlowRecord[]
): string {
  const head = `${formatFilters(set.filters)} match ${set.match}${set.bidirectional ? ' bidirectional' : ''} ${JSON.stringify({ ...options, labels: undefined })}\n${expr}`;
  if (typeof found === 'string') {
    return `${head}\n${found}`;
  }
  const sample = (from: number[], other: number[]) => {
    const missing = from.filter((index) => !other.includes(index));
    return `${missing.length}, such as ${JSON.stringify(flows[missing[0] ?? -1])}`;
  };
  return `${head}\nnot found: ${sample(expected, found)}\nfound too much: ${sample(found, expected)}`;
}

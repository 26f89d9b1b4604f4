import {
  LEVEL_NAMES,
  DEFAULT_LABELS,
  NETOBSERV_LABELS,
  TIER_MS,
  type FieldName,
  type FlowRecord,
  type TierName,
} from '@netobserv-flows/schema';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { flowMatcher, formatFilters, matchesQuery, NO_FILTERS, validateFilter } from '../../src/flow/index';
import {
  answerOf,
  askReadings,
  combinePlans,
  coverageOf,
  coverageQuery,
  planPanel,
  planRolling,
  planSeries,
  planTops,
  type FlowView,
  type GroupValues,
  type PlanSource,
  type ReadAnswer,
  type Reading,
  type SharedRequest,
  type TimeSpan,
  type TopsAsked,
} from '../../src/flow/plan/index';
import { Random } from './filters/random';
import { manyFlows } from './rollups/flows';
import { randomSpan, randomView } from './rollups/randomViews';
import { evaluate, groupKey, store } from './rollups/stored';

/*
 * Random questions over random flows: what a plan's queries answer, from rollups or from flows, must be what the flows
 * in memory sum up to. ROLLUP_SEED repeats a run; the seed stands in every failure.
 */
const SEED = Number(process.env.ROLLUP_SEED ?? Date.now() % 2 ** 31);
const VIEWS = Number(process.env.ROLLUP_VIEWS ?? 150);
/** Loki looks for what it has not flushed yet in the last 2 h 41 min only. */
const SPAN_MS = 140 * 60_000;
const CONCURRENCY = 4;
/** How long after it was made an alert rule is evaluated again. */
const LATER_MS = 30 * 60_000;

async function each<T>(items: readonly T[], task: (item: T) => Promise<void>): Promise<void> {
  const rest = [...items];
  const worker = async () => {
    for (let item = rest.shift(); item !== undefined; item = rest.shift()) {
      await task(item);
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, worker));
}

const explain = (view: FlowView, range: TimeSpan, why: string, expr: string) =>
  `ROLLUP_SEED=${SEED} ${view.measure} by ${view.groupBy.join(', ')} where ${formatFilters(view.filters.filters)} ` +
  `match ${view.filters.match}${view.filters.bidirectional ? ' bidirectional' : ''}, ${JSON.stringify(range)}\n${why}\n${expr}`;

/** What an answer has that is not expected, and what it lacks. */
function differences(found: ReadonlyMap<string, number>, expected: ReadonlyMap<string, number>): string {
  const only = (of: ReadonlyMap<string, number>, other: ReadonlyMap<string, number>) =>
    [...of].filter(([key, value]) => other.get(key) !== value).map((entry) => JSON.stringify(entry));
  return `found only: ${only(found, expected).join(', ')}\nlacking: ${only(expected, found).join(', ')}`;
}

const isValid = ({ filters }: FlowView) => filters.filters.every((filter) => validateFilter(filter).ok);

/** The same view with its last filter in a set of its own, where sets are joined alike. */
function apart(view: FlowView): FlowView {
  const { filters, match, bidirectional } = view.filters;
  if (match === 'any' || bidirectional || filters.length < 2) {
    return view;
  }
  const [rest, last] = [filters.slice(0, -1), filters.slice(-1)];
  return { ...view, filters: { ...view.filters, filters: rest }, also: [{ ...NO_FILTERS, filters: last }] };
}

/** A machine that does other things too takes its time. */
const TIMEOUT_MS = 400_000;

describe(`plans answer what flows would (ROLLUP_SEED=${SEED})`, { timeout: TIMEOUT_MS }, () => {
  const now = Date.now();
  const all = { fromMs: now - SPAN_MS, toMs: now };
  const stored = store(inject('lokiUrl'));
  let flows: FlowRecord[] = [];
  let own: PlanSource = { labels: DEFAULT_LABELS, folded: false, rollups: [] };

  /** Views with few enough groups for one query of Loki, with ranges. */
  function cases(random: Random, count: number): Array<{ view: FlowView; range: TimeSpan }> {
    const found: Array<{ view: FlowView; range: TimeSpan }> = [];
    while (found.length < count) {
      const [view, range] = [randomView(random, flows), randomSpan(random, all)];
      if (isValid(view) && evaluate(flows, view.groupBy, 'Flows', NO_FILTERS, all).size < 450) {
        found.push({ view, range });
      }
    }
    return found;
  }

  beforeAll(async () => {
    const random = new Random(SEED);
    flows = manyFlows(random, 3000, { fromMs: all.fromMs, toMs: now - 60_000 });
    // Two collectors share the exporters; one of them is started anew in the middle.
    const [one, two] = [stored.collector(), stored.collector()];
    let three = one;
    flows.forEach((record, index) => {
      if (index === 1700) {
        one.aggregator.flush();
        three = { ...stored.collector(), stop: one.stop };
      }
      const by = index % 3 === 0 ? two : index < 1700 ? one : three;
      by.aggregator.add(record);
      one.writer.write({ record, subMs: 1 + index });
    });
    three.aggregator.flush();
    await three.writer.close(30_000);
    await two.stop();
    await one.stop();
    const { expr, timeMs } = coverageQuery(all);
    const answer = await stored.vector(expr, timeMs);
    own = { ...own, rollups: coverageOf(answer, now + 2 * 3_600_000, all.toMs) };
  });

  it('the rollups that there are, are found', () => {
    expect(own.rollups.map(({ level, tier }) => `${level} ${tier}`)).toHaveLength(2 * LEVEL_NAMES.length);
    expect(own.rollups.every(({ folded, keys }) => folded === 'none' && keys > 0)).toBe(true);
  });

  it(`${VIEWS} tops`, async () => {
    const random = new Random(SEED + 1);
    const wrong: string[] = [];
    let fromRollups = 0;
    await each(cases(random, VIEWS), async ({ view, range }) => {
      const edges = random.pick(['exact', 'rounded'] as const);
      const partitions = random.pick([undefined, undefined, 1, 1, 4, 8]);
      // A plan is put together with others by evaluating it at the end of all of them.
      const atMs = random.chance(0.5) ? all.toMs : range.toMs;
      const plan = planTops(apart(view), range, own, { limit: 500, edges, partitions, atMs });
      fromRollups += plan.parts.some(({ source }) => source === 'rollup') ? 1 : 0;
      expect(plan.span.toMs).toBeGreaterThan(plan.span.fromMs);
      const expected = evaluate(flows, view.groupBy, view.measure, view.filters, plan.span);
      const found = await stored.groups(plan.expr, plan.timeMs, view.groupBy).catch((error: unknown) => String(error));
      try {
        expect(found).toEqual(expected);
      } catch (error) {
        wrong.push(`${explain(view, range, plan.why, plan.expr)}\n${String(error).slice(0, 2000)}`);
      }
    });
    expect(wrong, `${wrong.length} differ\n${wrong.slice(0, 3).join('\n\n')}`).toEqual([]);
    expect(fromRollups).toBeGreaterThan(VIEWS / 4);
  });

  it('the last stretch of time, evaluated at whatever moment, as alert rules are', async () => {
    const random = new Random(SEED + 4);
    const wrong: string[] = [];
    let fromRollups = 0;
    await each(cases(random, Math.ceil(VIEWS / 3)), async ({ view }) => {
      // Not of a time to come: of that Loki takes no buckets.
      const nowMs = random.integer(all.fromMs, now - LATER_MS);
      const windowMs = random.pick([5, 10, 20, 30, 45, 60]) * 60_000;
      const plan = planRolling(apart(view), windowMs, own, { nowMs, limit: 500 });
      const [, tier] = /tier="(\w+)"/.exec(plan.expr) ?? [];
      fromRollups += tier === undefined ? 0 : 1;
      // Rules outlive the moment that they were made at.
      for (const atMs of [nowMs, nowMs + random.integer(0, LATER_MS)]) {
        const ended = atMs - plan.delayMs;
        // A bucket lies in Loki at its last millisecond.
        const grain = TIER_MS[(tier ?? '10m') as TierName];
        const toMs = tier === undefined ? ended : Math.floor((ended + 1) / grain) * grain;
        const span = { fromMs: toMs - plan.windowMs, toMs };
        const expected = evaluate(flows, view.groupBy, view.measure, view.filters, span);
        const found = await stored.groups(plan.expr, atMs, view.groupBy).catch((error: unknown) => String(error));
        try {
          expect(found).toEqual(expected);
        } catch (error) {
          wrong.push(`${explain(view, span, plan.why, plan.expr)}\n${String(error).slice(0, 2000)}`);
        }
      }
    });
    expect(wrong, `${wrong.length} differ\n${wrong.slice(0, 3).join('\n\n')}`).toEqual([]);
    expect(fromRollups).toBeGreaterThan(VIEWS / 30);
  });

  it('the range of a dashboard, and the one before it, as its panels ask them', async () => {
    const random = new Random(SEED + 5);
    const wrong: string[] = [];
    let fromRollups = 0;
    await each(cases(random, Math.ceil(VIEWS / 3)), async ({ view }) => {
      const grain = TIER_MS['10m'];
      const windowMs = random.pick([2, 3, 5, 6]) * grain;
      const toMs = Math.floor((now - 60_000) / grain) * grain;
      const [kind, before] = [random.pick(['tops', 'course'] as const), random.chance(0.3)];
      const { expr, why } = planPanel(apart(view), windowMs, own, { nowMs: now, kind, limit: 500, before });
      fromRollups += expr.includes('tier=') ? 1 : 0;
      const filledIn = expr.replaceAll(kind === 'tops' ? '$__range' : '$__auto', `${windowMs / 1000}s`);
      const endMs = before ? toMs - windowMs : toMs;
      const span = { fromMs: endMs - windowMs, toMs: endMs };
      const expected = evaluate(flows, view.groupBy, view.measure, view.filters, span);
      const answer = await stored.groups(filledIn, toMs, view.groupBy).catch((error: unknown) => String(error));
      const perSecond = kind === 'course' ? windowMs / 1000 : 1;
      const found =
        typeof answer === 'string'
          ? answer
          : new Map([...answer].map(([key, value]) => [key, Math.round(value * perSecond)]));
      try {
        expect(found).toEqual(expected);
      } catch (error) {
        wrong.push(`${explain(view, span, why, filledIn)}\n${String(error).slice(0, 2000)}`);
      }
    });
    expect(wrong, `${wrong.length} differ\n${wrong.slice(0, 3).join('\n\n')}`).toEqual([]);
    expect(fromRollups).toBeGreaterThan(VIEWS / 30);
  });

  it('courses over time of the largest groups', async () => {
    const random = new Random(SEED + 2);
    const wrong: string[] = [];
    await each(cases(random, Math.ceil(VIEWS / 3)), async ({ view, range }) => {
      const top = [...evaluate(flows, view.groupBy, view.measure, view.filters, range).entries()]
        .sort(([, a], [, b]) => b - a)
        .slice(0, 5)
        .map(([key]) => groupOf(view.groupBy, key));
      const plan = planSeries(
        view,
        range,
        own,
        {
          stepMs: random.pick([60_000, 300_000, 600_000, 1_200_000, 3_600_000]),
          edges: random.pick(['exact', 'rounded']),
        },
        view.groupBy.length === 0 ? undefined : top
      );
      const wanted = new Set(top.map((group) => groupKey(view.groupBy, group)));
      const expected = new Map<string, number>();
      for (let fromMs = plan.span.fromMs; fromMs < plan.span.toMs; fromMs += plan.stepMs) {
        const toMs = fromMs + plan.stepMs;
        for (const [key, value] of evaluate(flows, view.groupBy, view.measure, view.filters, { fromMs, toMs })) {
          if (wanted.has(key) || view.groupBy.length === 0) {
            expected.set(`${toMs} ${key}`, value);
          }
        }
      }
      const found = new Map<string, number>();
      for (const query of plan.queries) {
        for (const { labels, points } of await stored.matrix(query)) {
          points.forEach(([ms, value]) => found.set(`${ms} ${groupKey(view.groupBy, labels)}`, value));
        }
      }
      try {
        expect(found).toEqual(expected);
      } catch (error) {
        wrong.push(
          `${explain(view, range, plan.why, JSON.stringify(plan.queries))}\n${differences(found, expected)}\n${String(error).slice(0, 2000)}`
        );
      }
    });
    expect(wrong, `${wrong.length} differ\n${wrong.slice(0, 3).join('\n\n')}`).toEqual([]);
  });

  it('many questions at once share at most six requests', async () => {
    const random = new Random(SEED + 3);
    const views = cases(random, 12).map(({ view }) => view);
    const plans = [...views, views[0]!, views[1]!].map((view) => planTops(view, all, own, { limit: 40 }));
    const requests = combinePlans(plans);
    expect(requests.length).toBeLessThanOrEqual(6);
    for (const request of requests) {
      const answer = await stored.vector(request.expr, request.timeMs);
      for (const index of request.plans) {
        const alone = await stored.vector(plans[index]!.expr, plans[index]!.timeMs);
        const shared = answerOf(request, plans, index, answer);
        // Which of several equal groups is the last of the tops is not said.
        expect(shared.map(({ value }) => value)).toEqual(alone.map(({ value }) => value).sort((a, b) => b - a));
      }
    }
  });

  it('questions that are read together are answered as each by itself would be', async () => {
    const random = new Random(SEED + 5);
    const wrong: string[] = [];
    let together = 0;
    await each(
      Array.from({ length: 50 }, () => randomSpan(random, all)),
      async (range) => {
        const page = random.chance(0.5) ? NO_FILTERS : cases(random, 1)[0]!.view.filters;
        const measure = random.pick(['Bytes', 'Packets', 'Flows'] as const);
        const asked = cases(random, 8).map(({ view }): TopsAsked => ({
          view: { ...view, measure, filters: page, also: [view.filters] },
          range,
          source: { ...own, maxSeries: 10_000 },
          options: { limit: 500, edges: 'rounded', atMs: all.toMs },
        }));
        const failures: unknown[] = [];
        const answers: ReadAnswer[] = [];
        const ask = async ({ expr, timeMs }: SharedRequest, readings: readonly Reading[]) => {
          together += readings.reduce((sum, { conditions = [] }) => sum + conditions.length, 0);
          return stored.vector(expr, timeMs);
        };
        await askReadings(asked, { requests: 2 }, ask, {
          onAnswer: (answer) => answers.push(answer),
          onFailure: (_questions, error) => failures.push(error),
        });
        expect(failures, `ROLLUP_SEED=${SEED}`).toEqual([]);
        expect(answers).toHaveLength(asked.length);
        for (const { question, groups, plan } of answers) {
          const { view } = asked[question]!;
          const own = flows.filter(flowMatcher(view.also![0]!));
          const expected = evaluate(own, view.groupBy, measure, page, plan.span);
          try {
            expect(new Map(groups.map(({ labels, value }) => [groupKey(view.groupBy, labels), value]))).toEqual(
              expected
            );
          } catch (error) {
            wrong.push(`${explain(view, range, plan.why, plan.expr)}\n${String(error).slice(0, 2000)}`);
          }
        }
      }
    );
    expect(wrong, `${wrong.length} differ\n${wrong.slice(0, 3).join('\n\n')}`).toEqual([]);
    expect(together).toBeGreaterThan(40);
  });

  it('over flows that NetObserv wrote: from flows, counted once by its direction rule', async () => {
    const random = new Random(SEED + 4);
    const theirs = flows.map(({ Duplicate: _duplicate, ...flow }) => flow);
    const netobserv = store(inject('lokiUrl'));
    await netobserv.pushNetObserv(theirs);
    const source: PlanSource = { ...own, labels: NETOBSERV_LABELS, recordSource: 'netobserv' };
    const once = theirs.filter((flow) =>
      matchesQuery(NO_FILTERS, { labels: NETOBSERV_LABELS, duplicates: 'hide', recordSource: 'netobserv' }, flow)
    );
    expect(once.length).toBeLessThan(theirs.length);
    await each(cases(random, 30), async ({ view, range }) => {
      const plan = planTops(view, range, source, { limit: 500 });
      expect(plan.why).toContain('NetObserv');
      const found = await netobserv.groups(plan.expr, plan.timeMs, view.groupBy);
      expect(found, explain(view, range, plan.why, plan.expr)).toEqual(
        evaluate(once, view.groupBy, view.measure, view.filters, plan.span)
      );
    });
  });
});

function groupOf(fields: readonly FieldName[], key: string): GroupValues {
  const values = JSON.parse(key) as string[];
  return Object.fromEntries(fields.map((field, index) => [field, values[index]]));
}

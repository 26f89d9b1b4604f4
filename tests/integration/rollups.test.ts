import type { FlowRecord } from '@netobserv-flows/schema';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { NO_FILTERS } from '../../src/flow/index';
import { planTops } from '../../src/flow/plan/index';
import { Random } from './filters/random';
import { manyFlows } from './rollups/flows';
import { evaluate, OWN, store } from './rollups/stored';

const SEED = Number(process.env.ROLLUP_SEED ?? Date.now() % 2 ** 31);
/** Loki looks for what it has not flushed yet in the last 2 h 41 min only. */
const SPAN_MS = 140 * 60_000;

describe(`rollups hold what flows hold (ROLLUP_SEED=${SEED})`, () => {
  const { collector, groups } = store(inject('lokiUrl'));
  const now = Date.now();
  let flows: FlowRecord[] = [];

  beforeAll(async () => {
    const random = new Random(SEED);
    flows = manyFlows(random, 4000, { fromMs: now - SPAN_MS, toMs: now - 60_000 });
    const one = collector();
    flows.forEach((record, subMs) => one.take({ record, subMs: 1 + subMs }));
    await one.stop();
  });

  it.each([
    [[]],
    [['SrcK8S_Namespace', 'DstK8S_Namespace']],
    [['SrcK8S_OwnerName', 'DstK8S_OwnerName']],
    [['SrcK8S_Name']],
    [['SrcK8S_HostName', 'DstK8S_HostName']],
    [['Application']],
  ] as const)('by %j, to the byte', async (groupBy) => {
    const view = { groupBy, measure: 'Bytes', filters: NO_FILTERS } as const;
    const range = { fromMs: now - SPAN_MS, toMs: now };
    const plan = planTops(view, range, OWN, { limit: 500, edges: 'exact', partitions: groupBy.length > 1 ? 4 : 1 });
    expect(plan.parts.some(({ source }) => source === 'rollup')).toBe(true);
    const found = await groups(plan.expr, plan.timeMs, groupBy);
    expect(found).toEqual(evaluate(flows, groupBy, 'Bytes', NO_FILTERS, plan.span));
  });

  it('evaluated later, and for flows that meet several sets, to the byte', async () => {
    const groupBy = ['DstK8S_Namespace'] as const;
    const named = { ...NO_FILTERS, filters: [{ field: 'Application', comparison: 'notEmpty', values: [] } as const] };
    const tcp = { ...NO_FILTERS, filters: [{ field: 'Proto', comparison: 'equals', values: ['tcp'] } as const] };
    const view = { groupBy, measure: 'Bytes', filters: named, also: [tcp] } as const;
    const range = { fromMs: now - SPAN_MS, toMs: now - 40 * 60_000 };
    const plan = planTops(view, range, OWN, { limit: 500, edges: 'exact', atMs: now });
    expect(plan.timeMs).toBe(now);
    const found = await groups(plan.expr, plan.timeMs, groupBy);
    const both = { ...NO_FILTERS, filters: [...named.filters, ...tcp.filters] };
    expect(found).toEqual(evaluate(flows, groupBy, 'Bytes', both, plan.span));
  });
});

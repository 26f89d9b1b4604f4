import type { FieldName } from '@netobserv-flows/schema';
import { describe, expect, test } from 'vitest';
import { NO_FILTERS, parseFilterText, type FilterSet } from '../index';
import {
  answerOf,
  combinePlans,
  morePartitions,
  planPanel,
  planRolling,
  planSeries,
  planTops,
  samplingError,
  usualEdges,
  type FlowView,
  type InstantSeries,
  type PlanPart,
  type PlanSource,
  type RollupCoverage,
} from './index';

const HOUR = 3_600_000;
const MINUTE = 60_000;
const NOON = Date.UTC(2026, 2, 14, 12);

const LEVELS = ['namespace', 'workload', 'source', 'destination', 'external', 'node'] as const;
const ROLLUPS: RollupCoverage[] = LEVELS.flatMap((level) =>
  (['1h', '10m'] as const).map((tier) => ({
    level,
    tier,
    sinceMs: NOON - 90 * 24 * HOUR,
    untilMs: NOON + HOUR,
    folded: 'none' as const,
    keys: 100,
  }))
);
const OWN: PlanSource = {
  labels: ['SrcK8S_Namespace', 'DstK8S_Namespace', 'FlowDirection'],
  folded: false,
  rollups: ROLLUPS,
};

function where(text: string, more: Partial<FilterSet> = {}): FilterSet {
  const parsed = parseFilterText(text);
  if (!parsed.ok) {
    throw new Error(parsed.error);
  }
  return { ...NO_FILTERS, filters: parsed.value, ...more };
}

const view = (groupBy: readonly FieldName[], filters: FilterSet = NO_FILTERS): FlowView => ({
  groupBy,
  measure: 'Bytes',
  filters,
});
const day = { fromMs: NOON - 24 * HOUR, toMs: NOON };
const sources = (parts: readonly PlanPart[]) =>
  parts.map((part) => (part.source === 'flows' ? 'flows' : `${part.level} ${part.tier}`));

describe('the coarsest rollup that answers', () => {
  const CHOICES: ReadonlyArray<readonly [groupBy: FieldName[], filters: string, from: string, lacks?: string]> = [
    [[], '', 'node 1h'],
    [['SrcK8S_HostName', 'DstK8S_Zone'], '', 'node 1h'],
    [['SrcK8S_Namespace', 'Application'], '', 'namespace 1h'],
    [['Application'], 'namespace="shop" proto=tcp', 'namespace 1h'],
    [['SrcK8S_OwnerName'], '', 'source 1h'],
    [['SrcK8S_OwnerName', 'DstK8S_OwnerName'], '', 'workload 1h'],
    [['DstK8S_Service'], '', 'workload 1h'],
    [['SrcK8S_Name'], '', 'source 1h'],
    [['SrcAddr'], '', 'source 1h'],
    [['DstK8S_Name'], 'dst_node="a"', 'destination 1h'],
    [['DstAddr', 'SrcK8S_OwnerName'], 'dst_kind=""', 'external 1h'],
    [['DstAddr', 'SrcK8S_OwnerName'], '', 'flows', 'DstAddr'],
    [['SrcAddr', 'DstK8S_OwnerName'], 'dst_kind=""', 'flows', 'SrcAddr'],
    [['SrcK8S_OwnerName'], 'port=443', 'workload 1h'],
    [['SrcK8S_OwnerName'], 'port=http,443', 'workload 1h'],
    [['SrcK8S_OwnerName'], 'dst_port!=443', 'workload 1h'],
    [['SrcK8S_OwnerName'], 'port=50000', 'flows', 'SrcPort'],
    [['SrcK8S_OwnerName'], 'port=440-450', 'flows', 'SrcPort'],
    [['SrcK8S_OwnerName'], 'port>1024', 'flows', 'SrcPort'],
    [['SrcK8S_OwnerName'], 'dst_port=""', 'flows', 'DstPort'],
    [['DstPort'], '', 'flows', 'DstPort'],
    [['SrcK8S_Namespace'], 'flags=2', 'flows', 'Flags'],
    [['SrcK8S_Namespace'], 'bytes>1MB', 'flows', 'Bytes'],
    [['SrcK8S_Namespace'], 'duplicate=false', 'flows', 'Duplicate'],
    [['FlowDirection'], '', 'flows', 'FlowDirection'],
  ];

  const cases = CHOICES.map(([groupBy, filters, from, says = 'From hourly sums']) => ({
    groupBy,
    filters,
    from,
    says,
  }));

  test.each(cases)('by $groupBy where $filters: $from', ({ groupBy, filters, from, says }) => {
    const { parts, why } = planTops(view(groupBy, where(filters)), day, OWN);
    expect(sources(parts)).toEqual([from]);
    expect(why).toContain(says);
  });

  test('filters joined by any, of which one needs flows, need flows', () => {
    const any = where('namespace="shop" flags=2', { match: 'any' });
    expect(sources(planTops(view(['SrcK8S_Namespace'], any), day, OWN).parts)).toEqual(['flows']);
    const outside = where('src_kind="" namespace="shop"', { match: 'any' });
    expect(sources(planTops(view(['SrcAddr'], outside), day, OWN).parts)).toEqual(['flows']);
  });

  test('not one that was not written for most of the range, where another was', () => {
    const DAY = 24 * HOUR;
    const added = (['1h', '10m'] as const).map((tier): RollupCoverage => {
      const [one] = ROLLUPS.filter((rollup) => rollup.tier === tier);
      return { ...one!, level: 'sourceNamespace', sinceMs: NOON - 2 * DAY };
    });
    const updated = { ...OWN, rollups: [...ROLLUPS.filter(({ level }) => level === 'workload'), ...added] };
    const byNamespace = view(['SrcK8S_Namespace']);
    const from = (days: number) => ({ fromMs: NOON - days * DAY, toMs: NOON });
    expect(sources(planTops(byNamespace, from(1), updated).parts)).toEqual(['sourceNamespace 1h']);
    expect(sources(planTops(byNamespace, from(7), updated).parts)).toEqual(['workload 1h']);
    const course = (days: number) => planSeries(byNamespace, from(days), updated, { stepMs: HOUR }).parts;
    expect(sources(course(1))).toEqual(['sourceNamespace 1h']);
    expect(sources(course(7))).toEqual(['workload 1h']);
    const panel = (days: number) => planPanel(byNamespace, days * DAY, updated, { nowMs: NOON, kind: 'tops' }).expr;
    expect(panel(1)).toContain('level="namespaceEnd"');
    expect(panel(7)).toContain('level="workload"');
    const rolling = (before: boolean) => planRolling(byNamespace, 30 * HOUR, updated, { nowMs: NOON, before }).expr;
    expect(rolling(false)).toContain('level="namespaceEnd"');
    expect(rolling(true)).toContain('level="workload"');
    // One that is turned off, and whose last bucket is missing as there was no traffic.
    const ended = (untilMs: number) => ({
      ...updated,
      rollups: updated.rollups.map((one) => (one.level === 'workload' ? one : { ...one, untilMs })),
    });
    expect(sources(planTops(byNamespace, from(1), ended(NOON - 10 * HOUR)).parts)).toEqual(['workload 1h']);
    expect(sources(planTops(byNamespace, from(1), ended(NOON - HOUR)).parts)[0]).toBe('sourceNamespace 1h');
  });

  test('not one of which the filter’s values were folded', () => {
    const folded = (how: RollupCoverage['folded']) => ({
      ...OWN,
      rollups: ROLLUPS.filter(({ level }) => level === 'workload').map((one) => ({ ...one, folded: how })),
    });
    const byOwner = view(['SrcK8S_OwnerName'], where('dst_workload="web"'));
    const byNamespace = view(['SrcK8S_Namespace'], where('dst_namespace="shop"'));
    expect(sources(planTops(byOwner, day, folded('none')).parts)).toEqual(['workload 1h']);
    expect(sources(planTops(byOwner, day, folded('detail')).parts)).toEqual(['flows']);
    expect(planTops(byNamespace, day, folded('detail'))).toMatchObject({ exact: true });
    expect(sources(planTops(byNamespace, day, folded('all')).parts)).toEqual(['flows']);
    expect(planTops(view(['SrcK8S_OwnerName']), day, folded('detail'))).toMatchObject({
      exact: false,
      why: expect.stringContaining('(other)'),
    });
    expect(planTops(view([]), day, folded('all'))).toMatchObject({ exact: true });
  });

  test('none over what NetObserv wrote, and none where there are none', () => {
    const netobserv = planTops(view([]), day, { ...OWN, recordSource: 'netobserv' });
    expect([sources(netobserv.parts), netobserv.why]).toEqual([
      ['flows'],
      'From single flows: NetObserv’s collector writes no rollups.',
    ]);
    expect(planTops(view([]), day, { ...OWN, rollups: [] }).why).toBe(
      'From single flows: there are no rollups for it.'
    );
  });
});

describe('ranges', () => {
  const odd = { fromMs: NOON - 5 * HOUR - 17 * MINUTE, toMs: NOON + 26 * MINUTE };

  test('exact: hours in the middle, ten minutes and flows at the edges, without gap or overlap', () => {
    const { parts, span } = planTops(view([]), odd, OWN, { edges: 'exact' });
    expect(sources(parts)).toEqual(['flows', 'node 10m', 'node 1h', 'node 10m', 'flows']);
    expect(span).toEqual(odd);
    expect(parts[0]!.fromMs).toBe(odd.fromMs);
    expect(parts.at(-1)!.toMs).toBe(odd.toMs);
    parts.slice(1).forEach((part, index) => expect(part.fromMs).toBe(parts[index]!.toMs));
  });

  test('rounded: both ends back to whole ten minutes, and it says so', () => {
    const { parts, span, why } = planTops(view([]), odd, OWN, { edges: 'rounded' });
    expect(sources(parts)).toEqual(['node 10m', 'node 1h', 'node 10m']);
    expect(span).toEqual({ fromMs: NOON - 5 * HOUR - 20 * MINUTE, toMs: NOON + 20 * MINUTE });
    expect(why).toBe(
      'From ten-minute sums by node and hourly sums by node. Rounded to 2026-03-14T06:40:00.000Z – 2026-03-14T12:20:00.000Z.'
    );
  });

  test('short ones are exact and long ones rounded unless told otherwise', () => {
    expect(usualEdges({ fromMs: 0, toMs: 3 * HOUR - 1 })).toBe('exact');
    expect(usualEdges({ fromMs: 0, toMs: 3 * HOUR })).toBe('rounded');
  });

  test('what is not written yet is asked of flows, or left out where rounded', () => {
    const rollups = ROLLUPS.map((one) => ({ ...one, untilMs: NOON - 10 * MINUTE }));
    const recent = { fromMs: NOON - HOUR, toMs: NOON };
    expect(sources(planTops(view([]), recent, { ...OWN, rollups }).parts)).toEqual(['node 10m', 'flows']);
    expect(planTops(view([]), recent, { ...OWN, rollups }, { edges: 'rounded' }).span.toMs).toBe(NOON - 10 * MINUTE);
  });

  test('what should be written and is not is asked of flows, also where rounded', () => {
    const rollups = ROLLUPS.map((one) => ({ ...one, untilMs: NOON - 48 * HOUR, dueMs: NOON - 10 * MINUTE }));
    const week = { fromMs: NOON - 168 * HOUR, toMs: NOON };
    const { parts, span, why } = planTops(view([]), week, { ...OWN, rollups }, { edges: 'rounded' });
    expect(sources(parts)).toEqual(['node 1h', 'flows']);
    expect(parts[1]).toMatchObject({ fromMs: NOON - 48 * HOUR, toMs: NOON - 10 * MINUTE });
    expect(span.toMs).toBe(NOON - 10 * MINUTE);
    expect(why).toMatch(/^From hourly sums by node and single flows/);
    const course = planSeries(view([]), week, { ...OWN, rollups }, { stepMs: HOUR });
    expect(sources(course.parts)).toEqual(['node 1h', 'flows']);
    expect(course.span).toEqual({ fromMs: week.fromMs, toMs: NOON - HOUR });
  });

  test('what is older than the rollups is asked of flows', () => {
    const rollups = ROLLUPS.map((one) => ({ ...one, sinceMs: NOON - 2 * HOUR }));
    expect(sources(planTops(view([]), day, { ...OWN, rollups }).parts)).toEqual(['flows', 'node 1h']);
  });

  test('too short for a bucket: from flows, whatever the edges', () => {
    const { parts, span, why } = planTops(view([]), { fromMs: NOON + 1, toMs: NOON + MINUTE }, OWN, {
      edges: 'rounded',
    });
    expect([sources(parts), span]).toEqual([['flows'], { fromMs: NOON + 1, toMs: NOON + MINUTE }]);
    expect(why).toContain('no whole bucket');
  });
});

describe('queries', () => {
  test('of one rollup', () => {
    const hours = { fromMs: NOON - HOUR, toMs: NOON };
    expect(planTops(view(['SrcK8S_Namespace'], where('application="dns"')), hours, OWN, { limit: 10 }).expr).toBe(
      'topk(10, sum by (SrcK8S_Namespace) (sum_over_time({app="netobserv-rollup", tier="1h", level="namespace"} ' +
        String.raw`|= "\tdns\t" | pattern "<_>\t<_>\t<volume_value>\t<_>\t<_>\t<SrcK8S_Namespace>\t<_>\t<_>\t<_>\t<_>\t<_>\t<_>\t<Application>\t" ` +
        '| Application="dns" | unwrap volume_value | __error__="" [3600s])))'
    );
  });

  test('values of groups never end a text', () => {
    const hostile = 'x"} or vector(1) #`';
    const { queries } = planSeries(view(['SrcK8S_OwnerName']), day, OWN, { stepMs: HOUR }, [
      { SrcK8S_OwnerName: hostile },
    ]);
    expect(queries[0]!.expr).toContain(JSON.stringify(hostile));
  });

  test('with more groups than Loki allows are asked share by share', () => {
    const rollups = ROLLUPS.map((one) => ({ ...one, keys: 2_000 }));
    const pods = planTops(view(['SrcK8S_Namespace', 'SrcK8S_Name']), day, { ...OWN, rollups });
    expect(pods.partitions).toBe(8);
    expect(pods.expr.match(/"leg", "\d+"/g)).toHaveLength(8);
    expect(
      planTops(view(['SrcK8S_Namespace', 'SrcK8S_Name']), day, { ...OWN, rollups, maxSeries: 5_000 }).partitions
    ).toBe(1);
    expect([morePartitions(1), morePartitions(8), morePartitions(16)]).toEqual([4, 16, undefined]);
  });

  test('of namespaces alone are asked for as many as their sums have keys', () => {
    const rollups: RollupCoverage[] = [
      { level: 'sourceNamespace', tier: '1h', sinceMs: 0, untilMs: NOON, folded: 'none', keys: 700 },
    ];
    const plan = planTops(view(['SrcK8S_Namespace']), day, { ...OWN, rollups });
    expect(plan.why).toMatch(/^From hourly sums by source namespace/);
    expect(plan.partitions).toBe(4);
    // What a pod's kind is, these sums tell too; which workload it is of, they do not.
    expect(planTops(view(['SrcK8S_Type']), day, { ...OWN, rollups }).parts).toMatchObject([{ source: 'rollup' }]);
    expect(planTops(view(['SrcK8S_OwnerName']), day, { ...OWN, rollups }).parts).toMatchObject([{ source: 'flows' }]);
  });

  test('never for more than 500 series', () => {
    expect(planTops(view(['SrcK8S_Name']), day, OWN, { limit: 9_999 }).expr).toMatch(/^topk\(500, /);
    const groups = Array.from({ length: 501 }, (_, index) => ({ SrcK8S_Name: `p${index}` }));
    expect(() => planSeries(view(['SrcK8S_Name']), day, OWN, { stepMs: HOUR }, groups)).toThrow(
      /501 series.*ask for fewer/
    );
  });
});

describe('courses over time', () => {
  test('steps are whole buckets where rounded, and what was asked for where exact', () => {
    const rounded = planSeries(view([]), day, OWN, { stepMs: 7 * MINUTE });
    expect([rounded.stepMs, sources(rounded.parts)]).toEqual([10 * MINUTE, ['node 10m']]);
    expect(planSeries(view([]), day, OWN, { stepMs: 2 * HOUR }).parts).toMatchObject([{ tier: '1h' }]);
    const exact = planSeries(view([]), { fromMs: NOON - HOUR, toMs: NOON }, OWN, { stepMs: MINUTE });
    expect([exact.stepMs, sources(exact.parts)]).toEqual([MINUTE, ['flows']]);
  });

  test('the newest steps come from flows where exact', () => {
    const rollups = ROLLUPS.map((one) => ({ ...one, untilMs: NOON - 20 * MINUTE }));
    const plan = planSeries(
      view([]),
      { fromMs: NOON - HOUR, toMs: NOON },
      { ...OWN, rollups },
      { stepMs: 10 * MINUTE }
    );
    expect(sources(plan.parts)).toEqual(['node 10m', 'flows']);
    expect(plan.queries.map(({ startMs, endMs }) => [startMs - NOON, endMs - NOON])).toEqual([
      [-50 * MINUTE, -20 * MINUTE],
      [-10 * MINUTE, 0],
    ]);
  });

  test('steps from before sums were written come from flows', () => {
    const rollups = ROLLUPS.map((one) => ({ ...one, sinceMs: NOON - 2 * HOUR }));
    const plan = planSeries(view([]), { fromMs: NOON - 6 * HOUR, toMs: NOON }, { ...OWN, rollups }, { stepMs: HOUR });
    expect(plan.parts.map(({ source, fromMs, toMs }) => [source, fromMs - NOON, toMs - NOON])).toEqual([
      ['flows', -6 * HOUR, -2 * HOUR],
      ['rollup', -2 * HOUR, 0],
    ]);
  });

  test('of no groups there is nothing to ask', () => {
    expect(planSeries(view(['Proto']), day, OWN, { stepMs: HOUR }, []).queries).toEqual([]);
  });
});

describe('shared requests', () => {
  test('equal questions are asked once, others share; answers are told apart', () => {
    const plans = [['SrcK8S_Namespace'], ['DstK8S_Namespace'], ['SrcK8S_Namespace'], ['Application']].map((groupBy) =>
      planTops(view(groupBy as FieldName[]), day, OWN)
    );
    const requests = combinePlans(plans, { requests: 1 });
    expect(requests).toHaveLength(1);
    expect(requests[0]!.expr.match(/"plan", "\d+"/g)).toHaveLength(3);
    const answer: InstantSeries[] = [
      { labels: { SrcK8S_Namespace: 'a', plan: '0' }, value: 1 },
      { labels: { SrcK8S_Namespace: 'b', plan: '0' }, value: 5 },
      { labels: { Application: 'dns', plan: '3' }, value: 2 },
    ];
    expect(answerOf(requests[0]!, plans, 2, answer)).toEqual([
      { labels: { SrcK8S_Namespace: 'b' }, value: 5 },
      { labels: { SrcK8S_Namespace: 'a' }, value: 1 },
    ]);
    expect(answerOf(requests[0]!, plans, 1, answer)).toEqual([]);
  });

  test('no request has more than 500 series, and other times are other requests', () => {
    const many = Array.from({ length: 9 }, (_, index) =>
      planTops(view(['SrcK8S_Name'], where(`src_node="n${index}"`)), day, OWN, { limit: 200 })
    );
    const requests = combinePlans(many, { requests: 3 });
    expect(requests.every(({ plans }) => plans.length <= 2)).toBe(true);
    expect(requests.flatMap(({ plans }) => plans).sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
    const before = planTops(view([]), { fromMs: day.fromMs - 24 * HOUR, toMs: day.fromMs }, OWN);
    expect(combinePlans([planTops(view([]), day, OWN), before])).toHaveLength(2);
  });
});

test('no request is longer than Loki reads, as long as each question is not', () => {
  const names = Array.from({ length: 40 }, (_, index) => `workload-number-${index}`).join(',');
  const plans = Array.from({ length: 60 }, (_, index) =>
    planTops(view(['SrcK8S_Name'], where(`workload=${names} src_node="n${index}"`)), day, OWN, { limit: 1 })
  );
  const requests = combinePlans(plans, { requests: 2 });
  expect(plans.reduce((sum, { expr }) => sum + expr.length, 0)).toBeGreaterThan(2 * 131_072);
  expect(requests.flatMap((request) => request.plans).sort((a, b) => a - b)).toEqual(plans.map((_, index) => index));
  for (const { expr } of requests) {
    expect(expr.length).toBeLessThan(131_072);
  }
  expect(requests.length).toBeLessThan(6);
});

describe('the error of sampled figures', () => {
  test.each([
    [[{ sampling: 1, packets: 1_000 }], 0],
    [[{ sampling: 100, packets: 990_000 }], 0.0196],
    [
      [
        { sampling: 1, packets: 990_000 },
        { sampling: 100, packets: 990_000 },
      ],
      0.0098,
    ],
    [[], Infinity],
  ])('%j: ±%d', (traffic, error) => {
    expect(samplingError(traffic)).toBeCloseTo(error, 4);
  });
});

import type { TierName } from '@netobserv-flows/schema';
import { NO_FILTERS } from '../../flow';
import { planTops, type FlowView, type PlanSource, type RollupCoverage } from '../../flow/plan';
import { fittingRollups } from './fittingRollups';

const HOUR = 3_600_000;
const FROM = Date.UTC(2026, 2, 5, 14);
const SPAN = { fromMs: FROM, toMs: FROM + 1.5 * HOUR };
const PODS: FlowView = { groupBy: ['SrcK8S_Namespace', 'SrcK8S_Name'], measure: 'Bytes', filters: NO_FILTERS };

const written = (level: RollupCoverage['level'], tier: TierName): RollupCoverage => ({
  level,
  tier,
  sinceMs: FROM - 3 * HOUR,
  untilMs: FROM + HOUR,
  folded: 'none',
  keys: 100,
});
const source = (labels: readonly string[]): PlanSource => ({
  labels,
  rollups: [written('workload', '10m'), written('workload', '1h'), written('source', '1h')],
});
const plan = (view: FlowView, labels: readonly string[]) =>
  planTops(view, SPAN, fittingRollups(source(labels), SPAN), { edges: 'rounded' });

describe('rollups for a short range', () => {
  it('are those of short buckets, and the others are told of', () => {
    const { rollups, longer, keys } = fittingRollups(source(['app', 'SrcK8S_Namespace']), SPAN);
    expect(rollups.map(({ tier }) => tier)).toEqual(['10m']);
    expect(longer?.map(({ level, tier }) => `${level} ${tier}`)).toEqual(['workload 1h', 'source 1h']);
    expect(keys).toEqual({ workload: 100, source: 100 });
  });

  it('leave pods to flows, for a reason that is true', () => {
    expect(plan(PODS, ['app', 'SrcK8S_Namespace']).why).toBe(
      'From single flows: the sums that hold it have buckets too long for this range.'
    );
    const byPort: FlowView = { ...PODS, groupBy: ['SrcPort'] };
    expect(plan(byPort, ['app', 'SrcK8S_Namespace']).why).toBe('From single flows: no rollup holds SrcPort.');
  });

  it('are all that there are where flows are no longer kept, rounded to whole buckets', () => {
    const { parts, span, why } = plan(PODS, []);
    expect(parts).toEqual([{ source: 'rollup', level: 'source', tier: '1h', fromMs: FROM, toMs: FROM + HOUR }]);
    expect(span).toEqual({ fromMs: FROM, toMs: FROM + HOUR });
    expect(why).toMatch(/^From hourly sums by source\. Rounded to/);
  });
});

import type { TierName } from '@netobserv-flows/schema';
import { describe, expect, it } from 'vitest';
import { NO_FILTERS, parseFilterText } from '../index';
import { planPanel, type FlowView, type PlanSource, type RollupCoverage } from './index';

const HOUR = 3_600_000;
const NOW = Date.UTC(2026, 4, 4, 12, 7);
const VIEW: FlowView = { groupBy: ['SrcK8S_Namespace'], measure: 'Bytes', filters: NO_FILTERS };

const written = (tier: TierName): RollupCoverage => ({
  level: 'workload',
  tier,
  sinceMs: 0,
  untilMs: NOW,
  folded: 'none',
  keys: 100,
});
const source = (...tiers: TierName[]): PlanSource => ({
  labels: ['app', 'SrcK8S_Namespace', 'DstK8S_Namespace', 'FlowDirection'],
  recordSource: 'own',
  rollups: tiers.map(written),
});
const plan = (windowMs: number, tiers: TierName[], kind: 'tops' | 'course' = 'tops', view = VIEW) =>
  planPanel(view, windowMs, source(...tiers), { nowMs: NOW, kind, limit: 40 });

describe('a query of a dashboard', () => {
  it.each<[string, number, TierName[], TierName]>([
    ['an hour: minutes', HOUR, ['1h', '10m', '1m'], '1m'],
    ['six hours: ten minutes', 6 * HOUR, ['1h', '10m', '1m'], '10m'],
    ['a day: ten minutes still, for who looks at an hour next', 24 * HOUR, ['1h', '10m', '1m'], '10m'],
    ['a week: hours', 168 * HOUR, ['1h', '10m', '1m'], '1h'],
    ['an hour, where there are no minutes: ten minutes', HOUR, ['1h', '10m'], '10m'],
  ])('reads buckets that fit its range, %s', (_, windowMs, tiers, tier) => {
    const { expr, leastStepMs } = plan(windowMs, tiers);
    expect(expr).toContain(`tier="${tier}", level="workload"`);
    expect(expr).toMatch(/^topk\(40, .*sum_over_time\(.* \[\$__range\]\)/);
    expect(leastStepMs).toBe({ '1m': 60_000, '10m': 600_000, '1h': HOUR }[tier]);
  });

  it('is of rates over steps of the dashboard for a course', () => {
    const { expr } = plan(24 * HOUR, ['10m'], 'course');
    expect(expr).toMatch(/rate\(.* \[\$__auto\]\)/);
    expect(expr).not.toContain('vector');
  });

  it.each([
    ['not those that are no longer written', 21, 'From single flows: the rollups that hold it are no longer written.'],
    ['also those of which the last ones lack traffic', 20, 'From ten-minute sums by workload.'],
  ])('reads buckets to come: %s', (_, missingMinutes, why) => {
    const dueMs = Date.UTC(2026, 4, 4, 12);
    const rollups = [{ ...written('10m'), dueMs, untilMs: dueMs - missingMinutes * 60_000 }];
    const asked = planPanel(VIEW, HOUR, { ...source(), rollups }, { nowMs: NOW, kind: 'tops' });
    expect(asked.why).toBe(why);
    expect(asked.leastStepMs).toBe(missingMinutes > 20 ? undefined : 600_000);
  });

  it('reads single flows where a filter needs them', () => {
    const filters = { ...NO_FILTERS, filters: parsed('src_ip=10.0.0.1') };
    const { expr, leastStepMs, why } = plan(HOUR, ['10m'], 'tops', { ...VIEW, filters });
    expect(expr).toContain('app="netobserv-flowcollector"');
    expect(leastStepMs).toBeUndefined();
    expect(why).toMatch(/^From single flows/);
  });

  it('can be of the stretch before', () => {
    const options = { nowMs: NOW, kind: 'tops', limit: 500, before: true } as const;
    expect(planPanel(VIEW, HOUR, source('10m'), options).expr).toContain('[$__range] offset $__range)');
  });
});

function parsed(text: string) {
  const read = parseFilterText(text);
  if (!read.ok) {
    throw new Error(read.error);
  }
  return read.value;
}

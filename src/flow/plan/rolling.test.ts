import type { TierName } from '@netobserv-flows/schema';
import { describe, expect, it } from 'vitest';
import { NO_FILTERS, parseFilterText } from '../index';
import { planRolling, type FlowView, type PlanSource, type RollupCoverage } from './index';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const NOW = Date.UTC(2026, 4, 4, 12, 7);
const VIEW: FlowView = { groupBy: ['SrcK8S_Namespace'], measure: 'Bytes', filters: NO_FILTERS };

const written = (tier: TierName, untilMs: number, more: Partial<RollupCoverage> = {}): RollupCoverage => ({
  level: 'workload',
  tier,
  sinceMs: 0,
  untilMs,
  writtenAfterMs: 75_000,
  folded: 'none',
  keys: 100,
  ...more,
});
const TEN = written('10m', Date.UTC(2026, 4, 4, 12, 0));
const HOURLY = written('1h', Date.UTC(2026, 4, 4, 12, 0));
const source = (...rollups: RollupCoverage[]): PlanSource => ({
  labels: ['app', 'SrcK8S_Namespace', 'DstK8S_Namespace', 'FlowDirection'],
  recordSource: 'own',
  rollups,
});
const plan = (windowMs: number, ...rollups: RollupCoverage[]) =>
  planRolling(VIEW, windowMs, source(...rollups), { nowMs: NOW, limit: 40 });

describe('the last stretch of time, at whatever moment', () => {
  it.each([
    ['10 minutes: one bucket', 10 * MINUTE, '10m', 600],
    ['45 minutes: as near as whole buckets come', 45 * MINUTE, '10m', 3_000],
    ['6 hours: in steps of ten minutes', 6 * HOUR, '10m', 21_600],
    ['a day: hours are fine enough', 24 * HOUR, '1h', 86_400],
  ] as const)('is whole buckets that are written by then; %s', (_, windowMs, tier, seconds) => {
    const { expr, delayMs, windowMs: answered } = plan(windowMs, HOURLY, TEN);
    expect(expr).toContain(`tier="${tier}", level="workload"`);
    expect(expr).toContain(`[${seconds}s] offset 90s`);
    expect(expr).toMatch(/^topk\(40, /);
    expect([answered, delayMs]).toEqual([seconds * 1000, 90_000]);
  });

  it.each([
    ['buckets are longer than it', 5 * MINUTE, [TEN]],
    ['buckets do not add up to it', 15 * MINUTE, [TEN]],
    ['it would be told an hour late', HOUR, [HOURLY]],
    ['the last bucket is not written', HOUR, [written('10m', Date.UTC(2026, 4, 4, 11, 50))]],
    ['the first ones are from before sums were written', HOUR, [{ ...TEN, sinceMs: Date.UTC(2026, 4, 4, 11, 10) }]],
    ['there are none', HOUR, []],
  ] as const)('is read from single flows where %s', (_, windowMs, rollups) => {
    const { expr, source: from } = plan(windowMs, ...rollups);
    expect(from).toBe('flows');
    expect(expr).toContain('{app="netobserv-flowcollector"');
    expect(expr).toContain(`[${windowMs / 1000}s] offset 60000ms1ns`);
  });

  it('is an hour at most where single flows are read', () => {
    expect(plan(24 * HOUR).windowMs).toBe(HOUR);
  });

  it('can be the one before', () => {
    const before = planRolling(VIEW, HOUR, source(TEN), { nowMs: NOW, before: true });
    expect(before.expr).toContain('[3600s] offset 3690s');
  });

  it('the one before is read from single flows where its first sums are missing, though the last one has all', () => {
    const since = source({ ...TEN, sinceMs: Date.UTC(2026, 4, 4, 10, 40) });
    const from = (before: boolean) => planRolling(VIEW, HOUR, since, { nowMs: NOW, before }).source;
    expect([from(false), from(true)]).toEqual(['rollup', 'flows']);
  });

  it('is of flows where a filter needs them', () => {
    const parsed = parseFilterText('port=9999');
    const filters = { ...NO_FILTERS, filters: parsed.ok ? parsed.value : [] };
    const { source: from, why } = planRolling({ ...VIEW, filters }, HOUR, source(TEN), { nowMs: NOW });
    expect([from, why]).toEqual(['flows', 'From single flows: no rollup holds SrcPort.']);
  });

  it('is a total without groups', () => {
    const { expr } = planRolling({ ...VIEW, groupBy: [] }, 10 * MINUTE, source(TEN), { nowMs: NOW });
    expect(expr).toMatch(/^sum\(sum_over_time\(\{app="netobserv-rollup"/);
  });
});

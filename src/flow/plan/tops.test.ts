import { describe, expect, it } from 'vitest';
import { NO_FILTERS } from '../index';
import { combinePlans, planTops, type FlowView, type PlanSource } from './index';

const HOUR = 3_600_000;
const NOW = Date.UTC(2026, 4, 4, 12);
const SOURCE: PlanSource = {
  labels: ['app', 'SrcK8S_Namespace', 'DstK8S_Namespace', 'FlowDirection'],
  recordSource: 'own',
  rollups: [{ level: 'namespace', tier: '1h', sinceMs: 0, untilMs: NOW, folded: 'none', keys: 50 }],
};
const VIEW: FlowView = { groupBy: ['SrcK8S_Namespace'], measure: 'Bytes', filters: NO_FILTERS };
const day = { fromMs: NOW - 24 * HOUR, toMs: NOW };
const before = { fromMs: NOW - 48 * HOUR, toMs: NOW - 24 * HOUR };

describe('tops', () => {
  it('of two periods share a request where they are evaluated at one time', () => {
    const apart = [planTops(VIEW, day, SOURCE), planTops(VIEW, before, SOURCE)];
    expect(combinePlans(apart, { requests: 1 })).toHaveLength(2);
    const together = [day, before].map((range) => planTops(VIEW, range, SOURCE, { atMs: NOW }));
    expect(combinePlans(together, { requests: 1 })).toHaveLength(1);
    expect(together[0]!.expr).not.toContain('offset');
    expect(together[1]!.expr).toContain('[86400s] offset 86400s');
    expect(together[1]!.span).toEqual(before);
  });

  it('are never evaluated before their range ends', () => {
    expect(planTops(VIEW, day, SOURCE, { atMs: NOW - HOUR }).timeMs).toBe(NOW);
  });

  it.each([NOW, NOW - HOUR])('are refused of a range without any time, which no query could be written for', (toMs) => {
    expect(() => planTops(VIEW, { fromMs: NOW, toMs }, SOURCE)).toThrow(RangeError);
  });

  it('are of the flows that meet all sets, and of rollups only where these can tell', () => {
    const tcp = { ...NO_FILTERS, filters: [{ field: 'Proto', comparison: 'equals', values: ['tcp'] } as const] };
    const port = { ...NO_FILTERS, filters: [{ field: 'Port', comparison: 'equals', values: ['9999'] } as const] };
    const fromRollups = planTops({ ...VIEW, also: [tcp] }, day, SOURCE);
    expect(fromRollups.expr).toMatch(/netobserv-rollup.*Proto/);
    const fromFlows = planTops({ ...VIEW, also: [tcp, port] }, day, SOURCE);
    expect(fromFlows.expr).toMatch(/netobserv-flowcollector.*9999/);
    expect(fromFlows.why).toContain('no rollup holds SrcPort');
  });

  it.each(['Bytes', 'Packets', 'Flows'] as const)(
    'name %s by nothing that Loki’s parser takes for a function: it would read to the end of the query for each',
    (measure) => {
      const sources = [SOURCE, { ...SOURCE, rollups: [] }];
      for (const source of sources) {
        const { expr } = planTops({ ...VIEW, measure }, day, source);
        const identifiers = expr.replace(/"[^"]*"/g, '').match(/\b[a-z_]\w*\b(?!\s*[(])/gi) ?? [];
        expect(identifiers.map((one) => one.toLowerCase())).not.toContain('bytes');
      }
    }
  );
});

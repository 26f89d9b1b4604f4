import type { PlanSource } from '../../flow/plan';
import { sourceNotice } from './sourceNotice';

const HOUR_MS = 3_600_000;
const NOON = Date.UTC(2026, 4, 4, 12);
const span = { fromMs: NOON - 6 * HOUR_MS, toMs: NOON };

const since = (sinceMs: number): PlanSource => ({
  labels: [],
  recordSource: 'own',
  rollups: [{ level: 'workload', tier: '10m', sinceMs, untilMs: NOON, folded: 'none', keys: 10 }],
});

const notice = (source: PlanSource, compare = true) => sourceNotice(source, span, { compare, timeZone: 'utc' });

describe('the notice above the panels', () => {
  it('is not there where rollups cover both periods', () => {
    expect(notice(since(NOON - 12 * HOUR_MS))).toBeUndefined();
  });

  it('says that nothing is compared where rollups begin within the period before', () => {
    expect(notice(since(NOON - 8 * HOUR_MS))).toMatch(
      /^Sums begin at 2026-05-04 04:00:00, so the period before is not/
    );
    expect(notice(since(NOON - 8 * HOUR_MS), false)).toBeUndefined();
  });

  it('says where there are none', () => {
    expect(notice({ labels: ['app'], recordSource: 'own', rollups: [] })).toMatch(/no rollups.*take a while/);
    expect(notice({ labels: ['app'], recordSource: 'netobserv', rollups: [] })).toMatch(/NetObserv’s collector/);
  });

  it('says that there is nothing at all rather than that there are no rollups', () => {
    expect(notice({ labels: [], recordSource: 'own', rollups: [] })).toMatch(/^No flows are in this data source/);
    // Sums are kept for longer than flows.
    expect(notice(since(NOON - 12 * HOUR_MS))).toBeUndefined();
  });
});

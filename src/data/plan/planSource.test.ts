import { NETOBSERV_LABELS } from '@netobserv-flows/schema';
import type { FlowLayout } from '../flowLayout';
import type { MetricSeries } from '../lokiMetrics';
import { planSource } from './planSource';

const HOUR = 3_600_000;
const NOON = Date.UTC(2026, 2, 14, 12);

const mockLayout = jest.fn<Promise<FlowLayout>, unknown[]>();
const mockMetric = jest.fn<Promise<MetricSeries[]>, unknown[]>();

jest.mock('../flowLayout', () => ({ flowLayout: (...asked: unknown[]) => mockLayout(...asked) }));
jest.mock('../loki', () => ({ maxQuerySeries: () => Promise.resolve(500) }));
jest.mock('../lokiMetrics', () => ({ runMetric: (...asked: unknown[]) => mockMetric(...asked) }));

beforeEach(() => {
  const facts = { since: NOON - 48 * HOUR, last: NOON - 3 * HOUR, keys: 12, folded: 0, lateness: 60_000 };
  mockMetric.mockResolvedValue(
    Object.entries(facts).map(([fact, value]) => ({
      labels: { Level: 'workload', tier: '1h', fact },
      values: [[NOON, value]],
    }))
  );
});

const source = (toMs: number) => planSource('loki', { fromMs: NOON - 24 * HOUR, toMs }, NOON);

describe('what questions are planned by', () => {
  it.each(['own', 'netobserv'] as const)('is rollups over our flows alone: %s', async (recordSource) => {
    mockLayout.mockResolvedValue({ labels: NETOBSERV_LABELS, recordSource });
    const { rollups, ...other } = await source(NOON);
    expect(other).toEqual({ labels: NETOBSERV_LABELS, recordSource, maxSeries: 500 });
    expect(rollups.length > 0).toBe(recordSource === 'own');
  });

  it('is what should be there by the end of the range, if that is before now', async () => {
    mockLayout.mockResolvedValue({ labels: [], recordSource: 'own' });
    const [until, due] = [NOON - 2 * HOUR, NOON - HOUR];
    expect((await source(NOON)).rollups[0]).toMatchObject({ untilMs: until, dueMs: due });
    expect((await source(until + 1)).rollups[0]).toMatchObject({ untilMs: until, dueMs: until });
  });
});

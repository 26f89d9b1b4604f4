import { describe, expect, test } from 'vitest';
import {
  alignRange,
  countQuery,
  duration,
  histogramQuery,
  NO_FILTERS,
  parseFilterText,
  roundStep,
  sampleQuery,
  sampleSlices,
  seenQuery,
  totalQuery,
  type FilterSet,
  type FlowQueryOptions,
} from '../index';

const OPTIONS: FlowQueryOptions = { labels: [], duplicates: 'hide' };
const BASE = '{app="netobserv-flowcollector"} != `"Duplicate":true`';

function filters(text: string): FilterSet {
  const parsed = parseFilterText(text);
  return { ...NO_FILTERS, filters: parsed.ok ? parsed.value : [] };
}

describe('figures of flows in LogQL', () => {
  test('flows are counted without reading them', () => {
    expect(histogramQuery(NO_FILTERS, OPTIONS, 'flows', 30_000).expr).toBe(`sum(count_over_time(${BASE} [30s]))`);
    expect(countQuery(NO_FILTERS, OPTIONS, 90_500).expr).toBe(`sum(count_over_time(${BASE} [90500ms]))`);
  });

  test.each([
    [60_000, '24h'],
    [43_200_000, '24h'],
    [86_400_000, '172800s'],
  ])('a course in steps of %d ms is asked in pieces of %s', (stepMs, piece) => {
    const { expr } = histogramQuery(NO_FILTERS, OPTIONS, 'flows', stepMs);
    expect(expr).toBe(
      `sum(count_over_time(${BASE} [${stepMs / 1000}s])) or sum(count_over_time({app="netobserv-none"} [${piece}]))`
    );
  });

  test('volumes are read alone, and what is no number adds nothing', () => {
    expect(histogramQuery(NO_FILTERS, OPTIONS, 'bytes', 1000).expr).toBe(
      `sum(sum_over_time(${BASE} | json volume_value="Bytes" | unwrap volume_value | __error__="" [1s]))`
    );
    expect(totalQuery(NO_FILTERS, OPTIONS, 'packets', 1000).expr).toContain('volume_value="Packets"');
  });

  test('a filter on the same field does not get in the way', () => {
    expect(histogramQuery(filters('bytes>10'), OPTIONS, 'bytes', 1000).expr).toBe(
      `sum(sum_over_time(${BASE} | json Bytes="Bytes" | Bytes>=11 | __error__=""` +
        ' | json volume_value="Bytes" | unwrap volume_value | __error__="" [1s]))'
    );
  });

  test('a sample counts spans in the middle of equal parts', () => {
    const slices = sampleSlices(0, 8000, 0.1);
    expect(slices.map(({ fromMs, toMs }) => [fromMs, toMs])).toEqual([
      [900, 1100],
      [2900, 3100],
      [4900, 5100],
      [6900, 7100],
    ]);
    const parts = sampleQuery(NO_FILTERS, OPTIONS, 'flows', slices, 8000).expr.split(' + ');
    expect(parts).toHaveLength(4);
    expect(parts[0]).toBe(`(sum(count_over_time(${BASE} [200ms] offset 6900ms)) or vector(0))`);
    const lines = sampleQuery(NO_FILTERS, OPTIONS, 'lines', [{ fromMs: 7000, toMs: 8000 }], 8000);
    expect(lines.expr).toBe('(sum(count_over_time({app="netobserv-flowcollector"} [1s])) or vector(0))');
    expect(sampleSlices(0, 8000, 5)).toContainEqual({ fromMs: 2000, toMs: 4000 });
  });

  test('first and last seen come from the flows’ own times', () => {
    expect(seenQuery(NO_FILTERS, OPTIONS, 'first', 1000).expr).toMatch(/^min\(min_over_time\(.*"TimeFlowStartMs"/);
    expect(seenQuery(NO_FILTERS, OPTIONS, 'last', 1000).expr).toMatch(/^max\(max_over_time\(.*"TimeFlowEndMs"/);
  });

  test('durations are whole seconds or milliseconds, never none', () => {
    expect([0, 0.4, 999.2, 1000, 90_000].map(duration)).toEqual(['1ms', '1ms', '1s', '1s', '90s']);
  });
});

describe('buckets', () => {
  const HOUR = 3600_000;
  test.each([
    [HOUR, 60, 60_000],
    [HOUR, 100, 60_000],
    [HOUR, 120, 30_000],
    [6 * HOUR, 100, 5 * 60_000],
    [24 * HOUR, 100, 15 * 60_000],
    [7 * 24 * HOUR, 100, 2 * HOUR],
    [1000, 100, 1000],
    [0, 0, 1000],
    [365 * 24 * HOUR, 10, 56 * 24 * HOUR],
  ])('a range of %i ms in at most %i buckets takes steps of %i ms', (rangeMs, buckets, step) => {
    expect(roundStep(rangeMs, buckets)).toBe(step);
    expect(rangeMs / step).toBeLessThanOrEqual(Math.max(1, buckets));
  });

  test('cover the range whole, on multiples of the step', () => {
    expect(alignRange(1500, 9500, 1000)).toEqual({ firstMs: 2000, lastMs: 10_000 });
    expect(alignRange(2000, 9000, 1000)).toEqual({ firstMs: 3000, lastMs: 9000 });
    expect(alignRange(2000, 2000, 1000)).toEqual({ firstMs: 3000, lastMs: 3000 });
  });
});

import { dateTime, type TimeRange } from '@grafana/data';
import { coverageOf, coverageQuery, type PlanSource, type TimeSpan } from '../../flow/plan';
import { flowLayout } from '../flowLayout';
import { maxQuerySeries } from '../loki';
import { checkRange } from '../lokiErrors';
import { runMetric } from '../lokiMetrics';

/** A time range of Grafana's for a span; times are fixed. */
export function timeRangeOf({ fromMs, toMs }: TimeSpan): TimeRange {
  const [from, to] = [dateTime(fromMs), dateTime(toMs)];
  return { from, to, raw: { from, to } };
}

/**
 * Asks what questions to a data source are planned by: how flows are stored, which rollups are written, and how many
 * series Loki gives. Three requests to Loki, with NetObserv's labels four, of which those for flows are believed for a
 * minute and that for series as long as the page is open.
 * @param span the stretch that all questions lie in.
 * @param nowMs the clock: a bucket that is not over yet is not written.
 * @param signal ends the request, and the query in Loki with it.
 * @throws what Grafana or Loki says (see `explainError`), for a span without any time, or the signal's reason.
 */
export async function planSource(
  uid: string,
  span: TimeSpan,
  nowMs: number,
  signal?: AbortSignal
): Promise<PlanSource> {
  checkRange(span);
  const { expr, timeMs } = coverageQuery(span);
  const [layout, answer, maxSeries] = await Promise.all([
    flowLayout(uid, timeRangeOf(span)),
    runMetric(uid, timeRangeOf({ fromMs: span.fromMs, toMs: timeMs }), { expr }, signal),
    maxQuerySeries(uid),
  ]);
  if (layout.recordSource === 'netobserv') {
    return { ...layout, rollups: [], maxSeries };
  }
  const series = answer.map(({ labels: found, values }) => ({ labels: found, value: values[0]?.[1] ?? 0 }));
  return { ...layout, rollups: coverageOf(series, nowMs, span.toMs), maxSeries };
}

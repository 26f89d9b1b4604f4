import { dateTime, type TimeRange } from '@grafana/data';
import { coverageOf, coverageQuery, type PlanSource, type TimeSpan } from '../../flow/plan';
import { FLOW_SELECTOR, NETOBSERV_MARK } from '../flowsQuery';
import { labelNames } from '../loki';
import { runMetric } from '../lokiMetrics';

/** A time range of Grafana's for a span; times are fixed. */
export function timeRangeOf({ fromMs, toMs }: TimeSpan): TimeRange {
  const [from, to] = [dateTime(fromMs), dateTime(toMs)];
  return { from, to, raw: { from, to } };
}

/**
 * Asks what questions to a data source are planned by: the labels of flows, and which rollups are written. Two requests
 * to Loki at most, of which the one for labels is believed for a minute.
 * @param span the stretch that all questions lie in.
 * @param nowMs the clock: a bucket that is not over yet is not written.
 * @param signal ends the request, and the query in Loki with it.
 * @throws what Grafana or Loki says (see `explainError`), or the signal's reason.
 */
export async function planSource(
  uid: string,
  span: TimeSpan,
  nowMs: number,
  signal?: AbortSignal
): Promise<PlanSource> {
  const range = timeRangeOf(span);
  const labels = await labelNames(uid, range, FLOW_SELECTOR);
  if (labels.includes(NETOBSERV_MARK)) {
    return { labels, recordSource: 'netobserv', rollups: [] };
  }
  const { expr, timeMs } = coverageQuery(span);
  const answer = await runMetric(uid, timeRangeOf({ fromMs: span.fromMs, toMs: timeMs }), { expr }, signal);
  const series = answer.map(({ labels: found, values }) => ({ labels: found, value: values[0]?.[1] ?? 0 }));
  return { labels, recordSource: 'own', rollups: coverageOf(series, nowMs) };
}

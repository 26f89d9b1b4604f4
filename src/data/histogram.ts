import type { TimeRange } from '@grafana/data';
import type { SceneDataQuery } from '@grafana/scenes';
import { alignRange, duration, histogramQuery, type Measure } from '../flow';
import { flowQueryOptions, type FlowsSubject } from './flowsQuery';
import { withoutVariables } from './loki';
import { runMetric } from './lokiMetrics';
import { rangeOf } from './newestFlow';

/** The flows of a span of time: those that ended in `(fromMs, toMs]`. */
export interface HistogramBucket {
  /** Milliseconds since the Unix epoch. */
  readonly fromMs: number;
  readonly toMs: number;
  /** How many flows, bytes or packets. */
  readonly value: number;
}

/**
 * The query of Grafana's Loki data source for the chart above the table: what the table shows, added up by steps. The
 * value at `t` is that of the flows which ended in `(t - stepMs, t]`: a chart that draws bars to the right of their
 * time has to show it at `t - stepMs`. Ask for it over {@link histogramRange}; steps without flows have no value.
 * @throws FilterError for a filter that cannot be applied.
 */
export function histogramSceneQuery(subject: FlowsSubject, measure: Measure, stepMs: number): SceneDataQuery {
  return {
    refId: 'histogram',
    expr: withoutVariables(histogramQuery(subject.set, flowQueryOptions(subject), measure, stepMs).expr),
    queryType: 'range',
    step: duration(stepMs),
  };
}

/** The time range to ask a histogram over: times of whole steps, so that the newest flows are in its last bucket. */
export function histogramRange(range: TimeRange, stepMs: number): TimeRange {
  const { firstMs, lastMs } = alignRange(range.from.valueOf(), range.to.valueOf(), stepMs);
  return rangeOf(firstMs, lastMs);
}

/**
 * What the table shows, added up by steps: every bucket of the range in order of time, also those without flows. The
 * first and the last may reach beyond the range.
 * @param stepMs length of a bucket, such as `roundStep` gives.
 * @throws as `runMetric`, and FilterError for a filter that cannot be applied.
 */
export async function flowHistogram(
  uid: string,
  subject: FlowsSubject,
  range: TimeRange,
  measure: Measure,
  stepMs: number,
  signal?: AbortSignal
): Promise<HistogramBucket[]> {
  const { expr } = histogramQuery(subject.set, flowQueryOptions(subject), measure, stepMs);
  const whole = histogramRange(range, stepMs);
  const series = await runMetric(uid, whole, { expr, stepMs }, signal);
  const values = new Map(series.flatMap((one) => one.values));
  const [first, last] = [whole.from.valueOf(), whole.to.valueOf()];
  return Array.from({ length: Math.round((last - first) / stepMs) + 1 }, (_, index) => {
    const toMs = first + index * stepMs;
    return { fromMs: toMs - stepMs, toMs, value: values.get(toMs) ?? 0 };
  });
}

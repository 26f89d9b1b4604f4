import { roundStep } from '../../flow';
import {
  planSeries,
  usualEdges,
  type FlowView,
  type PlanSource,
  type SeriesPlan,
  type TimeSpan,
} from '../../flow/plan';
import { runMetric, type MetricSeries } from '../lokiMetrics';
import type { Asking } from './answerTops';
import { timeRangeOf } from './planSource';

/** The course of a view's groups over time. */
export interface CourseAnswer {
  /** One for each group; a value at `t` is that of the step which ends there, steps without flows have none. */
  readonly series: readonly MetricSeries[];
  readonly plan: SeriesPlan;
}

/** Steps of a course that spans less than a day. */
const STEPS = 60;
const HOUR_MS = 3_600_000;
/** From this length on, hours are told apart: so a course also tells which hours are busy. */
const HOURLY_FROM_MS = 12 * HOUR_MS;

/** The step of a course, in ms. */
export function courseStep({ fromMs, toMs }: TimeSpan): number {
  return toMs - fromMs >= HOURLY_FROM_MS ? HOUR_MS : roundStep(toMs - fromMs, STEPS);
}

/**
 * Plans the course of a view over time.
 * @throws FilterError for a filter that `validateFilter` refuses.
 */
export function planCourse(source: PlanSource, view: FlowView, span: TimeSpan): SeriesPlan {
  const minutes = source.rollups.some(({ tier }) => tier === '1m');
  const onlySums = source.labels.length === 0;
  return planSeries(view, span, source, {
    stepMs: courseStep(span),
    // Steps of ten minutes would tell little of a short range: flows are asked, of which there are few, if any are kept.
    edges: minutes || onlySums ? 'rounded' : usualEdges(span),
  });
}

/**
 * Asks for the course of a view over time: one request to Loki where rollups cover the whole range or flows are asked,
 * more where rollups begin within it.
 * @param plan of {@link planCourse}.
 * @throws as `runMetric`.
 */
export async function answerCourse(
  { uid, signal }: Pick<Asking, 'uid' | 'signal'>,
  plan: SeriesPlan
): Promise<CourseAnswer> {
  const answers = await Promise.all(
    plan.queries.map(({ expr, startMs, endMs, stepMs }) =>
      runMetric(uid, timeRangeOf({ fromMs: startMs, toMs: endMs }), { expr, stepMs, whole: true }, signal)
    )
  );
  return { series: joined(answers), plan };
}

/** The series of several answers, of which the times do not overlap, put together by their labels. */
function joined(answers: ReadonlyArray<readonly MetricSeries[]>): MetricSeries[] {
  const byLabels = new Map<string, MetricSeries>();
  for (const one of answers.flat()) {
    const key = JSON.stringify(Object.entries(one.labels).sort(([a], [b]) => (a < b ? -1 : 1)));
    const known = byLabels.get(key);
    byLabels.set(key, known === undefined ? one : { ...known, values: [...known.values, ...one.values] });
  }
  return [...byLabels.values()];
}

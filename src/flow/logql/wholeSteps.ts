import { duration } from './duration';

/** Steps as long as what Loki splits range queries by (`split_queries_by_interval`, an hour by default, often less). */
const LONG_STEP_MS = 600_000;

/**
 * A range query whose answer has all of its values. Loki 3.7 splits one with steps as long as its split interval, or
 * longer, into pieces that share their ends, and puts the pieces in order by the first value of each one's first series:
 * where that begins late, a piece is taken for its successor and its values are left out. A longer window anywhere in
 * the query, here over streams that there never are, makes the interval longer than the step, so that pieces share
 * nothing.
 * (`metricQuerySplitter.split` and `matrixMerge` in Loki's pkg/querier/queryrange.)
 * @param window longer than a step, as LogQL writes it: `2h`.
 */
export function withWholeSteps(expr: string, window: string): string {
  return `${expr} or sum(count_over_time({app="netobserv-none"} [${window}]))`;
}

/** Longer than the steps of dashboards, which follow their range: those of 100 days are of four hours. */
export const PANEL_WINDOW = '6h';

/** The same for a known step in ms; as it is where the step is short. */
export function wholeSteps(expr: string, stepMs: number): string {
  return stepMs < LONG_STEP_MS ? expr : withWholeSteps(expr, duration(2 * stepMs));
}

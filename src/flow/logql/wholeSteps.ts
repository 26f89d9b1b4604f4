import { duration } from './duration';

/** Streams that there never are. */
export const NO_STREAMS = '{app="netobserv-none"}';

/** Ranges of more than an hour are asked in steps of a minute and more; less than an hour Loki asks in one piece anyway. */
const LONG_STEP_MS = 60_000;

/**
 * In pieces of which length Loki is to answer. By hours, as it does by default (`split_queries_by_interval`), it reads each
 * chunk of two hours for two or three pieces, every line of it: a day of flows took twice the CPU, a dashboard's panel
 * from sums a quarter more than in one piece. Where one piece reads much, Loki still shares it out by streams.
 */
const PIECE_MS = 86_400_000;

/** As a window for dashboards, whose steps follow their range: those of 100 days are of four hours. */
export const PANEL_WINDOW = '24h';

/**
 * A range query whose answer has all of its values, from pieces of the least work. Loki 3.7 splits one with steps as long as
 * its split interval, or longer, into pieces that share their ends, and puts the pieces in order by the first value of each
 * one's first series: where that begins late, a piece is taken for its successor and its values are left out. A longer
 * window anywhere in the query, here over streams that there never are, makes the interval as long as itself, so that
 * pieces share nothing.
 * (`metricQuerySplitter.split` and `matrixMerge` in Loki's pkg/querier/queryrange.)
 * @param window longer than a step, as LogQL writes it: `24h`.
 */
export function withWholeSteps(expr: string, window: string): string {
  return `${expr} or sum(count_over_time(${NO_STREAMS} [${window}]))`;
}

/** The same for a known step in ms; as it is where the step is short. */
export function wholeSteps(expr: string, stepMs: number): string {
  const window = 2 * stepMs > PIECE_MS ? duration(2 * stepMs) : PANEL_WINDOW;
  return stepMs < LONG_STEP_MS ? expr : withWholeSteps(expr, window);
}

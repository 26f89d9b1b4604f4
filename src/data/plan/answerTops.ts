import { askReadings, type AskLoki, type InstantSeries, type PlanSource, type TopsPlan } from '../../flow/plan';
import { runMetric } from '../lokiMetrics';
import { timeRangeOf } from './planSource';
import { topsAsked, type TopsQuestion } from './topsAsked';

export type { TopsQuestion } from './topsAsked';

/** The answer to a {@link TopsQuestion}. */
export interface TopsAnswer {
  /** Largest first; more than were asked for, where they came with others. */
  readonly groups: readonly InstantSeries[];
  /** False where there may be more groups than these, none of them larger than the smallest of these. */
  readonly complete: boolean;
  readonly plan: TopsPlan;
}

/** What a data source is asked by. */
export interface Asking {
  readonly uid: string;
  readonly source: PlanSource;
  /** Requests to Loki to aim at. */
  readonly requests: number;
  /** Ends the requests, and the queries in Loki with them. */
  readonly signal?: AbortSignal;
}

/** Told as soon as one shared request is answered, or has failed: the questions by their index. */
export interface TopsListener {
  onAnswer(question: number, answer: TopsAnswer): void;
  onFailure(questions: readonly number[], error: unknown): void;
}

/**
 * Asks for the largest groups of several views at once, in few requests (`askReadings`).
 * @throws FilterError for a filter that `validateFilter` refuses; failures of requests go to the listener.
 */
export async function answerTops(
  { uid, source, requests, signal }: Asking,
  questions: readonly TopsQuestion[],
  listener: TopsListener
): Promise<void> {
  const ask: AskLoki = async (request, readings) => {
    const fromMs = Math.min(...readings.map(({ plan }) => plan.span.fromMs));
    const range = timeRangeOf({ fromMs, toMs: request.timeMs });
    const series = await runMetric(uid, range, { expr: request.expr }, signal);
    return series.map(({ labels, values }) => ({ labels, value: values[0]?.[1] ?? 0 }));
  };
  await askReadings(topsAsked(questions, source), { requests, signal }, ask, {
    onAnswer: ({ question, ...answer }) => listener.onAnswer(question, answer),
    onFailure: (indices, error) => listener.onFailure(indices, error),
  });
}

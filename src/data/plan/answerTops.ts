import {
  askReadings,
  type AskLoki,
  type FlowView,
  type InstantSeries,
  type PlanSource,
  type TimeSpan,
  type TopsAsked,
  type TopsPlan,
} from '../../flow/plan';
import { runMetric } from '../lokiMetrics';
import { fittingRollups } from './fittingRollups';
import { timeRangeOf } from './planSource';

/** A question for the largest groups of a view in a span of time. */
export interface TopsQuestion {
  readonly view: FlowView;
  readonly span: TimeSpan;
  /** Largest groups wanted, 1 to 500; fewer may be told where all questions together have too many. */
  readonly limit: number;
}

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

<<<<<<< HEAD
/** What Loki says where a sum has more groups than it allows. */
const TOO_MANY_SERIES = /maximum (number|of) .*series|max_query_series/i;

/** Whether Loki refused a query for its many groups: asked in more shares it may pass. */
export function isTooManySeries(error: unknown): boolean {
  const { message, data } = (error ?? {}) as { message?: unknown; data?: { message?: unknown } };
  return [message, data?.message].some((text) => typeof text === 'string' && TOO_MANY_SERIES.test(text));
}

function planOne(
  { view, span, limit }: TopsQuestion,
  source: PlanSource,
  options: Pick<TopsOptions, 'atMs' | 'partitions'>
): TopsPlan {
  return planTops(view, span, fittingRollups(source, span), { ...options, limit, edges: 'rounded' });
}

/** Plans questions so that all are evaluated at one time: only then they share requests, whatever their spans. */
function planAll(questions: readonly TopsQuestion[], source: PlanSource): TopsPlan[] {
  const atMs = Math.max(...questions.map(({ span }) => span.toMs));
  return questions.map((question) => planOne(question, source, { atMs }));
}

async function ask(
  { uid, signal }: Asking,
  request: SharedRequest,
  plans: readonly TopsPlan[]
): Promise<InstantSeries[]> {
  const fromMs = Math.min(...plans.map(({ span }) => span.fromMs));
  const range = timeRangeOf({ fromMs, toMs: request.timeMs });
  const series = await runMetric(uid, range, { expr: request.expr }, signal);
  return series.map(({ labels, values }) => ({ labels, value: values[0]?.[1] ?? 0 }));
}

/** The same questions in more shares, each of fewer groups; undefined where none can be asked in more. */
function inMoreShares(questions: readonly TopsQuestion[], plans: readonly TopsPlan[], source: PlanSource) {
  let changed = false;
  const next = plans.map((plan, index) => {
    const partitions = plan.view.groupBy.length === 0 ? undefined : morePartitions(plan.partitions);
    changed ||= partitions !== undefined;
    return partitions === undefined ? plan : planOne(questions[index]!, source, { atMs: plan.timeMs, partitions });
  });
  return changed ? next : undefined;
}

async function answerShared(
  asking: Asking,
  questions: readonly TopsQuestion[],
  indices: readonly number[],
  plans: readonly TopsPlan[],
  listener: TopsListener
): Promise<void> {
  // One request for all of these: they were put together so that their answers fit.
  const [request] = combinePlans(plans, { requests: 1 });
  if (request === undefined) {
    return;
  }
  try {
    const answer = await ask(asking, request, plans);
    plans.forEach((plan, index) => {
      const groups = answerOf(request, plans, index, answer);
      const complete = plan.view.groupBy.length === 0 || groups.length < plan.maxSeries;
      listener.onAnswer(indices[index]!, { groups, complete, plan });
    });
  } catch (error) {
    const own = indices.map((index) => questions[index]!);
    const smaller = isTooManySeries(error) ? inMoreShares(own, plans, asking.source) : undefined;
    if (smaller === undefined || asking.signal?.aborted === true) {
      listener.onFailure(indices, error);
      return;
    }
    await answerShared(asking, questions, indices, smaller, listener);
  }
=======
/** Questions as they are planned: all evaluated at one time, as only then they share requests, whatever their spans. */
export function topsAsked(questions: readonly TopsQuestion[], source: PlanSource): TopsAsked[] {
  const atMs = Math.max(...questions.map(({ span }) => span.toMs));
  return questions.map(({ view, span, limit }) => ({
    view,
    range: span,
    source: fittingRollups(source, span),
    options: { atMs, limit, edges: 'rounded' },
  }));
>>>>>>> planner
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

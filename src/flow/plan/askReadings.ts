import { answerOf, combinePlans, type InstantSeries, type SharedRequest } from './combine';
import { maxSeriesOf } from './shares';
import { answersOf, type ReadAnswer } from './readAnswers';
import { planReadings, readAlone, type Reading, type TopsAsked } from './together';
import { morePartitions, planTops } from './tops';

/** Asks Loki; rejects with what it says. */
export type AskLoki = (request: SharedRequest, readings: readonly Reading[]) => Promise<InstantSeries[]>;

/** Told as soon as one shared request is answered, or has failed: the questions by their index. */
export interface ReadingListener {
  onAnswer(answer: ReadAnswer): void;
  onFailure(questions: readonly number[], error: unknown): void;
}

/** How questions are asked. */
export interface AskOptions {
  /** Requests to Loki to aim at. */
  readonly requests: number;
  /** Ends the asking: nothing is asked again. */
  readonly signal?: AbortSignal;
}

/** What Loki says where a sum has more groups than it allows. */
export const TOO_MANY_SERIES = /maximum (number|of) .*series|max_query_series/i;

/** What is said where a query is too long: by Loki, or by a proxy before it, as Grafana asks by GET. */
export const TOO_LONG = /input size too long|\b414\b|URI too l/i;

function isSaid(error: unknown, pattern: RegExp): boolean {
  const { message, status, data } = (error ?? {}) as {
    message?: unknown;
    status?: unknown;
    data?: { message?: unknown };
  };
  return [message, data?.message, status].some(
    (said) => (typeof said === 'string' || typeof said === 'number') && pattern.test(String(said))
  );
}

/** Whether Loki refused a query for its many groups: asked in more shares it may pass. */
export function isTooManySeries(error: unknown): boolean {
  return isSaid(error, TOO_MANY_SERIES);
}

/** The same questions each by itself, or in more shares, of fewer groups each; undefined where there is no other way. */
function smaller(readings: readonly Reading[], asked: readonly TopsAsked[]): Reading[] | undefined {
  let changed = false;
  const next = readings.flatMap((reading): Reading[] =>
    reading.questions.map((question, index) => {
      const { view, range, source, options } = asked[question]!;
      const plan = reading.plans[index]!;
      const again = (partitions?: number) => {
        changed = true;
        return readAlone(question, planTops(view, range, source, { ...options, partitions, limit: plan.maxSeries }));
      };
      if (reading.conditions !== undefined) {
        return again();
      }
      const partitions = view.groupBy.length === 0 ? undefined : morePartitions(plan.partitions);
      return partitions === undefined ? reading : again(partitions);
    })
  );
  return changed ? next : undefined;
}

/** How readings are asked again of which the request was refused; undefined where there is no other way. */
function again(error: unknown, readings: readonly Reading[], asked: readonly TopsAsked[]) {
  if (isTooManySeries(error)) {
    const next = smaller(readings, asked);
    return next && { readings: next, requests: 1 };
  }
  const questions = new Set(readings.map(({ plan }) => plan.expr));
  return isSaid(error, TOO_LONG) && questions.size > 1 ? { readings, requests: 2 } : undefined;
}

/**
 * Asks many questions in few requests that run side by side, lines that answer several of them once. Where Loki finds
 * that a sum has more groups than it allows, the questions of that request are asked again in smaller ones; where a request
 * is too long for it or for a proxy, in two.
 * @param listener told of each answer as it comes, so that a page fills while the rest is on its way.
 * @returns resolves when all requests have ended.
 * @throws FilterError for a filter that `validateFilter` refuses; failures of requests go to the listener.
 */
export async function askReadings(
  asked: readonly TopsAsked[],
  { requests, signal }: AskOptions,
  ask: AskLoki,
  listener: ReadingListener
): Promise<void> {
  if (asked.length === 0) {
    return;
  }
  const maxSeries = Math.min(...asked.map(({ source }) => maxSeriesOf(source)));
  const answer = async (readings: readonly Reading[], count: number): Promise<void> => {
    const plans = readings.map(({ plan }) => plan);
    await Promise.all(
      combinePlans(plans, { requests: count, maxSeries }).map(async (request) => {
        const own = request.plans.map((index) => readings[index]!);
        try {
          const series = await ask(request, own);
          for (const index of request.plans) {
            answersOf(readings[index]!, answerOf(request, plans, index, series)).forEach((one) =>
              listener.onAnswer(one)
            );
          }
        } catch (error) {
          const next = signal?.aborted === true ? undefined : again(error, own, asked);
          if (next === undefined) {
            const failed = own.flatMap(({ questions }) => questions);
            listener.onFailure(failed, error);
          } else {
            await answer(next.readings, next.requests);
          }
        }
      })
    );
  };
  await answer(planReadings(asked, requests), requests);
}

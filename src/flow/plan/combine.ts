import { MAX_SERIES } from './shares';
import type { TopsPlan } from './types';

/** One request to Loki that answers several plans. */
export interface SharedRequest {
  readonly expr: string;
  /** When to evaluate it, in ms. */
  readonly timeMs: number;
  /** Indices of the plans that it answers. */
  readonly plans: readonly number[];
}

/** The label by which a shared answer tells whose a series is; absent where a request answers one plan alone. */
export const PLAN_LABEL = 'plan';

/** How plans are put together. */
export interface CombineOptions {
  /** Requests to aim at, so that they run side by side; more where they would be too long or have too many series. 6 if left out. */
  readonly requests?: number;
  /** Loki's `max_query_series`; 500, its default, where left out. */
  readonly maxSeries?: number;
}

/**
 * Puts plans together into few requests: equal questions are asked once, and questions of one time share a request,
 * of which the answer tells them apart by the label `plan`.
 */
export function combinePlans(plans: readonly TopsPlan[], options: CombineOptions = {}): SharedRequest[] {
  const { requests = 6, maxSeries = MAX_SERIES } = options;
  const byExpr = new Map<string, number[]>();
  plans.forEach(({ expr, timeMs }, index) => {
    const key = `${timeMs} ${expr}`;
    byExpr.set(key, [...(byExpr.get(key) ?? []), index]);
  });
  const questions = [...byExpr.values()].sort(([a], [b]) => plans[b!]!.maxSeries - plans[a!]!.maxSeries);
  const times = [...new Set(plans.map(({ timeMs }) => timeMs))];
  const spread = (kinds: readonly Kind[]) => {
    const groups = times
      .flatMap((timeMs) => kinds.map((is) => questions.filter(([one]) => is(plans[one!]!, timeMs))))
      .filter((group) => group.length > 0);
    const each = Math.max(1, Math.floor(requests / groups.length));
    return groups.flatMap((group) => bins(group, plans, each, maxSeries));
  };
  // What has to read many flows goes by itself: it would hold up the others, and Loki splits such requests by time.
  const apart = spread([
    (plan, timeMs) => plan.timeMs === timeMs && readsFlows(plan),
    (plan, timeMs) => plan.timeMs === timeMs && !readsFlows(plan),
  ]);
  const made = apart.length <= requests ? apart : spread([(plan, timeMs) => plan.timeMs === timeMs]);
  return made.map((bin) => toRequest(bin, plans));
}

/** Whether a plan that is evaluated at a time is of those that go together. */
type Kind = (plan: TopsPlan, timeMs: number) => boolean;

const HOUR_MS = 3_600_000;

function readsFlows({ parts }: TopsPlan): boolean {
  return parts.some(({ source, fromMs, toMs }) => source === 'flows' && toMs - fromMs > HOUR_MS);
}

/** Loki refuses queries of 131,072 bytes; some of these may be written with more than one. */
const MAX_LENGTH = 100_000;

interface Bin {
  readonly questions: number[][];
  series: number;
  length: number;
}

/** Spreads questions over bins evenly, none with more series than Loki gives, or longer than it reads. */
function bins(questions: readonly number[][], plans: readonly TopsPlan[], count: number, limit: number): Bin[] {
  const made: Bin[] = [];
  for (const question of questions) {
    const { maxSeries, expr } = plans[question[0]!]!;
    const [fit] = made
      .filter(({ series, length }) => series + maxSeries <= limit && length + expr.length <= MAX_LENGTH)
      .sort((a, b) => a.series - b.series);
    if (fit === undefined || made.length < count) {
      made.push({ questions: [question], series: maxSeries, length: expr.length });
    } else {
      fit.questions.push(question);
      fit.series += maxSeries;
      fit.length += expr.length;
    }
  }
  return made;
}

function toRequest({ questions }: Bin, plans: readonly TopsPlan[]): SharedRequest {
  const { timeMs } = plans[questions[0]![0]!]!;
  const exprs = questions.map(([first]) => plans[first!]!.expr);
  const expr =
    exprs.length === 1
      ? exprs[0]!
      : exprs
          .map((one, index) => `label_replace(${one}, "${PLAN_LABEL}", "${questions[index]![0]}", "", "")`)
          .join(' or ');
  return { expr, timeMs, plans: questions.flat() };
}

/** One series of an instant answer. */
export interface InstantSeries {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** The part of a shared answer that is a plan's, largest first. */
export function answerOf(
  request: SharedRequest,
  plans: readonly TopsPlan[],
  plan: number,
  answer: readonly InstantSeries[]
): InstantSeries[] {
  const expr = plans[plan]?.expr;
  const asked = request.plans.find((one) => plans[one]?.expr === expr);
  return answer
    .filter(({ labels }) => labels[PLAN_LABEL] === undefined || labels[PLAN_LABEL] === String(asked))
    .map(({ labels: { [PLAN_LABEL]: _plan, ...labels }, value }) => ({ labels, value }))
    .sort((a, b) => b.value - a.value);
}

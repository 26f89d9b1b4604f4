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
  /** Requests to aim at, so that they run side by side; more where the answers have too many series. 6 if left out. */
  readonly requests?: number;
}

/**
 * Puts plans together into few requests: equal questions are asked once, and questions of one time share a request,
 * of which the answer tells them apart by the label `plan`.
 */
export function combinePlans(plans: readonly TopsPlan[], { requests = 6 }: CombineOptions = {}): SharedRequest[] {
  const byExpr = new Map<string, number[]>();
  plans.forEach(({ expr, timeMs }, index) => {
    const key = `${timeMs} ${expr}`;
    byExpr.set(key, [...(byExpr.get(key) ?? []), index]);
  });
  const times = [...new Set(plans.map(({ timeMs }) => timeMs))];
  // What has to read many flows goes by itself: it would hold up the others, and Loki splits such requests by time.
  const groups = times.flatMap((timeMs) =>
    [false, true].map((heavy) =>
      [...byExpr.values()].filter(([first]) => plans[first!]!.timeMs === timeMs && readsFlows(plans[first!]!) === heavy)
    )
  );
  const filled = groups.filter((questions) => questions.length > 0);
  return filled.flatMap((questions) =>
    bins(questions, plans, Math.max(1, Math.floor(requests / filled.length))).map((bin) => toRequest(bin, plans))
  );
}

const HOUR_MS = 3_600_000;

function readsFlows({ parts }: TopsPlan): boolean {
  return parts.some(({ source, fromMs, toMs }) => source === 'flows' && toMs - fromMs > HOUR_MS);
}

interface Bin {
  readonly questions: number[][];
  series: number;
}

/** Spreads questions over bins evenly, none with more series than Loki gives. */
function bins(questions: readonly number[][], plans: readonly TopsPlan[], count: number): Bin[] {
  const made: Bin[] = [];
  for (const question of questions) {
    const { maxSeries } = plans[question[0]!]!;
    const [fit] = made
      .filter(({ series }) => series + maxSeries <= MAX_SERIES)
      .sort((a, b) => a.questions.length - b.questions.length);
    if (fit === undefined || made.length < count) {
      made.push({ questions: [question], series: maxSeries });
    } else {
      fit.questions.push(question);
      fit.series += maxSeries;
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

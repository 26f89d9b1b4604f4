import type { FlowView, PlanSource, TimeSpan, TopsAsked } from '../../flow/plan';
import { fittingRollups } from './fittingRollups';

/** A question for the largest groups of a view in a span of time. */
export interface TopsQuestion {
  readonly view: FlowView;
  readonly span: TimeSpan;
  /** Largest groups wanted, 1 to 500; fewer may be told where all questions together have too many. */
  readonly limit: number;
}

/** Questions as they are planned: all evaluated at one time, as only then they share requests, whatever their spans. */
export function topsAsked(questions: readonly TopsQuestion[], source: PlanSource): TopsAsked[] {
  const atMs = Math.max(...questions.map(({ span }) => span.toMs));
  return questions.map(({ view, span, limit }) => ({
    view,
    range: span,
    source: fittingRollups(source, span),
    options: { atMs, limit, edges: 'rounded' },
  }));
}

import { NO_FILTERS, type Filter } from '../../src/flow/index';
import { answers, conditionOf, type Answers } from '../../src/flow/plan/answers';
import type { FlowView, RollupCoverage } from '../../src/flow/plan/index';

/** The sums that all rules but the one on scans read. */
export const SUMS = { level: 'workload', tier: '10m' } as const satisfies Partial<RollupCoverage>;

/**
 * Whether those sums answer a view exactly, as the planner tells it.
 * @param folded which of the smallest keys have lost something: none, or details of some.
 */
export function sumsAnswer(view: FlowView, folded: 'none' | 'detail' = 'none'): Answers {
  return answers({ ...SUMS, sinceMs: 0, untilMs: 0, keys: 0, folded }, view, conditionOf(view));
}

/** The same for what a filter alone asks. */
export function sumsDecide(filter: Filter, folded?: 'none' | 'detail'): Answers {
  return sumsAnswer({ groupBy: [], measure: 'Bytes', filters: { ...NO_FILTERS, filters: [filter] } }, folded);
}

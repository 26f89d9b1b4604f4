import type { SceneDataQuery } from '@grafana/scenes';
import { exploreUrl } from '../../data/exploreUrl';
import { withoutVariables } from '../../data/loki';
import { timeRangeOf } from '../../data/plan/planSource';
import { duration } from '../../flow';
import type { TimeSpan } from '../../flow/plan';
import type { ShownPlan } from './panelState';

/** The queries of a plan, each once, and the range that each is asked over. */
function queriesOf(plan: ShownPlan): Array<{ query: Omit<SceneDataQuery, 'refId'>; span: TimeSpan }> {
  if ('expr' in plan) {
    const query = { expr: withoutVariables(plan.expr), queryType: 'instant' };
    return [{ query, span: { fromMs: plan.span.fromMs, toMs: plan.timeMs } }];
  }
  return plan.queries.map(({ expr, stepMs, startMs, endMs }) => ({
    query: { expr: withoutVariables(expr), queryType: 'range', step: duration(stepMs) },
    span: { fromMs: startMs, toMs: endMs },
  }));
}

/** Address of Explore with the queries that a panel's figures are the answers to; undefined where there are none. */
export function exploreAll(uid: string, plans: readonly ShownPlan[]): string | undefined {
  const all = plans.flatMap(queriesOf);
  if (all.length === 0) {
    return undefined;
  }
  const range = timeRangeOf({
    fromMs: Math.min(...all.map(({ span }) => span.fromMs)),
    // An instant query is evaluated at the end, from which its offsets count.
    toMs: Math.max(...all.map(({ span }) => span.toMs)),
  });
  const queries = all.map(({ query }, index) => ({ ...query, refId: String.fromCharCode(65 + index) }));
  return exploreUrl(uid, queries, range.raw);
}

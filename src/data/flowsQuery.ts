import type { SceneDataQuery } from '@grafana/scenes';
import { FLOW_APP } from '@netobserv-flows/schema';
import { flowQuery, type DirectionName, type FilterSet } from '../flow';
import { withoutVariables } from './loki';

/** Stream selector of all raw flows. */
export const FLOW_SELECTOR = `{app="${FLOW_APP}"}`;

/** What a page asks of raw flows. */
export interface FlowsRequest {
  readonly set: FilterSet;
  /** Stream labels that flows have in Loki, as asked from it. */
  readonly labels: readonly string[];
  readonly direction?: readonly DirectionName[];
  readonly duplicates: boolean;
  /** At most so many flows, newest first. */
  readonly limit: number;
}

/** A label that only NetObserv's own collector writes. */
const NETOBSERV_MARK = '_RecordType';

/**
 * The query of Grafana's Loki data source for raw flows.
 * @throws FilterError for a filter that cannot be applied.
 */
export function flowsQuery({ set, labels, direction, duplicates, limit }: FlowsRequest): SceneDataQuery {
  const { expr } = flowQuery(set, {
    labels,
    direction,
    duplicates: duplicates ? 'show' : 'hide',
    recordSource: labels.includes(NETOBSERV_MARK) ? 'netobserv' : 'own',
  });
  return {
    refId: 'flows',
    expr: withoutVariables(expr),
    queryType: 'range',
    maxLines: limit,
    direction: 'backward',
  };
}

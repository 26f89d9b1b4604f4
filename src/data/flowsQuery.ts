import type { SceneDataQuery } from '@grafana/scenes';
import { FLOW_APP } from '@netobserv-flows/schema';
import { flowQuery, type DirectionName, type FilterSet, type FlowQueryOptions, type RecordSource } from '../flow';
import { withoutVariables } from './loki';

/** Stream selector of all raw flows. */
export const FLOW_SELECTOR = `{app="${FLOW_APP}"}`;

/** Which raw flows a page is about: what its table, chart, counts and tops have in common. */
export interface FlowsSubject {
  readonly set: FilterSet;
  /** Further sets that must hold too, each joined as it says: those of the quick filters in use. */
  readonly also?: readonly FilterSet[];
  /** Stream labels that flows have in Loki, as asked from it. */
  readonly labels: readonly string[];
  /** Whose collector wrote them, as asked from Loki; ours where left out. */
  readonly recordSource?: RecordSource;
  readonly direction?: readonly DirectionName[];
  /** Whether records that repeat a packet already counted are among them. */
  readonly duplicates: boolean;
}

/** What a page asks of raw flows. */
export interface FlowsRequest extends FlowsSubject {
  /** At most so many flows, newest first. */
  readonly limit: number;
  /** Name of the query where several are asked at once; `flows` where left out. */
  readonly refId?: string;
}

/** What queries about a subject take besides its filter set. */
export function flowQueryOptions(subject: FlowsSubject): FlowQueryOptions {
  const { also, labels, recordSource, direction, duplicates } = subject;
  return { labels, recordSource, direction, also, duplicates: duplicates ? 'show' : 'hide' };
}

/**
 * The query of Grafana's Loki data source for raw flows.
 * @throws FilterError for a filter that cannot be applied.
 */
export function flowsQuery(request: FlowsRequest): SceneDataQuery {
  return {
    refId: request.refId ?? 'flows',
    expr: withoutVariables(flowQuery(request.set, flowQueryOptions(request)).expr),
    queryType: 'range',
    maxLines: request.limit,
    direction: 'backward',
  };
}

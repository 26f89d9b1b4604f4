import type { TimeRange } from '@grafana/data';
import type { SceneDataQuery } from '@grafana/scenes';
import { topQuery, topSearch, topStep, volumeCount, type TopFound, type TopSearch, type Volume } from '../flow';
import { flowQueryOptions, flowsQuery, type FlowsSubject } from './flowsQuery';
import { runMetric } from './lokiMetrics';

/** Lines that a default Loki returns at most (`max_entries_limit_per_query`). */
export const MOST_FLOWS = 5000;

/** What a search for the top flows takes besides its subject. */
export interface TopOptions {
  /** How many flows are wanted; up to `most`. */
  readonly wanted: number;
  /** How many lines an answer may hold; {@link MOST_FLOWS} where left out. */
  readonly most?: number;
  readonly signal?: AbortSignal;
}

/**
 * Finds from which volume on flows are among the top of a range, by counting: one to some few instant queries, then
 * {@link topFlowsQueries} loads them.
 * @throws as `runMetric`, and FilterError for a filter that cannot be applied.
 */
export async function findTopFlows(
  uid: string,
  subject: FlowsSubject,
  range: TimeRange,
  volume: Volume,
  { wanted, most = MOST_FLOWS, signal }: TopOptions
): Promise<TopFound> {
  const rangeMs = range.to.valueOf() - range.from.valueOf();
  const options = flowQueryOptions(subject);
  let search: TopSearch | TopFound = topSearch(volume, wanted, most);
  while (!search.done) {
    const { expr } = topQuery(search, subject.set, options, rangeMs);
    const series = await runMetric(uid, range, { expr }, signal);
    const counts = series.flatMap(({ labels, values }) => volumeCount(labels, values[0]?.[1] ?? 0) ?? []);
    search = topStep(search, counts);
  }
  return search;
}

/**
 * The queries whose rows together are the top flows: one, or two where very many flows are equal. Sort what they
 * return by the volume and cut it to the number wanted.
 * @throws FilterError for a filter that cannot be applied.
 */
export function topFlowsQueries(subject: FlowsSubject, found: TopFound): SceneDataQuery[] {
  return found.parts.map(({ also, limit }, index) =>
    flowsQuery({ ...subject, also: [...(subject.also ?? []), also], limit, refId: `top${index}` })
  );
}

import type { TimeRange } from '@grafana/data';
import { sceneGraph, type SceneDataQuery, type SceneObject } from '@grafana/scenes';
import type { FlowFilters } from '../../components/filters/FlowFilters';
import { flowLayout } from '../../data/flowLayout';
import { flowsQuery, type FlowsSubject } from '../../data/flowsQuery';
import { findTopFlows, topFlowsQueries } from '../../data/topFlows';
import { timeKey } from '../PendingQuestion';
import { directionsOf, type FlowPick, type QueryOptions } from './QueryOptions';

/** What the page asks for, as its controls say. */
export interface Question {
  /** The same for a question and its refreshes: a relative time range is the same at any time. */
  readonly key: string;
  readonly uid: string;
  readonly range: TimeRange;
  readonly limit: number;
  readonly pick: FlowPick;
}

/** A question as it was put to Loki, with how flows lie there. */
export interface AskedQuestion extends Question {
  /** What it is about, without its limit. */
  readonly subject: FlowsSubject;
}

/** A page that asks, with the data source that it asks. */
type AskingPage = SceneObject & { dataSourceUid(): string };

/** The question of the page's controls. */
export function questionOf(page: AskingPage, filters: FlowFilters, options: QueryOptions): Question {
  const uid = page.dataSourceUid();
  const range = sceneGraph.getTimeRange(page).state.value;
  const { set, quick } = filters.state;
  const { direction, duplicates, limit, top } = options.state;
  const key = JSON.stringify([uid, set, quick, direction, duplicates, limit, top, ...timeKey(page)]);
  return { key, uid, range, limit, pick: top };
}

/**
 * What a question is about; how its flows lie in Loki is asked of it.
 * @throws what Grafana or Loki says.
 */
export async function subjectOf(
  { uid, range }: Question,
  filters: FlowFilters,
  options: QueryOptions
): Promise<FlowsSubject> {
  const { direction, duplicates } = options.state;
  const about = { set: filters.state.set, also: filters.also(), direction: directionsOf(direction), duplicates };
  return { ...about, ...(await flowLayout(uid, range)) };
}

/** How a question is put. */
interface AskOptions {
  /** How many lines an answer may hold. */
  readonly mostLines: number;
  readonly signal: AbortSignal;
}

/**
 * The queries whose rows answer a question. Those of the largest flows have to be searched for.
 * @throws as `findTopFlows`.
 */
export async function questionQueries(
  { uid, range, limit, pick, subject }: AskedQuestion,
  { mostLines, signal }: AskOptions
): Promise<SceneDataQuery[]> {
  if (pick === 'newest') {
    return [flowsQuery({ ...subject, limit })];
  }
  const volume = pick === 'Bytes' ? 'bytes' : 'packets';
  // Where no more lines are allowed than flows are wanted, Loki is to say so.
  const most = Math.max(limit, mostLines);
  return topFlowsQueries(subject, await findTopFlows(uid, subject, range, volume, { wanted: limit, most, signal }));
}

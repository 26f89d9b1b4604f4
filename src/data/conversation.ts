import type { TimeRange } from '@grafana/data';
import type { SceneDataQuery } from '@grafana/scenes';
import {
  conversationMatchers,
  conversationSets,
  countQuery,
  nearestInTime,
  seenQuery,
  summarizeConversation,
  totalQuery,
  type ConversationSets,
  type ConversationSummary,
  type ConversationTotals,
  type FilterSet,
} from '../flow';
import type { FlowRow, KnownFlow } from './flowRow';
import { flowQueryOptions, flowsQuery, type FlowsSubject } from './flowsQuery';
import { figureOf, runFlows, runMetrics } from './lokiMetrics';
import { rangeOf } from './newestFlow';

/** A flow's conversation: every flow between its two ends within the range, each packet counted once. */
export interface Conversation extends ConversationSummary {
  /** The flow of the opposite direction that ended nearest to it; of two as near, the later. */
  readonly reverse?: FlowRow;
}

/**
 * Flows that are loaded to be added up here. A connection has one for each of its active timeouts: few have more within
 * a range that people look at, and for those one request answers all.
 */
const MOST_LOADED = 1000;

const NOTHING: ConversationTotals = { flows: 0, bytes: 0, packets: 0 };

type Where = Pick<FlowsSubject, 'labels' | 'recordSource' | 'also'>;

function query(where: Where, set: FilterSet, limit: number): SceneDataQuery {
  return flowsQuery({ ...where, set, duplicates: false, limit });
}

/** Figures of a conversation of very many flows, added up by Loki. */
async function countedConversation(
  uid: string,
  where: Where,
  { there, back, both, sameEnds }: ConversationSets,
  range: TimeRange,
  signal?: AbortSignal
): Promise<ConversationSummary> {
  const options = flowQueryOptions({ ...where, set: both, duplicates: false });
  const rangeMs = range.to.valueOf() - range.from.valueOf();
  const answers = await runMetrics(
    uid,
    range,
    {
      thereFlows: countQuery(there, options, rangeMs),
      thereBytes: totalQuery(there, options, 'bytes', rangeMs),
      therePackets: totalQuery(there, options, 'packets', rangeMs),
      backFlows: countQuery(back, options, rangeMs),
      backBytes: totalQuery(back, options, 'bytes', rangeMs),
      backPackets: totalQuery(back, options, 'packets', rangeMs),
      first: seenQuery(both, options, 'first', rangeMs),
      last: seenQuery(both, options, 'last', rangeMs),
    },
    signal
  );
  return {
    there: {
      flows: figureOf(answers.thereFlows),
      bytes: figureOf(answers.thereBytes),
      packets: figureOf(answers.therePackets),
    },
    back: sameEnds
      ? NOTHING
      : {
          flows: figureOf(answers.backFlows),
          bytes: figureOf(answers.backBytes),
          packets: figureOf(answers.backPackets),
        },
    firstMs: figureOf(answers.first) || undefined,
    lastMs: figureOf(answers.last) || undefined,
  };
}

/** The last flow of a set before a time and the first after it. */
async function flowsAround(
  uid: string,
  where: Where,
  set: FilterSet,
  range: TimeRange,
  endMs: number,
  signal?: AbortSignal
): Promise<FlowRow[]> {
  const [from, to] = [range.from.valueOf(), range.to.valueOf()];
  // Flows are stored at their end, in the order of its fractions of a millisecond; ranges leave their end out.
  const middle = Math.min(to, Math.max(from, endMs + 1));
  const newest = query(where, set, 1);
  const answers = await Promise.all([
    ...(middle > from ? [runFlows(uid, rangeOf(from, middle), newest, signal)] : []),
    ...(middle < to ? [runFlows(uid, rangeOf(middle, to), { ...newest, direction: 'forward' }, signal)] : []),
  ]);
  return answers.flatMap(({ rows }) => rows);
}

/**
 * The conversation that a flow belongs to: totals each way, when it was first and last seen, and the nearest flow of
 * the opposite direction. Records that repeat a packet already counted are left out. One request to Grafana, or four
 * where the range holds very many flows of it.
 * @returns undefined for a flow without two ends.
 * @throws as `runMetric`.
 */
export async function flowConversation(
  uid: string,
  layout: Pick<FlowsSubject, 'labels' | 'recordSource'>,
  flow: KnownFlow,
  range: TimeRange,
  signal?: AbortSignal
): Promise<Conversation | undefined> {
  const sets = conversationSets(flow);
  if (sets === undefined) {
    return undefined;
  }
  const where: Where = { ...layout, also: sets.also };
  const endMs = flow.TimeFlowEndMs ?? range.to.valueOf();
  const nearest = (rows: readonly FlowRow[]) => {
    const { returns } = conversationMatchers(sets);
    const candidates = rows.filter((row) => returns(row.flow));
    return nearestInTime(candidates, endMs, (row) => row.flow.TimeFlowEndMs);
  };
  const { rows, skipped } = await runFlows(uid, range, query(where, sets.both, MOST_LOADED), signal);
  if (rows.length + skipped < MOST_LOADED) {
    const flows = rows.map((row) => row.flow);
    return { ...summarizeConversation(sets, flows), reverse: nearest(rows) };
  }
  const [summary, around] = await Promise.all([
    countedConversation(uid, where, sets, range, signal),
    flowsAround(uid, where, sets.back, range, endMs, signal),
  ]);
  return { ...summary, reverse: nearest(around) };
}

import { NO_ROWS, type FlowRows } from '../../data/frames';
import { appendOlder, mergeNewer } from '../../data/mergeFlows';
import type { FlowPick } from './QueryOptions';

/** Rows that a page holds at most; beyond, exporting is the way. */
export const MOST_ROWS = 100_000;

const NONE: ReadonlySet<string> = new Set();

/** What a refresh brought while the pointer was on a row: shown once it has left. */
export interface HeldFlows {
  readonly flows: FlowRows;
  readonly fresh: ReadonlySet<string>;
  readonly complete: boolean;
}

/** The flows that the table shows. */
export interface ShownFlows {
  readonly flows: FlowRows;
  /** Which flows of the range they are; while another choice is being asked for, still the one before. */
  readonly pick: FlowPick;
  /** Ids of the rows that a refresh brought, the last one that brought any. */
  readonly fresh: ReadonlySet<string>;
  /** True where there are no older flows of the range than these. */
  readonly complete: boolean;
  /** How many rows were loaded by 'load older', beyond the limit of the query. */
  readonly beyond: number;
  readonly held?: HeldFlows;
  /** True where these are the newest part of an answer of which older ones are still awaited. */
  readonly part?: true;
}

/** Nothing asked yet. */
export const NOTHING_SHOWN: ShownFlows = { flows: NO_ROWS, pick: 'newest', fresh: NONE, complete: true, beyond: 0 };

function isFull(answer: FlowRows, limit: number): boolean {
  return answer.rows.length + answer.skipped >= limit;
}

/** Takes the answer to a new question: it stands for itself. Of the largest flows there are no older ones to load. */
export function takeAnswer(answer: FlowRows, limit: number, pick: FlowPick = 'newest'): ShownFlows {
  return { flows: answer, pick, fresh: NONE, complete: pick !== 'newest' || !isFull(answer, limit), beyond: 0 };
}

/** Takes the newest part of the answer to a new question; what is older is still awaited. */
export function takePart(answer: FlowRows): ShownFlows {
  return { ...NOTHING_SHOWN, flows: answer, complete: false, part: true };
}

/** A part of which no more is awaited: it is as any answer that has older flows after it. */
export function partAsAnswer({ part: _, ...shown }: ShownFlows): ShownFlows {
  return shown;
}

/** What a refresh has to know besides the rows. */
export interface RefreshOptions {
  readonly limit: number;
  /** Beginning of the time range, in ms since the Unix epoch. */
  readonly fromMs: number;
  /** True while a person is at a row: new flows wait then. */
  readonly hold: boolean;
}

/** Takes the answer to the same question asked again: what is new comes before what is there. */
export function takeRefresh(shown: ShownFlows, answer: FlowRows, { limit, fromMs, hold }: RefreshOptions): ShownFlows {
  const { held } = shown;
  const known = held ?? shown;
  const capacity = limit + shown.beyond;
  const merged = mergeNewer(known.flows, answer, { limit, capacity, fromMs });
  const complete = !isFull(answer, limit) || (known.complete && merged.reachesBack);
  // One answer may be reported twice: what the first report brought is not old by the second.
  const before = held?.fresh ?? (merged.fresh.size === 0 ? shown.fresh : NONE);
  const fresh = merged.fresh.size === 0 ? before : new Set([...before, ...merged.fresh]);
  const next = { ...shown, held: { flows: merged.flows, fresh, complete } };
  return hold && (held !== undefined || merged.fresh.size > 0) ? next : release(next);
}

/** Shows what was held back. */
export function release({ held, ...shown }: ShownFlows): ShownFlows {
  return held === undefined ? shown : { ...shown, ...held };
}

/**
 * Takes a page of older flows.
 * @param last whether there is no older one.
 */
export function takeOlder(shown: ShownFlows, older: FlowRows, last: boolean): ShownFlows {
  const { held, ...rest } = release(shown);
  const flows = appendOlder(rest.flows, older);
  return { ...rest, flows, complete: last, beyond: rest.beyond + flows.rows.length - rest.flows.rows.length };
}

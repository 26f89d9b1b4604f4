import { sourceByLabels } from '../../data/layoutLabels';
import type { TopsQuestion } from '../../data/plan/topsAsked';
import type { FilterSet } from '../../flow';
import { MAX_SERIES, type FlowView, type PlanSource, type TimeSpan } from '../../flow/plan';
import { TRAFFIC } from './questions';
import type { Ask, PanelRecipe } from './recipe';
import type { Scope } from './scope';

/** Requests that all tops share; with labels, limits, rollups and the course an overview is six. */
export const TOPS_REQUESTS = 2;

/** Requests that an overview aims at. */
const REQUESTS = 6;
/** Those for labels, limits and rollups. */
const FIRST_REQUESTS = 3;

/**
 * Requests that all tops share, side by side: less where others are more, as long as Loki gives as many series in one as a
 * default one does in two. Rows would else be fewer.
 * @param courseRequests those for the course.
 */
export function topsRequests({ labels, maxSeries = MAX_SERIES }: PlanSource, courseRequests: number): number {
  const others = FIRST_REQUESTS + (sourceByLabels(labels) === undefined ? 1 : 0) + courseRequests;
  return maxSeries < TOPS_REQUESTS * MAX_SERIES
    ? TOPS_REQUESTS
    : Math.min(TOPS_REQUESTS, Math.max(1, REQUESTS - others));
}

/** What the page's controls say. */
export interface PageFilters {
  readonly set: FilterSet;
  /** Sets that must hold too: those of quick filters, and that of the scope. */
  readonly also: readonly FilterSet[];
}

/** What the page's controls say, by the names that they go by in links and words. */
export interface NamedPageFilters extends PageFilters {
  /** Names of quick filters. */
  readonly quick: readonly string[];
  readonly scope?: Scope;
}

/** A question to Loki, and whose it is. */
export interface AskedQuestion extends TopsQuestion {
  readonly ask: Ask;
  readonly period: 'now' | 'before';
}

/**
 * The part of a span that is over: 'today' ends at midnight, and hours still to come would make rates lower and seem to be
 * without traffic. A span that begins in the future stays as it is.
 */
export function untilNow({ fromMs, toMs }: TimeSpan, nowMs: number): TimeSpan {
  return { fromMs, toMs: fromMs < nowMs ? Math.min(toMs, nowMs) : toMs };
}

/** The period of the same length before a span. */
export function periodBefore({ fromMs, toMs }: TimeSpan): TimeSpan {
  return { fromMs: 2 * fromMs - toMs, toMs: fromMs };
}

/** From when on there are rollups, in ms; Infinity where there are none. */
export function rollupsSince({ rollups }: PlanSource): number {
  return Math.min(...rollups.map(({ sinceMs }) => sinceMs));
}

/**
 * Whether there may be all of the period before. Where rollups begin within it, flows mostly do too, as at the first
 * day of a collector: everything would seem to have grown, many times over.
 */
export function hasPeriodBefore(source: PlanSource, span: TimeSpan): boolean {
  return source.rollups.length === 0 || rollupsSince(source) <= periodBefore(span).fromMs;
}

/** The view of an ask under the page's filters. */
export function viewOf({ groupBy, measure, about }: Ask, { set, also }: PageFilters): FlowView {
  return { groupBy, measure, filters: set, also: [...also, ...(about === undefined ? [] : [about])] };
}

/** The view of which the course over time is asked. */
export function courseView(filters: PageFilters): FlowView {
  return viewOf(TRAFFIC, filters);
}

/** What panels ask together, each question once. */
export function questionsOf(
  panels: ReadonlyArray<Pick<PanelRecipe, 'asks' | 'context'>>,
  filters: PageFilters,
  span: TimeSpan,
  compared: boolean
): AskedQuestion[] {
  const asks = [...new Set(panels.flatMap(({ asks: own }) => own))];
  const all = [...new Set([...asks, ...panels.flatMap(({ context = [] }) => context)])];
  const now = all.map((ask): AskedQuestion => ({
    ask,
    period: 'now',
    view: viewOf(ask, filters),
    span,
    limit: ask.limit,
  }));
  const before = asks.flatMap((ask): AskedQuestion[] =>
    compared && ask.before !== undefined
      ? [{ ask, period: 'before', view: viewOf(ask, filters), span: periodBefore(span), limit: ask.before }]
      : []
  );
  return [...now, ...before];
}

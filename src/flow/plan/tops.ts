import { chooseRollups, coverRange, usualEdges } from './cover';
import { partSums, sumBy, UNSPLIT, type Asked } from './expression';
import { MAX_SERIES, sharesFor, sharesOf } from './shares';
import type { Edges, FlowView, PlanPart, PlanSource, TimeSpan, TopsPlan } from './types';
import { describePlan } from './words';

/** How tops are asked for. */
export interface TopsOptions {
  /** Largest groups wanted, 1 to 500; 100 where left out. */
  readonly limit?: number;
  /** Exact for ranges shorter than 3 h, rounded for longer ones, where left out. */
  readonly edges?: Edges;
  /**
   * In how many shares the groups are asked for, within the one request: 1, 2, 4, 8 or 16. Where left out, as many as
   * the number of keys in the rollups suggests. Ask again with {@link morePartitions} where Loki says that the
   * maximum number of series is reached.
   */
  readonly partitions?: number;
  /**
   * When to evaluate the query, in ms, where that is after the end of the range: plans of several ranges that are
   * evaluated at one time share requests.
   */
  readonly atMs?: number;
}

/** The next number of shares to try; undefined where there is none. */
export function morePartitions(partitions: number): number | undefined {
  return partitions < 16 ? Math.min(16, partitions * 4) : undefined;
}

/**
 * Plans an instant query for the largest groups of a view; without fields to group by, for its total.
 * @throws FilterError for a filter that `validateFilter` refuses; RangeError for a range without any time.
 */
export function planTops(view: FlowView, range: TimeSpan, source: PlanSource, options: TopsOptions = {}): TopsPlan {
  if (range.toMs <= range.fromMs) {
    throw new RangeError(`The range ends at ${range.toMs}, and begins at ${range.fromMs}: it must end later`);
  }
  const limit = Math.min(MAX_SERIES, Math.max(1, Math.floor(options.limit ?? 100)));
  const edges = options.edges ?? usualEdges(range);
  const choice = chooseRollups(view, source, range);
  const { span, parts } = coverRange(range, choice.usable, edges);
  const partitions = options.partitions ?? sharesFor(view, parts, source);
  const timeMs = Math.max(span.toMs, options.atMs ?? 0);
  return {
    view,
    expr: topsExpression({ view, source }, parts, { limit, timeMs, partitions }),
    timeMs,
    maxSeries: view.groupBy.length === 0 ? 1 : limit,
    partitions,
    span,
    parts,
    ...describePlan(range, span, parts, choice),
  };
}

/** LogQL for the largest groups of some parts, evaluated at a time; for the total where the view has no groups. */
export function topsExpression(
  asked: Asked,
  parts: readonly PlanPart[],
  { limit, timeMs, partitions }: { readonly limit: number; readonly timeMs: number; readonly partitions: number }
): string {
  const sums = sumsOf(asked, parts, timeMs, partitions);
  return asked.view.groupBy.length === 0 ? sums : `topk(${limit}, ${sums})`;
}

/** An instant query for the sums of all groups over some parts of a range, in so many shares. */
export function sumsOf(asked: Asked, parts: readonly PlanPart[], timeMs: number, partitions = 1): string {
  const legs = parts.flatMap((part) => partLegs(asked, part, timeMs, partitions));
  return joinLegs(asked.view, parts, legs);
}

/** Loki splits instant queries over more than this into pieces. */
const SPLIT_MS = 3_600_000;

function joinLegs({ groupBy }: FlowView, parts: readonly PlanPart[], legs: readonly string[]): string {
  const [only = ''] = legs;
  const whole = parts.every(({ source, fromMs, toMs }) => source === 'rollup' || toMs - fromMs <= SPLIT_MS);
  const isSplit = parts.some(({ fromMs, toMs }) => toMs - fromMs > SPLIT_MS);
  const guard = whole && isSplit ? [UNSPLIT] : [];
  if (legs.length === 1) {
    return guard.length === 0 ? only : `(${UNSPLIT} or ${only})`;
  }
  const told = legs.map((leg, index) => `label_replace(${leg}, "leg", "${index}", "", "")`);
  return sumBy(groupBy, [...guard, ...told].join(' or '));
}

function partLegs(asked: Asked, part: PlanPart, timeMs: number, partitions: number): string[] {
  const sums = (one: Asked) => partSums(one, part, part.toMs - part.fromMs, timeMs - part.toMs);
  const shares = sharesOf(part, asked.view.groupBy, partitions);
  return shares.length === 0 ? [sums(asked)] : shares.map((share) => sums({ ...asked, share }));
}

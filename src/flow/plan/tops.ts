import { chooseRollups, coverRange, usualEdges, type Usable } from './cover';
import { partSums, slotFilters, sumBy, type Asked } from './expression';
import type { Edges, FlowView, PlanPart, PlanSource, TimeSpan, TopsPlan } from './types';
import { describePlan } from './words';

/** Series that a default Loki allows in the answer of a query, and in each sum that goes into it. */
export const MAX_SERIES = 500;
/** Groups above which a question is parted: not every part is of the same size. */
const GROUPS_OF_ONE_PART = 300;

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
}

/** The next number of shares to try; undefined where there is none. */
export function morePartitions(partitions: number): number | undefined {
  return partitions < 16 ? Math.min(16, partitions * 4) : undefined;
}

/**
 * Plans an instant query for the largest groups of a view; without fields to group by, for its total.
 * @throws FilterError for a filter that `validateFilter` refuses.
 */
export function planTops(view: FlowView, range: TimeSpan, source: PlanSource, options: TopsOptions = {}): TopsPlan {
  const limit = Math.min(MAX_SERIES, Math.max(1, Math.floor(options.limit ?? 100)));
  const edges = options.edges ?? usualEdges(range);
  const choice = chooseRollups(view, source);
  const { span, parts } = coverRange(range, choice.usable, edges);
  const asked: Asked = { view, source };
  const legs = parts.flatMap((part) => partLegs(asked, part, span, choice.usable, options.partitions));
  const sums =
    legs.length === 1
      ? legs[0]!
      : sumBy(view.groupBy, legs.map((leg, index) => `label_replace(${leg}, "leg", "${index}", "", "")`).join(' or '));
  return {
    view,
    expr: view.groupBy.length === 0 ? sums : `topk(${limit}, ${sums})`,
    timeMs: span.toMs,
    maxSeries: view.groupBy.length === 0 ? 1 : limit,
    span,
    parts,
    ...describePlan(range, span, parts, choice),
  };
}

function partLegs(
  asked: Asked,
  part: PlanPart,
  span: TimeSpan,
  usable: readonly Usable[],
  partitions: number | undefined
): string[] {
  const sums = (one: Asked) => partSums(one, part, part.toMs - part.fromMs, span.toMs - part.toMs);
  if (part.source === 'flows') {
    return [sums(asked)];
  }
  const keys = usable.find(({ coverage }) => coverage.tier === part.tier)?.coverage.keys ?? 0;
  const wanted = partitions ?? sharesFor(keys, asked.view.groupBy.length);
  const slots = slotFilters(part.level, asked.view.groupBy, wanted);
  return slots === undefined ? [sums(asked)] : slots.map((one) => sums({ ...asked, slots: one }));
}

/** A question by one field seldom has as many groups as a bucket has keys, which tell several apart. */
function sharesFor(keys: number, fields: number): number {
  const groups = fields <= 1 ? keys / 4 : keys;
  return [1, 2, 4, 8].find((shares) => groups <= shares * GROUPS_OF_ONE_PART) ?? 16;
}

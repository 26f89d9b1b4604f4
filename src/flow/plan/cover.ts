import { LEVEL_NAMES, TIER_MS, TIER_NAMES, type TierName } from '@netobserv-flows/schema';
import type { Condition } from '../filter/condition';
import { answers, conditionOf } from './answers';
import type { Edges, FlowView, PlanPart, PlanSource, RollupCoverage, TimeSpan } from './types';

/** Rollups that answer a view, and whether they do to the last group. */
export interface Usable {
  readonly coverage: RollupCoverage;
  readonly exact: boolean;
}

/** Which rollups answer a view. */
export interface Choice {
  /** The coarsest level of each tier that answers, longest buckets first. */
  readonly usable: readonly Usable[];
  /** Why none does, in words. */
  readonly none?: string;
}

const byLevel = (a: RollupCoverage, b: RollupCoverage) => LEVEL_NAMES.indexOf(a.level) - LEVEL_NAMES.indexOf(b.level);

/**
 * Chooses, of each tier, the coarsest level that answers a view exactly. A level that was not written for some of the
 * range yields to one that was: after an update of the collector, days would else be asked of flows.
 */
export function chooseRollups(view: FlowView, source: PlanSource, range: TimeSpan): Choice {
  if (source.recordSource === 'netobserv') {
    return { usable: [], none: 'NetObserv’s collector writes no rollups' };
  }
  const condition = conditionOf(view);
  const usable = TIER_NAMES.flatMap((tier) => {
    const answering = answeringOf(tier, view, source, condition);
    return answering.length === 0 ? [] : [mostCovering(answering, range)];
  });
  if (usable.length > 0) {
    return { usable };
  }
  if (source.longer?.some((one) => answers(one, view, condition).ok) === true) {
    return { usable, none: 'the sums that hold it have buckets too long for this range' };
  }
  const nearest = [...source.rollups].sort(byLevel).at(-1);
  const verdict = nearest && answers(nearest, view, condition);
  return { usable, none: verdict?.ok === false ? `no rollup holds ${verdict.lacks}` : 'there are no rollups for it' };
}

/** The levels of a tier that answer to the last group, or else all that answer; the coarsest first. */
function answeringOf(tier: TierName, view: FlowView, source: PlanSource, condition: Condition): Usable[] {
  const levels = source.rollups.filter((one) => one.tier === tier).sort(byLevel);
  const answering = levels.flatMap((coverage): Usable[] => {
    const verdict = answers(coverage, view, condition);
    return verdict.ok ? [{ coverage, exact: verdict.exact }] : [];
  });
  const exact = answering.filter((one) => one.exact);
  return exact.length > 0 ? exact : answering;
}

/** Buckets that a level may have fewer than another: levels without traffic write none. */
const FEWER_BUCKETS = 2;

/** The first of some levels, or one after it that covers more of a range. */
function mostCovering(usable: readonly Usable[], { fromMs, toMs }: TimeSpan): Usable {
  const covered = ({ coverage: { sinceMs, untilMs } }: Usable) =>
    Math.max(0, Math.min(toMs, untilMs) - Math.max(fromMs, sinceMs));
  return usable.reduce((best, one) =>
    covered(one) > covered(best) + FEWER_BUCKETS * TIER_MS[one.coverage.tier] ? one : best
  );
}

const floor = (ms: number, grain: number) => Math.floor(ms / grain) * grain;
const ceil = (ms: number, grain: number) => Math.ceil(ms / grain) * grain;

/** Until when buckets are due. */
export function dueOf({ dueMs, untilMs }: RollupCoverage): number {
  return dueMs ?? untilMs;
}

/**
 * The range in whole buckets of the shortest tier: both ends moved back, so that it is as long as it was. What is not due
 * yet is left out; what is due and missing, as where rollups are no longer written, is for flows to tell.
 */
export function roundedSpan(span: TimeSpan, usable: readonly Usable[]): TimeSpan {
  const shortest = usable.at(-1)?.coverage;
  if (shortest === undefined) {
    return span;
  }
  const grain = TIER_MS[shortest.tier];
  const until = floor(Math.max(...usable.map(({ coverage }) => dueOf(coverage))), grain);
  const [fromMs, toMs] = [floor(span.fromMs, grain), Math.min(floor(span.toMs, grain), until)];
  return toMs > fromMs ? { fromMs, toMs } : span;
}

/**
 * Covers a range without gap or overlap: whole buckets of the longest tier in its middle, shorter ones at its edges,
 * and raw flows for what is left.
 */
export function coverSpan(span: TimeSpan, usable: readonly Usable[]): PlanPart[] {
  if (span.toMs <= span.fromMs) {
    return [];
  }
  const [longest, ...shorter] = usable;
  if (longest === undefined) {
    return [{ source: 'flows', ...span }];
  }
  const { tier, level, sinceMs, untilMs } = longest.coverage;
  const fromMs = ceil(Math.max(span.fromMs, sinceMs), TIER_MS[tier]);
  const toMs = floor(Math.min(span.toMs, untilMs), TIER_MS[tier]);
  if (toMs <= fromMs) {
    return coverSpan(span, shorter);
  }
  return [
    ...coverSpan({ fromMs: span.fromMs, toMs: fromMs }, shorter),
    { source: 'rollup', tier, level, fromMs, toMs },
    ...coverSpan({ fromMs: toMs, toMs: span.toMs }, shorter),
  ];
}

/** The range that a plan answers, and what covers it. */
export function coverRange(
  range: TimeSpan,
  usable: readonly Usable[],
  edges: Edges
): { readonly span: TimeSpan; readonly parts: readonly PlanPart[] } {
  const span = edges === 'rounded' ? roundedSpan(range, usable) : range;
  return { span, parts: coverSpan(span, usable) };
}

/** Ranges from this length on are rounded unless told otherwise: asking flows for their edges would be most of the work. */
const ROUNDED_FROM_MS = 3 * 3_600_000;

/** What to do at the edges of a range unless told otherwise: short ranges are exact, long ones rounded. */
export function usualEdges({ fromMs, toMs }: TimeSpan): Edges {
  return toMs - fromMs >= ROUNDED_FROM_MS ? 'rounded' : 'exact';
}

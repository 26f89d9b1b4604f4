import { TIER_MS } from '@netobserv-flows/schema';
import { PANEL_WINDOW, withWholeSteps } from '../logql/wholeSteps';
import { chooseRollups, dueOf, type Choice } from './cover';
import { MAX_SERIES, sharesFor } from './shares';
import { topsExpression } from './tops';
import type { FlowView, PlanPart, PlanSource, RollupCoverage } from './types';
import { describePlan } from './words';

/** How a panel of a dashboard asks. */
export interface PanelQueryOptions {
  /** The clock, in ms. */
  readonly nowMs: number;
  /** `tops` for an instant query of the dashboard's whole range, `course` for a range query of rates. */
  readonly kind: 'tops' | 'course';
  /** Largest groups wanted, 1 to 500; 100 where left out. */
  readonly limit?: number;
  /** Asks for the stretch as long as the dashboard's range that ends where that begins. */
  readonly before?: boolean;
}

/** A query for a dashboard, which fills in its own time range. */
export interface PanelQuery {
  /** LogQL with Grafana's `$__range` or `$__auto` outside of quoted text. */
  readonly expr: string;
  /** The shortest step that has something in it, in ms; absent where single flows are read. */
  readonly leastStepMs?: number;
  /** Where the answer comes from and why, in a sentence or two for people. */
  readonly why: string;
}

/**
 * Data points that a chart over sums asks for at most, whatever its width: a month of ten-minute sums. For the pixels of
 * a chart Grafana also chooses steps of 15 minutes, which hold now one sum and now two.
 */
export const PANEL_POINTS = 4_320;

/** Buckets of an hour are for ranges from this length on: who looks at a day may well look at an hour next. */
const HOURS_FROM_MS = 3 * 86_400_000;
const STEP_MS = 60_000;
/** Buckets that a range has at least: its ends fall within some. */
const LEAST_BUCKETS = 12;

/** Buckets that may be missing at the end: after a while without traffic there are none. */
const MISSING_BUCKETS = 2;

/** The rollups that are still written: a dashboard asks for what is to come. */
function written({ usable, none }: Choice): Choice {
  const still = usable.filter(
    ({ coverage }) => coverage.untilMs >= dueOf(coverage) - MISSING_BUCKETS * TIER_MS[coverage.tier]
  );
  const ended = still.length === 0 && usable.length > 0;
  return { usable: still, none: ended ? 'the rollups that hold it are no longer written' : none };
}

/** Of rollups that answer, longest buckets first, those that fit a range and shorter ones. */
function fitting(usable: readonly RollupCoverage[], windowMs: number): RollupCoverage | undefined {
  const short = usable.filter(({ tier }) => tier !== '1h' || windowMs >= HOURS_FROM_MS);
  return short.find(({ tier }) => TIER_MS[tier] * LEAST_BUCKETS <= windowMs) ?? short.at(-1);
}

/**
 * Plans a query that a dashboard asks over whatever time range it has.
 * @param windowMs length of the range that it is made for, in ms: how long the buckets may be that it reads.
 * @throws FilterError for a filter that `validateFilter` refuses.
 */
export function planPanel(
  view: FlowView,
  windowMs: number,
  source: PlanSource,
  { nowMs, kind, limit = 100, before = false }: PanelQueryOptions
): PanelQuery {
  const asked = { fromMs: nowMs - windowMs, toMs: nowMs };
  const choice = written(chooseRollups(view, source, asked));
  const rollup = fitting(
    choice.usable.map(({ coverage }) => coverage),
    windowMs
  );
  // Each value of a course is of one step, which is never long enough to be split.
  const span = { fromMs: nowMs - (kind === 'tops' ? windowMs : STEP_MS), toMs: nowMs };
  const part: PlanPart =
    rollup === undefined
      ? { source: 'flows', ...span }
      : { source: 'rollup', level: rollup.level, tier: rollup.tier, ...span };
  const window = kind === 'tops' ? { length: '$__range', before } : { length: '$__auto', before, perSecond: true };
  const expr = topsExpression({ view, source, window }, [part], {
    limit: Math.min(MAX_SERIES, Math.max(1, Math.floor(limit))),
    timeMs: nowMs,
    partitions: sharesFor(view, [part], source),
  });
  return {
    expr: kind === 'tops' ? expr : withWholeSteps(expr, PANEL_WINDOW),
    ...(rollup !== undefined && { leastStepMs: TIER_MS[rollup.tier] }),
    why: describePlan(span, span, [part], choice).why,
  };
}

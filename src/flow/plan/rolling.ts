import { TIER_MS } from '@netobserv-flows/schema';
import { chooseRollups } from './cover';
import { MAX_SERIES, sharesFor } from './shares';
import { topsExpression } from './tops';
import type { FlowView, PlanPart, PlanSource, RollingPlan, RollupCoverage } from './types';
import { describePlan } from './words';

/** How the last stretch of time is asked for. */
export interface RollingOptions {
  /** The clock, in ms: which rollups are there is told by it. */
  readonly nowMs: number;
  /** Largest groups wanted, 1 to 500; 100 where left out. */
  readonly limit?: number;
  /** As for `planTops`. */
  readonly partitions?: number;
  /** The longest stretch for which single flows are read, in ms; an hour where left out. */
  readonly mostOfFlowsMs?: number;
  /** Asks for the stretch before the last one instead. */
  readonly before?: boolean;
}

/** When buckets are there where the collector did not say how long it waits for what comes late, in ms. */
const WRITTEN_AFTER_MS = 90_000;
/** How late single flows come: the exporter's active timeout, and the way to Loki, in ms. */
const FLOWS_AFTER_MS = 60_000;
/** Ends of stretches are whole multiples of this before the evaluation, in ms. */
const DELAY_GRAIN_MS = 30_000;
/** Buckets up to this long may be the whole stretch; longer ones would tell of a time that is long over. */
const SHORT_BUCKET_MS = TIER_MS['10m'];
/** Buckets of a longer kind that a stretch has at least. */
const LEAST_BUCKETS = 4;
/** From so many buckets on, a longer kind makes no difference but to the cost. */
const FINE_BUCKETS = 24;
const HOUR_MS = 3_600_000;

const floor = (ms: number, grain: number) => Math.floor(ms / grain) * grain;
const ceil = (ms: number, grain: number) => Math.ceil(ms / grain) * grain;

interface Rolling {
  readonly coverage: RollupCoverage;
  readonly windowMs: number;
  readonly delayMs: number;
}

/** A stretch of whole buckets of one kind; undefined where there are too few in it, or some are not written. */
function rollingOf(coverage: RollupCoverage, windowMs: number, { nowMs, before }: RollingOptions): Rolling | undefined {
  const length = TIER_MS[coverage.tier];
  const whole = windowMs >= LEAST_BUCKETS * length ? Math.round(windowMs / length) * length : windowMs;
  if (whole % length !== 0 || whole < length || (length > SHORT_BUCKET_MS && whole < LEAST_BUCKETS * length)) {
    return undefined;
  }
  const delayMs = ceil(coverage.writtenAfterMs ?? WRITTEN_AFTER_MS, DELAY_GRAIN_MS);
  const dueMs = floor(nowMs - delayMs, length);
  const isWritten = coverage.untilMs >= dueMs && coverage.sinceMs <= dueMs - whole * (before === true ? 2 : 1);
  return isWritten ? { coverage, windowMs: whole, delayMs } : undefined;
}

/** Of the kinds of buckets that fit, the longest that still moves in fine steps, else the shortest. */
function chosen(fitting: readonly Rolling[]): Rolling | undefined {
  return (
    fitting.find(({ coverage, windowMs }) => TIER_MS[coverage.tier] * FINE_BUCKETS <= windowMs) ??
    // Longest first.
    fitting.at(-1)
  );
}

/**
 * Plans an instant query that can be evaluated at any time, as alert rules are: for the largest groups of the last
 * stretch of time, or for its total. Rollups lie in Loki at the last millisecond of their bucket, so that a stretch of
 * whole buckets holds so many of them at whatever moment; it ends as long before the evaluation as they take to be
 * written. Single flows are read where no rollup answers, or where some of the stretch is not written.
 * @param windowMs length of the stretch, in ms; at least a second.
 * @throws FilterError for a filter that `validateFilter` refuses.
 */
export function planRolling(
  view: FlowView,
  windowMs: number,
  source: PlanSource,
  options: RollingOptions
): RollingPlan {
  const { nowMs, mostOfFlowsMs = HOUR_MS, before = false } = options;
  const choice = chooseRollups(view, source, { fromMs: nowMs - (before ? 2 : 1) * windowMs, toMs: nowMs });
  const rolling = chosen(choice.usable.flatMap(({ coverage }) => rollingOf(coverage, windowMs, options) ?? []));
  const length = rolling?.windowMs ?? Math.max(1000, floor(Math.min(windowMs, mostOfFlowsMs), 1000));
  const delayMs = rolling?.delayMs ?? FLOWS_AFTER_MS;
  const toMs = nowMs - delayMs - (before ? length : 0);
  const span = { fromMs: toMs - length, toMs };
  const part: PlanPart =
    rolling === undefined
      ? { source: 'flows', ...span }
      : { source: 'rollup', level: rolling.coverage.level, tier: rolling.coverage.tier, ...span };
  const partitions = options.partitions ?? sharesFor(view, [part], source);
  const limit = Math.min(MAX_SERIES, Math.max(1, Math.floor(options.limit ?? 100)));
  return {
    view,
    expr: topsExpression({ view, source }, [part], { limit, timeMs: nowMs, partitions }),
    windowMs: length,
    delayMs,
    source: part.source,
    partitions,
    why:
      rolling === undefined && choice.usable.length > 0
        ? 'From single flows: the rollups of this stretch are incomplete, or their buckets are too long for it.'
        : describePlan(span, span, [part], choice).why,
  };
}

import { TIER_MS, type LevelName } from '@netobserv-flows/schema';
import type { PlanSource, RollupCoverage, TimeSpan } from '../../flow/plan';

/** Buckets that a span has at least, so that rounding it to whole ones does not make it another. */
const LEAST_BUCKETS = 3;

/**
 * The source without rollups whose buckets are too long for a span. With the others a question is rounded to whole
 * buckets, and is one sum rather than three: asking flows for the edges of each of some thirty questions took most of
 * the time of an overview. Where there are no flows, as sums are kept longer, any bucket tells more than they do.
 */
export function fittingRollups(source: PlanSource, { fromMs, toMs }: TimeSpan): PlanSource {
  if (source.labels.length === 0) {
    return source;
  }
  const fits = ({ tier }: RollupCoverage) => TIER_MS[tier] * LEAST_BUCKETS <= toMs - fromMs;
  const keys: Partial<Record<LevelName, number>> = {};
  for (const { level, keys: count } of source.rollups) {
    keys[level] = Math.max(keys[level] ?? 0, count);
  }
  return {
    ...source,
    keys,
    rollups: source.rollups.filter(fits),
    longer: source.rollups.filter((one) => !fits(one)),
  };
}

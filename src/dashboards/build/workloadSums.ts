import { DEFAULT_LABELS, ROLLUP_LEVELS } from '@netobserv-flows/schema';
import { partSums, sumBy, type AskedKeys, type ByLine } from '../../flow/plan/expression';
import type { FlowView } from '../../flow/plan';
import { sharesOf } from '../../flow/plan/shares';

/**
 * The rollups that panels and rules read: exact by workload, Service and well-known port while a bucket has no more keys
 * than `aggregate.maxKeys`; by namespace and kind even then.
 */
const PART = { source: 'rollup', level: 'workload', tier: '10m', fromMs: 0, toMs: 0 } as const;

/** How sums are asked for. */
export interface WorkloadSums {
  readonly view: FlowView;
  /** The window, in ms. */
  readonly lengthMs: number;
  /** How long before the evaluation the window ends, in ms. */
  readonly beforeMs?: number;
  /**
   * In how many shares to ask, 1, 2, 4, 8 or 16, where there may be more groups than Loki allows series: some 400 in
   * each. 1 where left out.
   */
  readonly shares?: number;
  /** As in `Asked`. */
  readonly keys?: AskedKeys;
  /** As in `Asked`; not together with shares. */
  readonly byLine?: ByLine;
}

/** LogQL for sums over a window of ten-minute rollups by workload. */
export function workloadSums({ view, lengthMs, beforeMs, shares: count = 1, keys, byLine }: WorkloadSums): string {
  const asked = { view, source: { labels: DEFAULT_LABELS, rollups: [] }, keys, byLine };
  const shares = sharesOf(PART, view.groupBy, count);
  if (shares.length === 0) {
    return partSums(asked, PART, lengthMs, beforeMs);
  }
  const legs = shares.map((share) => partSums({ ...asked, share }, PART, lengthMs, beforeMs));
  const { slots } = ROLLUP_LEVELS.workload;
  const isWhole = Object.values(slots).some((fields) => fields.every((field) => view.groupBy.includes(field)));
  return isWhole
    ? `(${legs.join(' or ')})`
    : sumBy(view.groupBy, legs.map((leg, index) => `label_replace(${leg}, "leg", "${index}", "", "")`).join(' or '));
}

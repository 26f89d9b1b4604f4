import { dateTimeFormat } from '@grafana/data';
import type { PlanSource, TimeSpan } from '../../flow/plan';
import { hasPeriodBefore, rollupsSince } from './asking';

const LONG_MS = 3_600_000;

/** What else a notice depends on. */
interface NoticeOptions {
  /** Whether the page is to compare with the period before. */
  readonly compare: boolean;
  readonly timeZone: string;
}

/** Whether nothing is in a data source, of the time range: neither flows nor what they were summed up to. */
export function hasNoFlows({ labels, rollups }: PlanSource): boolean {
  return labels.length === 0 && rollups.length === 0;
}

/** What a person should know of where the page's figures come from; undefined where it is as it should be. */
export function sourceNotice(
  source: PlanSource,
  span: TimeSpan,
  { compare, timeZone }: NoticeOptions
): string | undefined {
  const { recordSource, rollups } = source;
  const slow = span.toMs - span.fromMs > LONG_MS ? ' Ranges as long as this one take a while.' : '';
  if (recordSource === 'netobserv') {
    return `These flows were written by NetObserv’s collector, which writes no rollups: all figures are added up from single flows, each counted once by its direction.${slow}`;
  }
  if (hasNoFlows(source)) {
    return 'No flows are in this data source in this time range. Choose a longer one, or test whether flows arrive in Loki.';
  }
  if (rollups.length === 0) {
    return `There are no rollups in this time range: all figures are added up from single flows.${slow} The collector writes rollups from its start on, unless aggregate.enabled is off.`;
  }
  return compare && !hasPeriodBefore(source, span)
    ? `Sums begin at ${dateTimeFormat(rollupsSince(source), { timeZone })}, so the period before is not covered in full, and nothing is compared with it. Choose a shorter or later time range to compare.`
    : undefined;
}

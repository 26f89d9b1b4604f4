import type { PlanSource, TimeSpan } from '../../flow/plan';

const LONG_MS = 3_600_000;

/** What a person should know of where the page's figures come from; undefined where it is as it should be. */
export function sourceNotice({ recordSource, rollups }: PlanSource, { fromMs, toMs }: TimeSpan): string | undefined {
  const slow = toMs - fromMs > LONG_MS ? ' Ranges as long as this one take a while.' : '';
  if (recordSource === 'netobserv') {
    return `These flows were written by NetObserv’s collector, which writes no rollups: all figures are added up from single flows, each counted once by its direction.${slow}`;
  }
  return rollups.length === 0
    ? `There are no rollups in this time range: all figures are added up from single flows.${slow} The collector writes rollups from its start on, unless aggregate.enabled is off.`
    : undefined;
}

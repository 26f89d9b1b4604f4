import { dateTimeFormat } from '@grafana/data';
import type { PlanSource, TimeSpan } from '../../flow/plan';
import { periodBefore } from './asking';

const LONG_MS = 3_600_000;

/** What else a notice depends on. */
interface NoticeOptions {
  /** Whether the page compares with the period before. */
  readonly compared: boolean;
  readonly timeZone: string;
}

/** What a person should know of where the page's figures come from; undefined where it is as it should be. */
export function sourceNotice(
  { recordSource, rollups }: PlanSource,
  span: TimeSpan,
  { compared, timeZone }: NoticeOptions
): string | undefined {
  const slow = span.toMs - span.fromMs > LONG_MS ? ' Ranges as long as this one take a while.' : '';
  if (recordSource === 'netobserv') {
    return `These flows were written by NetObserv’s collector, which writes no rollups: all figures are added up from single flows, each counted once by its direction.${slow}`;
  }
  if (rollups.length === 0) {
    return `There are no rollups in this time range: all figures are added up from single flows.${slow} The collector writes rollups from its start on, unless aggregate.enabled is off.`;
  }
  const sinceMs = Math.min(...rollups.map((one) => one.sinceMs));
  return compared && sinceMs > periodBefore(span).fromMs
    ? `Rollups begin at ${dateTimeFormat(sinceMs, { timeZone })}. If flows do too, the period before is not there as a whole, and traffic seems to have grown.`
    : undefined;
}

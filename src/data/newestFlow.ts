import { dateTime, type TimeRange } from '@grafana/data';
import { askLoki } from './askLoki';
import { FLOW_SELECTOR } from './flowsQuery';
import { flowsFromFrames } from './frames';

/** A time range from and to milliseconds since the Unix epoch. */
export function rangeOf(fromMs: number, toMs: number): TimeRange {
  const [from, to] = [dateTime(fromMs), dateTime(toMs)];
  return { from, to, raw: { from, to } };
}

/**
 * When the newest flow of a time range ended, in milliseconds since the Unix epoch.
 * @returns undefined where the range holds none.
 * @throws what Grafana or Loki says where the query fails.
 */
export async function newestFlow(uid: string, range: TimeRange): Promise<number | undefined> {
  const query = { refId: 'newest', expr: FLOW_SELECTOR, queryType: 'range', maxLines: 1, direction: 'backward' };
  const { data } = await askLoki(uid, range, [query]);
  return flowsFromFrames(data).rows[0]?.value('TimeFlowEndMs');
}

import { dateTime, type DataQueryRequest, type TimeRange } from '@grafana/data';
import { lastValueFrom } from 'rxjs';
import { FLOW_SELECTOR } from './flowsQuery';
import { flowsFromFrames } from './frames';
import { lokiDataSource } from './loki';

const INTERVAL_MS = 1000;

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
  const dataSource = await lokiDataSource(uid);
  const request: DataQueryRequest = {
    app: 'netobserv-flows-app',
    requestId: `newest-flow-${range.from.valueOf()}`,
    interval: '1s',
    intervalMs: INTERVAL_MS,
    range,
    scopedVars: {},
    startTime: Date.now(),
    timezone: 'utc',
    targets: [
      { refId: 'newest', expr: FLOW_SELECTOR, queryType: 'range', maxLines: 1, direction: 'backward' } as never,
    ],
  };
  const answer = dataSource.query(request);
  const response = await ('subscribe' in answer ? lastValueFrom(answer) : answer);
  const error = response.errors?.[0] ?? response.error;
  if (error !== undefined) {
    throw error;
  }
  return flowsFromFrames(response.data).rows[0]?.flow.TimeFlowEndMs;
}

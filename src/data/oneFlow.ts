import { lastValueFrom } from 'rxjs';
import { NO_FILTERS } from '../flow';
import type { FlowRow } from './flowRow';
import { flowsQuery } from './flowsQuery';
import { flowsFromFrames } from './frames';
import { lokiDataSource } from './loki';
import { rangeOf } from './newestFlow';

const MS_DIGITS = 13;
const MOST_IN_A_MS = 5000;

/**
 * When the flow of an id ended, in ms since the Unix epoch: ids begin with the entry's time in nanoseconds.
 * @returns undefined for a text that is no such id, as an address may hold.
 */
export function timeOfId(id: string): number | undefined {
  const nanoseconds = /^0*(\d{19})_/.exec(id)?.[1];
  return nanoseconds === undefined ? undefined : Number(nanoseconds.slice(0, MS_DIGITS));
}

/**
 * Asks Loki for one flow by the id that rows have, whatever filters and time range a page has.
 * @returns undefined where Loki does not have it (any more).
 * @throws what Grafana or Loki says where the query fails.
 */
export async function flowById(uid: string, id: string): Promise<FlowRow | undefined> {
  const time = timeOfId(id);
  if (time === undefined) {
    return undefined;
  }
  const dataSource = await lokiDataSource(uid);
  const query = flowsQuery({ set: NO_FILTERS, labels: [], duplicates: true, limit: MOST_IN_A_MS });
  const answer = dataSource.query({
    app: 'netobserv-flows-app',
    requestId: `flow-${id}`,
    interval: '1s',
    intervalMs: 1000,
    range: rangeOf(time, time + 1),
    scopedVars: {},
    startTime: Date.now(),
    timezone: 'utc',
    targets: [query as never],
  });
  const response = await ('subscribe' in answer ? lastValueFrom(answer) : answer);
  const error = response.errors?.[0] ?? response.error;
  if (error !== undefined) {
    throw error;
  }
  return flowsFromFrames(response.data).rows.find((row) => row.id === id);
}

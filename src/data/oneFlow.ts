import { NO_FILTERS } from '../flow';
import type { FlowRow } from './flowRow';
import { flowsQuery } from './flowsQuery';
import { runFlows } from './lokiMetrics';
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
  const query = flowsQuery({ set: NO_FILTERS, labels: [], duplicates: true, limit: MOST_IN_A_MS });
  const { rows } = await runFlows(uid, rangeOf(time, time + 1), query);
  return rows.find((row) => row.id === id);
}

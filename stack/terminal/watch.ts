import { setTimeout as sleep } from 'node:timers/promises';
import { DEFAULT_LABELS } from '@netobserv-flows/schema';
import { flowQuery, NO_FILTERS } from '../../src/flow';
import type { Output } from '../console/steps';
import { newestLines, type LokiStreams } from '../loki/newestFlow';
import { printable, renderTable, type FlowFields } from './flowTable';

const REFRESH_MS = 5000;
const RANGE_MS = 15 * 60_000;
/** Lines shown where the output is no terminal. */
const PLAIN_ROWS = 10;
const NOTHING_YET = 'No flows of the last 15 minutes yet.';
const HOME_AND_CLEAR = '\u001b[H\u001b[J';

/** Flows of a Loki answer, newest first, with labels and line together. */
export function flowsOf({ data }: LokiStreams): FlowFields[] {
  return data.result
    .flatMap(({ stream, values }) => values.map(([nanoseconds, line]) => ({ stream, nanoseconds, line })))
    .sort((a, b) => (BigInt(b.nanoseconds) > BigInt(a.nanoseconds) ? 1 : -1))
    .map(({ stream, line }) => ({ ...stream, ...(JSON.parse(line) as FlowFields) }));
}

/** What is watched and how it is shown. */
export interface WatchOptions {
  readonly lokiUrl: string;
  readonly output: Output & { readonly rows?: number };
  /** A line that stands below the table. */
  readonly statusLine: () => string;
  readonly signal: AbortSignal;
}

/** Shows the newest flows, each packet once, every 5 s until it is told to stop. */
export async function watchFlows({ lokiUrl, output, statusLine, signal }: WatchOptions): Promise<void> {
  const query = flowQuery(NO_FILTERS, { labels: DEFAULT_LABELS, duplicates: 'hide' }).expr;
  while (!signal.aborted) {
    const live = output.isTTY === true;
    const rows = live ? Math.max(5, (output.rows ?? 24) - 4) : PLAIN_ROWS;
    let lines: string[];
    try {
      const flows = flowsOf(await newestLines(lokiUrl, query, rows, RANGE_MS));
      lines = flows.length === 0 ? [NOTHING_YET] : renderTable(flows, output.columns ?? 120);
    } catch (error) {
      lines = [`No flows to show: ${printable((error as Error).message)}`];
    }
    output.write(`${live ? HOME_AND_CLEAR : ''}${[...lines, '', statusLine()].join('\n')}\n`);
    await sleep(live ? REFRESH_MS : 2 * REFRESH_MS, undefined, { signal }).catch(() => undefined);
  }
}

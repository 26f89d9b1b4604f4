import type { DataFrame, TimeRange } from '@grafana/data';
import { askLoki } from './askLoki';
import type { FlowRow } from './flowRow';
import { flowsQuery, type FlowsRequest } from './flowsQuery';
import { flowsFromFrames } from './frames';
import { rangeOf } from './newestFlow';
import { framesWithout, keysEndingAt, oldestMs } from './pageFrames';

/** What to page through: a page's request without its limit, and where and when to look. */
export interface PagedRequest {
  /** Uid of the Loki data source. */
  readonly uid: string;
  readonly range: TimeRange;
  readonly request: Omit<FlowsRequest, 'limit'>;
}

/** One page of flows, newest first. */
export interface FlowPage {
  readonly rows: readonly FlowRow[];
  /** Lines of the page that are no flows. */
  readonly skipped: number;
  /** True where nothing older is left in the range. */
  readonly last: boolean;
}

/** How to page. */
export interface PageOptions {
  /** Stops the running request; the walk then throws an `AbortError`. */
  readonly signal?: AbortSignal;
  /** Flows a page at most, 1 … {@link MOST_A_PAGE}. */
  readonly pageSize?: number;
}

/** The most that a default Loki returns at once (`limits_config.max_entries_limit_per_query`). */
export const MOST_A_PAGE = 5000;

/** Below this, smaller pages do not make an answer that is too large any smaller. */
const LEAST_A_PAGE = 50;

/** As many flows end in one millisecond as one answer holds: Grafana asks by milliseconds, so there is no way past. */
export class CrowdedMillisecondError extends Error {
  override readonly name = 'CrowdedMillisecondError';

  constructor(ms: number, limit: number) {
    super(
      `${limit.toLocaleString('en')} or more flows ended in one millisecond (${new Date(ms).toISOString()}): older flows cannot be reached in pages of that size`
    );
  }
}

async function frames(
  { uid, range, request }: PagedRequest,
  limit: number,
  signal?: AbortSignal
): Promise<DataFrame[]> {
  const { data } = await askLoki(uid, range, [flowsQuery({ ...request, limit })], signal);
  return data;
}

function messageOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) {
    return String(error);
  }
  const { message, data } = error as { message?: unknown; data?: { message?: unknown } };
  return `${String(data?.message ?? '')} ${String(message ?? '')}`;
}

/**
 * A page size that an error leaves hope for: the limit that Loki names, or half where the answer was too large.
 * @param error what was thrown, or came as an error of a query.
 * @param limit how many flows were asked for.
 */
export function smallerPage(error: unknown, limit: number): number | undefined {
  const message = messageOf(error);
  const named = /max entries limit per query exceeded.*\(\s*\d+\s*>\s*(\d+)\s*\)/is.exec(message)?.[1];
  if (named !== undefined) {
    const allowed = Number(named);
    return allowed > 0 && allowed < limit ? allowed : undefined;
  }
  const tooLarge = /ResourceExhausted|received message larger than max/i.test(message);
  return tooLarge && limit > LEAST_A_PAGE ? Math.max(LEAST_A_PAGE, Math.floor(limit / 2)) : undefined;
}

interface Answer {
  readonly frames: DataFrame[];
  /** How many entries were asked for in the end. */
  readonly limit: number;
}

async function framesWithin(request: PagedRequest, limit: number, signal?: AbortSignal): Promise<Answer> {
  try {
    return { frames: await frames(request, limit, signal), limit };
  } catch (error) {
    const smaller = smallerPage(error, limit);
    if (smaller === undefined) {
      throw error;
    }
    return framesWithin(request, smaller, signal);
  }
}

/** The same request, for what ended before a millisecond. */
function before(request: PagedRequest, toMs: number): PagedRequest {
  return { ...request, range: rangeOf(request.range.from.valueOf(), toMs) };
}

/**
 * All flows of a request, from the newest to the oldest, each once, page by page.
 *
 * Loki pages by time alone, and Grafana asks it by whole milliseconds: a page begins in the millisecond in which the
 * one before ended, and what that one had of it is left out.
 * @throws CrowdedMillisecondError where as many flows share a millisecond as a page holds.
 * @throws DOMException `AbortError` where the signal stops it; else what Grafana or Loki says.
 */
export async function* flowPages(paged: PagedRequest, options: PageOptions = {}): AsyncGenerator<FlowPage, void> {
  const { signal } = options;
  let limit = Math.min(MOST_A_PAGE, Math.max(1, Math.floor(options.pageSize ?? MOST_A_PAGE)));
  let toMs = paged.range.to.valueOf();
  let seen: ReadonlySet<string> = new Set();
  for (;;) {
    const answer = await framesWithin(before(paged, toMs), limit, signal);
    limit = answer.limit;
    const count = answer.frames.reduce((sum, { length }) => sum + length, 0);
    const oldest = oldestMs(answer.frames);
    const last = count < limit || oldest === undefined;
    const { rows, skipped } = flowsFromFrames(framesWithout(answer.frames, seen));
    yield { rows, skipped, last };
    if (last) {
      return;
    }
    if (oldest + 1 >= toMs) {
      throw new CrowdedMillisecondError(oldest, limit);
    }
    toMs = oldest + 1;
    // Only the page's last millisecond is asked for again.
    seen = keysEndingAt(answer.frames, oldest);
  }
}

/** When an entry lies in Loki, by Grafana's id of it (`<nanoseconds>_…`); by the flow's end where the id is another. */
function entryMs({ id, flow }: FlowRow): number | undefined {
  const nanoseconds = /^(\d{13,16})\d{6}_/.exec(id)?.[1];
  return nanoseconds === undefined ? flow.TimeFlowEndMs : Number(nanoseconds);
}

/**
 * The next page of flows older than those loaded ('load older').
 * @param loaded all rows loaded of this request, in any order.
 * @returns an empty last page where nothing is older, or nothing is loaded.
 * @throws as {@link flowPages} does.
 */
export async function olderFlows(
  paged: PagedRequest,
  loaded: readonly FlowRow[],
  options: PageOptions = {}
): Promise<FlowPage> {
  const oldest = loaded.reduce((least, row) => Math.min(least, entryMs(row) ?? Infinity), Infinity);
  if (oldest === Infinity) {
    return { rows: [], skipped: 0, last: true };
  }
  const ids = new Set(loaded.map(({ id }) => id));
  for await (const page of flowPages(before(paged, oldest + 1), options)) {
    const rows = page.rows.filter(({ id }) => !ids.has(id));
    // A page that holds nothing but what is loaded says nothing of what is older.
    if (rows.length > 0 || page.last) {
      return { ...page, rows };
    }
  }
  return { rows: [], skipped: 0, last: true };
}

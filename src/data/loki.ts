import type { DataSourceApi, TimeRange } from '@grafana/data';
import { getDataSourceSrv } from '@grafana/runtime';

/** What this app asks of Grafana's Loki data source besides queries: GET requests below `/loki/api/v1/`. */
interface LokiDataSource extends DataSourceApi {
  getResource(path: string, params?: Record<string, string | number>, options?: object): Promise<unknown>;
}

/** How long an answer about how flows are stored is believed. */
const CACHE_MS = 60_000;
/** Answers kept; the oldest goes first. */
const CACHE_ENTRIES = 200;
const NS_PER_MS = '000000';

const cache = new Map<string, { readonly until: number; readonly answer: Promise<unknown> }>();

function isLoki(dataSource: DataSourceApi): dataSource is LokiDataSource {
  return dataSource.type === 'loki' && 'getResource' in dataSource;
}

/**
 * The Loki data source of a uid.
 * @throws where Grafana has none of that uid, or it is of another kind.
 */
export async function lokiDataSource(uid: string): Promise<LokiDataSource> {
  const dataSource = await getDataSourceSrv().get({ uid });
  if (!isLoki(dataSource)) {
    throw new Error(`The data source “${dataSource.name}” is of type ${dataSource.type}, not loki`);
  }
  return dataSource;
}

function strings(answer: unknown): string[] {
  const data: unknown = typeof answer === 'object' && answer !== null && 'data' in answer ? answer.data : undefined;
  return Array.isArray(data) ? data.filter((item): item is string => typeof item === 'string') : [];
}

async function ask(uid: string, path: string, range: TimeRange, query?: string): Promise<string[]> {
  const dataSource = await lokiDataSource(uid);
  const params = {
    start: `${range.from.valueOf()}${NS_PER_MS}`,
    end: `${range.to.valueOf()}${NS_PER_MS}`,
    ...(query === undefined ? {} : { query }),
  };
  // The caller says what a failure means for it; Grafana's own pop-up would only repeat it.
  return strings(await dataSource.getResource(path, params, { showErrorAlert: false }));
}

/** Each key is of one question, and so of one kind of answer. */
function cached<T>(key: string, load: () => Promise<T>): Promise<T> {
  const now = Date.now();
  const known = cache.get(key);
  if (known !== undefined && known.until > now) {
    return known.answer as Promise<T>;
  }
  const answer = load();
  cache.delete(key);
  cache.set(key, { until: now + CACHE_MS, answer });
  answer.catch(() => {
    if (cache.get(key)?.answer === answer) {
      cache.delete(key);
    }
  });
  const oldest = cache.keys().next();
  if (cache.size > CACHE_ENTRIES && !oldest.done) {
    cache.delete(oldest.value);
  }
  return answer;
}

/** Time ranges that move by less than a tenth of their length share one answer. */
function rangeKey(range: TimeRange): string {
  const step = Math.max(60_000, (range.to.valueOf() - range.from.valueOf()) / 10);
  return `${Math.round(range.from.valueOf() / step)}-${Math.round(range.to.valueOf() / step)}`;
}

/**
 * Names of the stream labels in a time range; believed for a minute.
 * @param selector stream selector, such as `{app="x"}`, of the streams that count.
 */
export function labelNames(uid: string, range: TimeRange, selector?: string): Promise<string[]> {
  const key = JSON.stringify([uid, 'labels', selector, rangeKey(range)]);
  return cached(key, () => ask(uid, 'labels', range, selector));
}

/** Values of a stream label in the streams of a selector; believed for a minute. */
export function labelValues(uid: string, range: TimeRange, label: string, selector: string): Promise<string[]> {
  const key = JSON.stringify([uid, label, selector, rangeKey(range)]);
  return cached(key, () => ask(uid, `label/${encodeURIComponent(label)}/values`, range, selector));
}

/**
 * The answer to another question about a time range, believed for a minute.
 * @param what names the question; the same for all that ask it.
 * @param ask asks it.
 */
export function believed<T>(uid: string, what: string, range: TimeRange, ask: () => Promise<T>): Promise<T> {
  return cached(JSON.stringify([uid, 'asked', what, rangeKey(range)]), ask);
}

const seriesLimits = new Map<string, Promise<number | undefined>>();

/**
 * Loki's `max_query_series`: how many series it gives in an answer; asked once for each data source. Undefined where it
 * does not tell: an older Loki, or behind a proxy that lets nothing but queries through.
 */
export function maxQuerySeries(uid: string): Promise<number | undefined> {
  const known = seriesLimits.get(uid) ?? askSeriesLimit(uid);
  seriesLimits.set(uid, known);
  return known;
}

async function askSeriesLimit(uid: string): Promise<number | undefined> {
  try {
    const dataSource = await lokiDataSource(uid);
    const answer = await dataSource.getResource('drilldown-limits', undefined, { showErrorAlert: false });
    const limits = (answer as { limits?: { max_query_series?: unknown } } | null)?.limits;
    const most = Number(limits?.max_query_series);
    return Number.isInteger(most) && most > 0 ? most : undefined;
  } catch {
    // The default is reckoned with, which any Loki gives.
    return undefined;
  }
}

/** Forgets what Loki said about labels, lines and limits, for a test that must ask again. */
export function forgetLabels(): void {
  cache.clear();
  seriesLimits.clear();
}

const QUOTED = /"(?:[^"\\]|\\.)*"|`[^`]*`/g;
const VARIABLE = /\$|\[\[/;

/**
 * Guards a query against Grafana's own `$variables`: `$` and `[[` in quoted text become escapes that Loki reads as the
 * same characters, so that a filter on the text `$__range` finds that text.
 * @param expr LogQL.
 */
export function withoutVariables(expr: string): string {
  return expr.replace(QUOTED, (text) => {
    if (!VARIABLE.test(text)) {
      return text;
    }
    // Backticks know no escapes. JSON's, which are all Go's too, carry over what stands between them.
    const escaped = text.startsWith('`') ? JSON.stringify(text.slice(1, -1)) : text;
    return escaped.replaceAll('$', '\\x24').replaceAll('[[', '\\x5b\\x5b');
  });
}

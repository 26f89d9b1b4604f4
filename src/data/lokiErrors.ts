import { TOO_LONG, TOO_MANY_SERIES, type TimeSpan } from '../flow/plan';

/** A failure in words for people. */
export interface ExplainedError {
  /** What went wrong, in one line. */
  readonly title: string;
  /** What to do about it. */
  readonly remedy: string;
  /** What Loki or Grafana said, word for word; absent where it said nothing. */
  readonly said?: string;
  /** True where another look at the settings helps, rather than another query. */
  readonly settings?: boolean;
  /** What a person can make smaller on the page, the most helpful first. */
  readonly narrow?: readonly Narrowing[];
}

/** What of a question can be made smaller. */
export type Narrowing = 'time' | 'limit' | 'filter';

interface Rule {
  readonly pattern: RegExp;
  readonly title: string;
  readonly remedy: string;
  readonly settings?: boolean;
  readonly narrow?: readonly Narrowing[];
}

const NARROW = 'Choose a shorter time range, or add a filter on a namespace: those are found without reading flows.';

const EMPTY_RANGE = {
  title: 'The time range is empty or runs backwards',
  remedy: 'Choose one that ends later than it begins.',
} as const;

/** A time range without any time in it. */
class EmptyRangeError extends Error {
  readonly name = 'EmptyRangeError';
}

/**
 * Has nothing be asked of a time range without any time in it: queries for it would not be understood.
 * @throws Error that `explainError` knows.
 */
export function checkRange({ fromMs, toMs }: TimeSpan): void {
  if (fromMs >= toMs) {
    throw new EmptyRangeError(EMPTY_RANGE.title);
  }
}

/** The first rule whose pattern is found in the message or status applies. */
const RULES: readonly Rule[] = [
  { pattern: /end timestamp must not be before/i, ...EMPTY_RANGE },
  {
    pattern: /flows ended in one millisecond/i,
    title: 'Too many flows ended at the same moment',
    remedy:
      'Add a filter that splits them, on a namespace or a port, or raise limits_config.max_entries_limit_per_query in Loki.',
  },
  {
    pattern: /max entries limit per query exceeded/i,
    title: 'Loki returns fewer flows at once than asked for',
    remedy: 'Choose a lower limit above the table, or raise limits_config.max_entries_limit_per_query in Loki.',
    narrow: ['limit'],
  },
  {
    pattern: TOO_MANY_SERIES,
    title: 'The query touches more series than Loki allows',
    remedy: `${NARROW} Or raise limits_config.max_query_series in Loki.`,
    narrow: ['time', 'filter'],
  },
  {
    pattern: /query time range exceeds|the query time range|max_query_length/i,
    title: 'The time range is longer than Loki allows',
    remedy: 'Choose a shorter time range, or raise limits_config.max_query_length in Loki.',
    narrow: ['time'],
  },
  {
    pattern: /would read too many bytes|max_query_bytes_read|max_querier_bytes_read/i,
    title: 'The query would read more than Loki allows',
    remedy: `${NARROW} Or raise limits_config.max_query_bytes_read in Loki.`,
    narrow: ['time', 'filter'],
  },
  {
    pattern: /too many outstanding requests|\b429\b|rate limit/i,
    title: 'Loki has too much to do',
    remedy: 'Try again in a moment, refresh less often, or choose a shorter time range.',
    narrow: ['time'],
  },
  {
    pattern: /context deadline exceeded|timed? ?out|\b504\b|context canceled/i,
    title: 'Loki did not answer in time',
    remedy: `${NARROW} Or raise the timeout of the data source and of Loki's querier.`,
    narrow: ['time', 'filter'],
  },
  {
    pattern: /ResourceExhausted|received message larger than max/i,
    title: 'The answer is larger than Loki can return',
    remedy: 'Choose a lower limit above the table, or raise server.grpc_server_max_send_msg_size in Loki.',
    narrow: ['limit'],
  },
  {
    pattern: TOO_LONG,
    title: 'The query is too long for Loki, or for a proxy in front of it',
    remedy:
      'Remove some filters or panels, raise limits_config.max_query_series in Loki, or large_client_header_buffers in nginx.',
    narrow: ['filter'],
  },
  {
    pattern: /parse error|syntax error|invalid (?:label|regex)|error parsing regexp/i,
    title: 'Loki did not understand the query',
    remedy: 'Remove the filter added last. If that helps, its value is one that this Loki cannot search for.',
  },
  {
    pattern: /no org id|\b401\b|\b403\b|unauthori[sz]ed|forbidden|permission/i,
    title: 'Loki or Grafana refused access',
    remedy:
      'Check the credentials and the tenant (X-Scope-OrgID) of the data source, and that you may query it in Grafana.',
    settings: true,
  },
  {
    pattern: /connection refused|no such host|dial tcp|ECONNREFUSED|\b502\b|\b503\b|bad gateway|EOF/i,
    title: 'Loki cannot be reached',
    remedy: 'Check that Loki runs and that the address in the data source is right.',
    settings: true,
  },
  {
    pattern: /data ?source .*not found|not found|\b404\b|of type \S+, not loki/i,
    title: 'There is no such Loki data source',
    remedy: 'Choose another data source above, or have an administrator set one on the configuration page.',
    settings: true,
  },
];

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
}

/** Grafana's errors come as Error, fetch error (`data.message`, `status`) or query error (`message`, `data`). */
function partsOf(error: unknown): { said?: string; status?: number } {
  if (typeof error !== 'object' || error === null) {
    return { said: textOf(error) };
  }
  const { message, status, statusText, data } = error as Record<string, unknown>;
  const inner = typeof data === 'object' && data !== null ? (data as Record<string, unknown>) : { message: data };
  return {
    said: textOf(inner.message) ?? textOf(message) ?? textOf(inner.error) ?? textOf(statusText),
    status: typeof status === 'number' ? status : undefined,
  };
}

/**
 * A failure of a query, of a request to the data source, of a filter or a time range, with a remedy.
 * @param error whatever was thrown or came as an error of a query.
 */
export function explainError(error: unknown): ExplainedError {
  if (error instanceof Error && error.name === 'FilterError') {
    return { title: 'A filter cannot be applied', remedy: 'Change or remove it.', said: error.message };
  }
  if (error instanceof EmptyRangeError) {
    return EMPTY_RANGE;
  }
  const { said, status } = partsOf(error);
  const subject = `${status ?? ''} ${said ?? ''}`;
  const rule = RULES.find(({ pattern }) => pattern.test(subject));
  return {
    title: rule?.title ?? 'The flows could not be loaded',
    remedy: rule?.remedy ?? 'Try again; if the error stays, test the connection on the configuration page.',
    settings: rule === undefined ? true : rule.settings,
    narrow: rule?.narrow,
    said,
  };
}

/** True for what is thrown where a question was stopped on purpose: nothing to tell anyone. */
export function isAbort(error: unknown): boolean {
  // By name: a DOMException is no Error of every window.
  return typeof error === 'object' && error !== null && 'name' in error && error.name === 'AbortError';
}

/** What Loki made of a push. */
export type Answer =
  /** Every entry is stored. */
  | { readonly kind: 'stored' }
  /** Not now: rate limit, server error, unreachable, blocked for a time, or access that has yet to be granted. */
  | Later
  /** Some entries, or all, will never be taken; the others are stored. */
  | { readonly kind: 'refused'; readonly reason: string }
  /** The push as a whole is larger than Loki takes; nothing is stored. */
  | { readonly kind: 'too_large'; readonly reason: string }
  /** There is no room for some of its streams; the entries of the others are stored. */
  | { readonly kind: 'stream_limit'; readonly reason: string };

/** Nothing can be told of the push now, or of a part of it. */
export interface Later {
  readonly kind: 'later';
  readonly reason: string;
  readonly status?: number;
  readonly retryAfterMs?: number;
  /** True where Loki may have stored it and only the answer was lost. */
  readonly inDoubt?: boolean;
  /** True where only some streams were held back; the entries of the others are stored. */
  readonly partly?: boolean;
}

/** Of an answer that is not taken apart, as much is shown. */
const SHOWN_CHARS = 2000;

/** Of the answers that sound like success, those by which Loki, or a gateway before it, says that it is one. */
const STORED: readonly number[] = [200, 204];

/** A gateway's answers that it got none from Loki. */
const NO_ANSWER_BEHIND: readonly number[] = [502, 504];

const REMEDIES: Readonly<Record<number, string>> = {
  401: 'check loki.basicAuth or loki.bearerToken',
  403: 'check the rights of that user or token, and loki.tenant',
  404: 'check loki.url: it is the address before /loki/api/v1/push',
  405: 'check loki.url: it is the address before /loki/api/v1/push',
};

/**
 * Reads an answer of the push API.
 * @param status HTTP status.
 * @param body its text, shortened to what a message can hold.
 * @param retryAfterMs from the Retry-After header.
 */
export function readAnswer(status: number, body: string, retryAfterMs?: number): Answer {
  const text = body.trim();
  const whole = `${status} ${text}`.trim();
  const reason = whole.slice(0, SHOWN_CHARS);
  if (STORED.includes(status)) {
    return { kind: 'stored' };
  }
  if (BLOCKED.test(text)) {
    return isOfPolicy(text)
      ? { kind: 'refused', reason: whole }
      : { kind: 'later', status, reason: `${reason}; wait until then, or lift block_ingestion_until of the tenant` };
  }
  if (status === 413 || (status >= 500 && /larger than max|message too large|ResourceExhausted.*larger/i.test(text))) {
    return { kind: 'too_large', reason };
  }
  if (status === 429 && /stream limit exceeded/i.test(text)) {
    return { kind: 'stream_limit', reason };
  }
  if (status === 400 || status === 422) {
    return { kind: 'refused', reason: whole };
  }
  const remedy = remedyFor(status, text);
  return {
    kind: 'later',
    status,
    reason: remedy === undefined ? reason : `${reason}; ${remedy}`,
    retryAfterMs,
    ...(NO_ANSWER_BEHIND.includes(status) && { inDoubt: true }),
    ...(status === 429 && /per stream rate limit/i.test(text) && { partly: true }),
  };
}

function remedyFor(status: number, text: string): string | undefined {
  if (status === 401 && /no org id/i.test(text)) {
    return 'set loki.tenant';
  }
  if (status < 300) {
    return 'only 200 and 204 mean that all of it is stored; check what answers at loki.url';
  }
  return REMEDIES[status] ?? (status < 400 ? 'check loki.url: it leads elsewhere' : undefined);
}

/**
 * Loki discards by order of its operator, with whatever status that one has set (260 by default, so that it looks like
 * success to those who do not look closer): all of a tenant, or the streams of a policy (pkg/validation/validate.go).
 */
const BLOCKED = /^ingestion blocked for user '/;

const isOfPolicy = (text: string) => /^ingestion blocked for user '.*' \(policy: '/.test(text);

/**
 * True where a refusal is about streams that Loki discards by order of its operator; those of the others are stored.
 * @param reason what Loki said.
 */
export function refusesBlocked(reason: string): boolean {
  return isOfPolicy(reason.replace(/^\d+ /, ''));
}

/**
 * The entries that a refusal tells the times of, so that they need not be looked for: all before `oldestMs` and all
 * from `newestMs` on were refused. Loki names times in whole seconds.
 * @param reason what Loki said.
 * @param singleStream whether the push had one stream only: how far behind an entry may be is a matter of its stream.
 */
export function refusedTimes(reason: string, singleStream: boolean): { oldestMs: number; newestMs: number } {
  const old = singleStream
    ? /(?:too old|too far behind)[^;]*?oldest acceptable timestamp is: (\S+?)[\s';,]/g
    : /too old: [^;]*?oldest acceptable timestamp is: (\S+?)(?:[\s';,]|$)/g;
  const times = (pattern: RegExp) => [...`${reason} `.matchAll(pattern)].map((match) => Date.parse(match[1] ?? ''));
  const oldest = times(old).filter((ms) => !Number.isNaN(ms));
  const tooNew = times(/too new: (\S+?)[\s';,]/g).filter((ms) => !Number.isNaN(ms));
  return {
    oldestMs: oldest.length > 0 ? Math.min(...oldest) : -Infinity,
    newestMs: tooNew.length > 0 ? Math.min(...tooNew) + 1000 : Infinity,
  };
}

/** One refused time in a refusal: the label set may hold any text within its quotes. */
const REFUSED_TIME =
  /(?:(\d+) errors like: )?entry for stream '\{(?:[^"}]|"(?:[^"\\]|\\.)*")*\}' has timestamp too (?:old: [^\s,]+, oldest acceptable timestamp is: [^\s;]+|new: [^\s;]+)(?:; |$)/y;

/**
 * How many entries a refusal is about, where it is about times alone. Loki's distributor names each of them, alike ones
 * together, and stores all others before it answers (pkg/distributor/distributor.go, `validationErrors`).
 * @param reason what Loki said, whole.
 * @returns undefined where it says something else too, or was cut short.
 */
export function refusedEntries(reason: string): number | undefined {
  const text = reason.replace(/^400 /, '').trim();
  let count = 0;
  REFUSED_TIME.lastIndex = 0;
  while (REFUSED_TIME.lastIndex < text.length) {
    const match = REFUSED_TIME.exec(text);
    if (match === null) {
      return undefined;
    }
    count += Number(match[1] ?? 1);
  }
  return count;
}

/** True where a refusal of a push with one stream is about the stream's labels, so that no entry of it can pass. */
export function refusesWholeStream(reason: string): boolean {
  return /^\d+ (?:stream '|error parsing labels|couldn't parse labels|parse error|error at least one label)/i.test(
    reason
  );
}

/** A Retry-After beyond this is not believed. */
const MAX_RETRY_AFTER_MS = 5 * 60_000;

/** Bounds of the wait between attempts, in milliseconds. */
export interface BackoffBounds {
  readonly minMs: number;
  readonly maxMs: number;
}

/**
 * How long to wait before the next attempt: "full jitter", a random part of a bound that doubles with each attempt,
 * so that several collectors do not come back at once. What the server asked for by Retry-After comes on top.
 * @param attempt attempts made so far, from 1.
 * @param random a number from 0 to 1.
 * @returns milliseconds.
 */
export function backoffMs(
  attempt: number,
  bounds: BackoffBounds,
  retryAfterMs = 0,
  random: () => number = Math.random
): number {
  const bound = Math.min(bounds.maxMs, bounds.minMs * 2 ** Math.min(attempt - 1, 30));
  return Math.round(Math.min(retryAfterMs, MAX_RETRY_AFTER_MS) + random() * bound);
}

/**
 * Reads a Retry-After header: seconds or an HTTP date (RFC 9110 section 10.2.3).
 * @returns milliseconds from now; undefined where the header is absent or says nothing of use.
 */
export function retryAfterMs(header: string | undefined, nowMs: number): number | undefined {
  if (header === undefined) {
    return undefined;
  }
  if (/^\d+$/.test(header.trim())) {
    return Number(header) * 1000;
  }
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, date - nowMs);
}

/** Waits; ends early, without error, when the signal is given. */
export function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) {
      resolve();
      return;
    }
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done);
  });
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Steps that people read without reckoning; each but the longest divides a day, so that buckets begin on the clock. */
const STEPS: readonly number[] = [
  ...[1, 2, 5, 10, 15, 30].map((count) => count * SECOND),
  ...[1, 2, 5, 10, 15, 30].map((count) => count * MINUTE),
  ...[1, 2, 3, 6, 12].map((count) => count * HOUR),
  ...[1, 2, 7, 14, 28].map((count) => count * DAY),
];

/**
 * The shortest round step, in milliseconds, that cuts a range into at most so many buckets; for ranges of many years a
 * multiple of four weeks.
 * @param rangeMs length of the range.
 * @param buckets how many buckets there is room for; at least one is taken.
 */
export function roundStep(rangeMs: number, buckets: number): number {
  const least = rangeMs / Math.max(1, Math.floor(buckets));
  const longest = 28 * DAY;
  return STEPS.find((step) => step >= least) ?? Math.ceil(least / longest) * longest;
}

/**
 * The range in whole steps around a range: what a histogram is asked over. Loki cuts both ends of a range query to
 * multiples of its step, which would leave out the newest flows.
 * @returns the times of the first and the last bucket, each the end of its span `(t - stepMs, t]`.
 */
export function alignRange(fromMs: number, toMs: number, stepMs: number): { firstMs: number; lastMs: number } {
  const firstMs = (Math.floor(fromMs / stepMs) + 1) * stepMs;
  return { firstMs, lastMs: Math.max(firstMs, Math.ceil(toMs / stepMs) * stepMs) };
}

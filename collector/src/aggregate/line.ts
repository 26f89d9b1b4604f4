import { BUCKET_LEVEL, ROLLUP_APP, TIER_MS, type TierName } from '@netobserv-flows/schema';
import type { KeySums } from './bucket';
import { FOLDED_NAMES, type LevelKeys } from './key';

/** A line for Loki. */
export interface RollupLine {
  readonly labels: ReadonlyArray<readonly [name: string, value: string]>;
  /** Milliseconds of its timestamp, since the Unix epoch; within its bucket. */
  readonly ms: number;
  /** Its nanosecond digits below a millisecond, 1 to 999,999. */
  readonly subMs: number;
  readonly line: string;
}

/** The bucket that lines are of. */
export interface BucketName {
  readonly tier: TierName;
  readonly startMs: number;
  /** Who wrote the sums, and which of several sums of one bucket it is: no two are alike. */
  readonly part: string;
}

/**
 * How far behind the clock a line may be in the stream that all write to: Loki takes nothing that is an hour behind
 * the newest line of its stream, and a line may be ten minutes ahead.
 */
const BEHIND_MS = 50 * 60_000;

/**
 * The lines of a bucket. They lie at its end, or now where that is sooner, so that what is written later is not too
 * far behind; what is late all the same goes to a stream by the hour of day, where only lines of that hour are.
 */
export function rollupLines(
  keys: LevelKeys,
  bucket: BucketName,
  sums: readonly KeySums[],
  nowMs: number
): RollupLine[] {
  const ms = timeOf(bucket, nowMs);
  const common = labelsOf(bucket, keys.level, nowMs);
  const labels = FOLDED_NAMES.map((folded) =>
    folded === undefined ? common : [...common, ['folded', folded] as const]
  );
  const names = keys.fields.map((field) => `,"${field}":`);
  return sums.map((sum, index) => ({
    labels: labels[sum.folded]!,
    ms,
    subMs: 1 + (index % 999_999),
    line: `${lineOf(names, sum)}${keys.slots(sum.values)},"Part":"${bucket.part}"}`,
  }));
}

/**
 * The line that says that a bucket is written, and what is in it; with `Partial` where it began before `sinceMs`, from
 * when on the collector that wrote it is known to see all flows.
 */
export function bucketLine(
  keys: LevelKeys,
  bucket: BucketName,
  sums: readonly KeySums[],
  { latenessMs, sinceMs }: { readonly latenessMs: number; readonly sinceMs: number },
  nowMs: number
): RollupLine {
  const folded = sums.reduce((most, sum) => Math.max(most, sum.folded), 0);
  const facts = { Level: keys.level, StartMs: bucket.startMs, Keys: sums.length, Folded: folded };
  return {
    labels: labelsOf(bucket, BUCKET_LEVEL, nowMs),
    ms: timeOf(bucket, nowMs),
    subMs: 0,
    line: JSON.stringify({
      ...facts,
      LatenessMs: latenessMs,
      ...(bucket.startMs < sinceMs && { Partial: true }),
      Part: bucket.part,
    }),
  };
}

function timeOf({ tier, startMs }: BucketName, nowMs: number): number {
  return Math.min(startMs + TIER_MS[tier] - 1, Math.max(startMs, Math.floor(nowMs)));
}

function labelsOf(bucket: BucketName, level: string, nowMs: number): Array<readonly [string, string]> {
  const ms = timeOf(bucket, nowMs);
  const late = ms < nowMs - BEHIND_MS ? [['late', new Date(ms).toISOString().slice(11, 13)] as const] : [];
  return [['app', ROLLUP_APP], ['tier', bucket.tier], ['level', level], ...late];
}

function lineOf(names: readonly string[], { values, bytes, packets, flows }: KeySums): string {
  let line = `{"Bytes":${bytes},"Packets":${packets},"Flows":${flows}`;
  for (let i = 0; i < names.length; i++) {
    const value = values[i];
    if (value !== undefined) {
      line += names[i]! + (typeof value === 'number' ? value : JSON.stringify(value));
    }
  }
  return line;
}

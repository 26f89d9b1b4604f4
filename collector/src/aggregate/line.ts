import {
  BUCKET_LEVEL,
  COLUMN_END,
  columnText,
  ROLLUP_APP,
  ROLLUP_LAYOUT,
  TIER_MS,
  WRITTEN_AS,
  type TierName,
  type WrittenLevel,
} from '@netobserv-flows/schema';
import type { KeySums } from './bucket';
import type { EndSums } from './endSums';
import { FOLDED_NAMES, type Folded, type KeyValue, type LevelKeys } from './key';

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

/** What a bucket holds that is written, as lines and as facts on it. */
export interface BucketLines {
  readonly level: WrittenLevel;
  readonly keys: number;
  /** How much was folded in any of its keys. */
  readonly folded: Folded;
  readonly lines: readonly RollupLine[];
}

/** Names and values of a stream's labels. */
export type Labels = ReadonlyArray<readonly [string, string]>;

/** Labels by how much of a key was folded. */
function foldedLabels(common: Labels): Labels[] {
  return FOLDED_NAMES.map((folded) => (folded === undefined ? common : [...common, ['folded', folded] as const]));
}

const mostFolded = (sums: ReadonlyArray<{ readonly folded: Folded }>) =>
  sums.reduce<Folded>((most, { folded }) => (folded > most ? folded : most), 0);

/**
 * The lines of a bucket. They lie at its end, or now where that is sooner, so that what is written later is not too
 * far behind; what is late all the same goes to a stream by the hour of day, where only lines of that hour are.
 * @param more labels of their streams.
 */
export function rollupLines(
  keys: LevelKeys,
  bucket: BucketName,
  sums: readonly KeySums[],
  nowMs: number,
  more: Labels = []
): BucketLines {
  const { level } = WRITTEN_AS[keys.level];
  const ms = timeOf(bucket, nowMs);
  const labels = foldedLabels(labelsOf(bucket, level, nowMs, more));
  const lines = sums.map(({ values, folded, bytes, packets, flows }, index): RollupLine => ({
    labels: labels[folded]!,
    ms,
    subMs: 1 + (index % 999_999),
    line: rowOf([...keys.slots(values), bytes, packets, flows, ...values, bucket.part]),
  }));
  return { level, keys: sums.length, folded: mostFolded(sums), lines };
}

/**
 * The lines of a bucket of single ends: one for each, with what it sent and what it received.
 * @param keys of either side: both write alike.
 * @param labelled labels of their streams, by the slot of the end.
 */
export function endLines(
  keys: LevelKeys,
  bucket: BucketName,
  ends: readonly EndSums[],
  nowMs: number,
  labelled: (slot: string) => Labels = () => []
): BucketLines {
  const { level } = WRITTEN_AS[keys.level];
  const ms = timeOf(bucket, nowMs);
  const bySlot = new Map<string, Labels[]>();
  const lines = ends.map(({ values, folded, sums }, index): RollupLine => {
    const [slot = ''] = keys.slots(values);
    const labels = bySlot.get(slot) ?? foldedLabels(labelsOf(bucket, level, nowMs, labelled(slot)));
    bySlot.set(slot, labels);
    return {
      labels: labels[folded]!,
      ms,
      subMs: 1 + (index % 999_999),
      line: rowOf([
        slot,
        ...sidesOf(sums, 'bytes'),
        ...values,
        ...sidesOf(sums, 'packets'),
        ...sidesOf(sums, 'flows'),
        bucket.part,
      ]),
    };
  });
  return { level, keys: ends.length, folded: mostFolded(ends), lines };
}

/**
 * The line that says that a bucket is written, and what is in it; with `Partial` where it began before `sinceMs`, from
 * when on the collector that wrote it is known to see all flows.
 */
export function bucketLine(
  bucket: BucketName,
  { level, keys, folded }: BucketLines,
  { latenessMs, sinceMs }: { readonly latenessMs: number; readonly sinceMs: number },
  nowMs: number
): RollupLine {
  const facts = { Level: level, StartMs: bucket.startMs, Keys: keys, Folded: folded };
  return {
    labels: labelsOf(bucket, BUCKET_LEVEL, nowMs),
    ms: timeOf(bucket, nowMs),
    subMs: 0,
    line: JSON.stringify({
      ...facts,
      LatenessMs: latenessMs,
      ...(bucket.startMs < sinceMs && { Partial: true }),
      Layout: ROLLUP_LAYOUT,
      Part: bucket.part,
    }),
  };
}

function timeOf({ tier, startMs }: BucketName, nowMs: number): number {
  return Math.min(startMs + TIER_MS[tier] - 1, Math.max(startMs, Math.floor(nowMs)));
}

function labelsOf(bucket: BucketName, level: string, nowMs: number, more: Labels = []): Labels {
  const ms = timeOf(bucket, nowMs);
  const late = ms < nowMs - BEHIND_MS ? [['late', new Date(ms).toISOString().slice(11, 13)] as const] : [];
  return [['app', ROLLUP_APP], ['tier', bucket.tier], ['level', level], ...more, ...late];
}

/** What an end sent and received; nothing for what it did not. */
function sidesOf({ Src, Dst }: EndSums['sums'], sum: 'bytes' | 'packets' | 'flows'): KeyValue[] {
  return [Src?.[sum], Dst?.[sum]];
}

/** The values of a line, in the order of `rollupColumns`. */
function rowOf(values: readonly KeyValue[]): string {
  let row = '';
  for (const value of values) {
    row += columnText(value) + COLUMN_END;
  }
  return row;
}

import type { Stream } from './streams';

/** One line of a stream. */
export interface Entry {
  /** Milliseconds of the timestamp, since the Unix epoch. */
  readonly ms: number;
  /** Its nanosecond digits below a millisecond, 0 to 999,999. */
  readonly subMs: number;
  readonly line: string;
  /** Exporter of the flow that the line is; absent for lines that are no flow and count nowhere. */
  readonly exporter?: string;
  /** True for a line of a rollup, which is no flow but must not get lost uncounted. */
  readonly rollup?: true;
}

/** Entries of one stream, oldest first. */
export interface StreamEntries {
  readonly stream: Stream;
  readonly entries: readonly Entry[];
}

/** What goes to Loki in one push, taken apart. */
export interface Batch {
  readonly streams: readonly StreamEntries[];
  /** Size of its lines and labels, uncompressed. */
  readonly bytes: number;
}

/** What the encoding adds to a line at most: tags, lengths and the timestamp. */
export const ENTRY_OVERHEAD = 32;

/** Bytes that an entry takes in a push, at most. */
export function entryBytes(line: string): number {
  return Buffer.byteLength(line) + ENTRY_OVERHEAD;
}

/** A batch of the streams given, empty ones left out; its size counted again. */
export function makeBatch(streams: readonly StreamEntries[]): Batch {
  const filled = streams.filter(({ entries }) => entries.length > 0);
  const size = ({ stream, entries }: StreamEntries) =>
    entries.reduce((sum, { line }) => sum + entryBytes(line), Buffer.byteLength(stream.labels) + ENTRY_OVERHEAD);
  return { streams: filled, bytes: filled.reduce((sum, one) => sum + size(one), 0) };
}

/** How many entries a batch has. */
export function entryCount(batch: Batch): number {
  return batch.streams.reduce((sum, { entries }) => sum + entries.length, 0);
}

/** Stands among exporters for lines of rollups: they are no flows, but must not get lost uncounted. */
export const ROLLUPS = '';

/** Under what an entry counts: its exporter, or {@link ROLLUPS}; undefined where it counts nowhere. */
export function counterOf({ exporter, rollup }: Entry): string | undefined {
  return rollup === true ? ROLLUPS : exporter;
}

/** Flows of a batch by exporter, and lines of rollups under {@link ROLLUPS}; other lines count nowhere. */
export function flowsByExporter(batch: Batch): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { entries } of batch.streams) {
    for (const entry of entries) {
      const key = counterOf(entry);
      if (key !== undefined) {
        counts.set(key, (counts.get(key) ?? 0) + 1);
      }
    }
  }
  return counts;
}

/** Adds counts by exporter to others. */
export function addCounts(to: Map<string, number>, counts: ReadonlyMap<string, number>): void {
  for (const [exporter, count] of counts) {
    to.set(exporter, (to.get(exporter) ?? 0) + count);
  }
}

/** Counts by exporter of several, added up. */
export function addedUp(several: ReadonlyArray<ReadonlyMap<string, number>>): Map<string, number> {
  const sums = new Map<string, number>();
  several.forEach((counts) => addCounts(sums, counts));
  return sums;
}

/** Two halves of a batch of at least two entries: by streams while there are several, then by time. */
export function halve(batch: Batch): [Batch, Batch] {
  const [first] = batch.streams;
  if (batch.streams.length > 1 || first === undefined) {
    const middle = Math.ceil(batch.streams.length / 2);
    return [makeBatch(batch.streams.slice(0, middle)), makeBatch(batch.streams.slice(middle))];
  }
  const middle = Math.ceil(first.entries.length / 2);
  return [
    makeBatch([{ stream: first.stream, entries: first.entries.slice(0, middle) }]),
    makeBatch([{ stream: first.stream, entries: first.entries.slice(middle) }]),
  ];
}

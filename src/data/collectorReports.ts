import { COLLECTOR_APP } from '@netobserv-flows/schema';
import { askLoki } from './askLoki';
import { flowsFromFrames } from './frames';
import { rangeOf } from './newestFlow';

/** How far back reports are read, in ms: some of them, at the default of one a minute. */
export const REPORTS_MS = 15 * 60_000;

/** As many lines as Loki gives by default: 200 exporters for 15 minutes, and their losses. */
const MOST_LINES = 5000;

/** What a collector has told of one exporter. */
export interface ExporterReport {
  /** Name of the collector's process. */
  readonly collector: string;
  readonly address: string;
  /** As the collector's `decode.exporters` names it. */
  readonly name?: string;
  /** What it sends: `IPFIX`, `NetFlow v9`. */
  readonly protocols: readonly string[];
  /** When its last datagram came, in ms since the Unix epoch; undefined where none has come yet. */
  readonly lastSeenMs?: number;
  /** Flows decoded a second, in the time of the newest report. */
  readonly flowsPerSecond: number;
  /** One packet of so many is seen. */
  readonly sampling?: number;
  /** By how much its clock is ahead of the collector's, in ms. */
  readonly clockSkewMs?: number;
  /** What was lost in the time that was read, the largest first. */
  readonly lost: ReadonlyArray<{ readonly reason: string; readonly count: number }>;
}

/** Reports of collectors on themselves. */
export interface CollectorReports {
  /** Names of the collectors that reported. */
  readonly collectors: readonly string[];
  readonly exporters: readonly ExporterReport[];
  /** False where there are more lines than were read: losses of the earlier part are missing then. */
  readonly complete: boolean;
}

type Line = Readonly<Record<string, unknown>>;

const PROTOCOLS = new Map<unknown, string>([
  [5, 'NetFlow v5'],
  [9, 'NetFlow v9'],
  [10, 'IPFIX'],
  ['sflow5', 'sFlow'],
]);

function textOf(line: Line, name: string): string | undefined {
  const value = line[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function numberOf(line: Line, name: string): number | undefined {
  const value = line[name];
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

function keyOf(line: Line): string {
  return JSON.stringify([textOf(line, 'Instance'), textOf(line, 'Exporter')]);
}

function exporterOf(line: Line, lost: ReadonlyMap<string, number>): ExporterReport {
  const lastSeenMs = numberOf(line, 'LastSeenMs');
  const versions = Array.isArray(line.Versions) ? line.Versions : [];
  return {
    collector: textOf(line, 'Instance') ?? '',
    address: textOf(line, 'Exporter') ?? '',
    name: textOf(line, 'Name'),
    protocols: versions.flatMap((version: unknown) => PROTOCOLS.get(version) ?? []),
    // Of an exporter whose datagrams were all refused nothing else is known.
    lastSeenMs: lastSeenMs === 0 ? undefined : lastSeenMs,
    flowsPerSecond: (numberOf(line, 'Decoded') ?? 0) / Math.max(1, numberOf(line, 'IntervalSeconds') ?? 1),
    sampling: numberOf(line, 'Sampling'),
    clockSkewMs: numberOf(line, 'ClockSkewMs'),
    lost: [...lost].map(([reason, count]) => ({ reason, count })).sort((a, b) => b.count - a.count),
  };
}

/** What one collector reported of one exporter in the time that was read. */
interface Told {
  readonly newest: Line;
  /** Places of its lines among all, which are the newest first. */
  readonly newestAt: number;
  oldestAt: number;
  readonly lost: Map<string, number>;
}

type Losses = ReadonlyMap<string, ReadonlyMap<string, number>>;

/** Of each exporter, by its address, what each collector told. */
function toldOf(lines: readonly Line[], losses: Losses): Told[][] {
  const exporters = new Map<string, Map<string, Told>>();
  lines.forEach((line, at) => {
    if (line.kind !== 'exporter') {
      return;
    }
    const [address, collector] = [textOf(line, 'Exporter') ?? '', textOf(line, 'Instance') ?? ''];
    const tellers = exporters.get(address) ?? new Map<string, Told>();
    exporters.set(address, tellers);
    const known = tellers.get(collector);
    if (known === undefined) {
      const lost = new Map(losses.get(keyOf(line)));
      tellers.set(collector, { newest: line, newestAt: at, oldestAt: at, lost });
    } else {
      known.oldestAt = at;
    }
  });
  return [...exporters.values()].map((tellers) => [...tellers.values()]);
}

/**
 * Leaves out who told of an exporter for the last time before another began to: a collector that was started anew, or
 * whose exporters another took over. What it lost counts with the other's. The other must have told more than once, as
 * between two reports of one there is one of every other that is still there.
 * @param tellers the newest first.
 */
function stillTelling(tellers: readonly Told[]): Told[] {
  const kept: Told[] = [];
  for (const one of tellers) {
    const successor = kept.find(({ newestAt, oldestAt }) => newestAt < oldestAt && oldestAt < one.newestAt);
    if (successor === undefined) {
      kept.push(one);
      continue;
    }
    for (const [reason, count] of one.lost) {
      successor.lost.set(reason, (successor.lost.get(reason) ?? 0) + count);
    }
  }
  return kept;
}

/**
 * What report lines say, the newest first: of each exporter its newest line, and its losses over all lines.
 * @param lines as the collector writes them (docs/collector.md, 'The report in Loki'), with their stream labels.
 */
export function readReports(lines: readonly Line[], complete = true): CollectorReports {
  const collectors = new Set<string>();
  const losses = new Map<string, Map<string, number>>();
  for (const line of lines) {
    const [collector, reason, count] = [textOf(line, 'Instance'), textOf(line, 'Reason'), numberOf(line, 'Count')];
    if (collector !== undefined) {
      collectors.add(collector);
    }
    if (line.kind === 'loss' && reason !== undefined && count !== undefined) {
      const ofExporter = losses.get(keyOf(line)) ?? new Map<string, number>();
      losses.set(keyOf(line), ofExporter.set(reason, (ofExporter.get(reason) ?? 0) + count));
    }
  }
  const exporters = toldOf(lines, losses)
    .flatMap(stillTelling)
    .map(({ newest, lost }) => exporterOf(newest, lost));
  return { collectors: [...collectors].sort(), exporters, complete };
}

/**
 * Asks Loki what collectors reported in the last {@link REPORTS_MS}.
 * @throws what Grafana or Loki says where the query fails.
 */
export async function collectorReports(uid: string, nowMs: number): Promise<CollectorReports> {
  const query = {
    refId: 'reports',
    expr: `{app="${COLLECTOR_APP}", kind=~"collector|exporter|loss"}`,
    queryType: 'range',
    maxLines: MOST_LINES,
    direction: 'backward',
  };
  const { data } = await askLoki(uid, rangeOf(nowMs - REPORTS_MS, nowMs), [query]);
  const { rows } = flowsFromFrames(data);
  return readReports(
    rows.map(({ stored }) => stored),
    rows.length < MOST_LINES
  );
}

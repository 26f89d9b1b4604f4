import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { COLLECTOR_APP } from '@netobserv-flows/schema';
import { z } from 'zod';
import type { AggregateStats } from './aggregate';
import { versionsOf, type Counts, type ExporterCounts } from './counts';
import { LOSS_STAGES, type LossReason } from './flow';
import type { LokiStats, PlainLine } from './loki';
import type { PushTimes } from './pushTimes';

/** Settings under `report`: what the collector tells Loki of itself. */
export const reportConfig = z.strictObject({
  /** Whether it reports to Loki; Prometheus has the same figures either way. */
  enabled: z.boolean().default(true),
  /** Seconds between reports. */
  intervalSeconds: z.int().min(10).max(3_600).default(60),
});

/** The settings under `report`, checked and with their defaults. */
export type ReportConfig = z.output<typeof reportConfig>;

/** Where the figures come from at the moment they are reported. */
export interface ReportSources {
  readonly counts: Counts;
  readonly loki: () => LokiStats;
  /** Nobody else takes from them. */
  readonly pushTimes: PushTimes;
  readonly aggregate: () => AggregateStats;
  /** Templates held, over all exporters. */
  readonly templates: () => number;
  /** As `decode.exporters` names an exporter. */
  readonly nameOf: (address: string) => string | undefined;
  /** Datagrams that the kernel dropped, by port; undefined where it does not tell. */
  readonly kernelDrops: () => Promise<Map<number, number> | undefined>;
}

type Figures = Record<string, number>;

/**
 * The collector's report on itself, in `{app="netobserv-collector", kind="…"}`, so that health panels and alerts need
 * nothing but Loki: what happened since the report before, and how things stand. Its lines are of three kinds:
 * `collector` (one), `exporter` (one each, also of those that sent nothing) and `loss` (by exporter and reason).
 */
export class Report {
  readonly #sources: ReportSources;
  readonly #instance = `${hostname()}.${randomBytes(4).toString('base64url')}`;
  #before = new Map<string, Figures>();
  #lastMs: number;

  /** @param startMs when the figures began to count, in ms since the epoch. */
  constructor(sources: ReportSources, startMs: number) {
    this.#sources = sources;
    this.#lastMs = startMs;
  }

  /** The lines of a report, and the beginning of the next. */
  async lines(nowMs: number): Promise<PlainLine[]> {
    const seconds = Math.round((nowMs - this.#lastMs) / 1_000);
    this.#lastMs = nowMs;
    const now = new Map<string, Figures>();
    const since = (key: string, figures: Figures): Figures => {
      const before = this.#before.get(key);
      now.set(key, figures);
      return Object.fromEntries(Object.entries(figures).map(([name, value]) => [name, value - (before?.[name] ?? 0)]));
    };
    const drops = await this.#sources.kernelDrops();
    const pushes = this.#sources.pushTimes.take();
    const head = { Instance: this.#instance, IntervalSeconds: seconds };
    const found: Array<readonly [kind: string, line: object]> = [
      ['collector', { ...head, ...since('', this.#totals(drops)), ...pushes, ...this.#state() }],
    ];
    for (const [Exporter, one] of this.#sources.counts.all()) {
      const figures = since(`exporter ${one.id}`, exporterFigures(one));
      const Name = this.#sources.nameOf(Exporter);
      const known = { ...(Name !== undefined && { Name }), ...exporterState(one) };
      found.push(['exporter', { ...head, Exporter, ...known, ...figures }]);
      for (const [Reason, count] of one.lost) {
        const { Count = 0 } = since(`loss ${Reason} ${one.id}`, { Count: count });
        if (Count > 0) {
          found.push(['loss', { ...head, Exporter, Reason, Stage: LOSS_STAGES[Reason], Count }]);
        }
      }
    }
    this.#before = now;
    return found.map(([kind, line], index) => ({
      labels: [
        ['app', COLLECTOR_APP],
        ['kind', kind],
      ],
      ms: nowMs,
      subMs: index,
      line: JSON.stringify(line),
    }));
  }

  #totals(drops: Map<number, number> | undefined): Figures {
    const { counts, loki, aggregate } = this.#sources;
    const { retries, folded, rollupsStored, rollupsLost } = loki();
    const { lines, foldedKeys } = aggregate();
    return {
      Datagrams: counts.total('datagrams'),
      DatagramBytes: counts.total('bytes'),
      Decoded: counts.total('decoded'),
      Enriched: counts.total('enriched'),
      Duplicates: counts.total('duplicates'),
      Stored: counts.total('stored'),
      Lost: lostOf(counts.losses()),
      ...(drops !== undefined && { KernelDrops: [...drops.values()].reduce((sum, count) => sum + count, 0) }),
      PushRetries: retries,
      Folded: folded,
      RollupLines: lines,
      RollupLinesStored: rollupsStored,
      RollupLinesLost: rollupsLost,
      RollupKeysFolded: foldedKeys,
    };
  }

  #state(): Figures {
    const { pendingFlows, queueBytes, streams, workloads, spool } = this.#sources.loki();
    return {
      Pending: pendingFlows,
      QueueBytes: queueBytes,
      ...(spool && { SpoolBytes: spool.bytes, SpoolFlows: spool.flows }),
      Streams: streams,
      Workloads: workloads,
      Templates: this.#sources.templates(),
      RollupKeys: this.#sources.aggregate().openKeys,
    };
  }
}

/** What an exporter says of itself, and when; absent while it has not. */
function exporterState(one: ExporterCounts) {
  const { versions, sampling, skewMs, lastMs } = one;
  return {
    ...(versions.size > 0 && { Versions: versionsOf(one) }),
    ...(sampling !== undefined && { Sampling: sampling }),
    ...(skewMs !== undefined && { ClockSkewMs: Math.round(skewMs) }),
    ...(lastMs > 0 && { LastSeenMs: lastMs }),
  };
}

function exporterFigures(one: ExporterCounts): Figures {
  return {
    Datagrams: one.datagrams,
    DatagramBytes: one.bytes,
    Decoded: one.decoded,
    Enriched: one.enriched,
    Duplicates: one.duplicates,
    Stored: one.stored,
    Lost: lostOf(Object.fromEntries(one.lost)),
  };
}

function lostOf(losses: Partial<Record<LossReason, number>>): number {
  return Object.values(losses).reduce((sum, count) => sum + count, 0);
}

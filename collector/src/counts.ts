import type { MessageVersion } from './decode';
import type { LossReason } from './flow';
import type { PipelineCounts } from './pipeline';
import { Rate } from './rate';

/** Exporters that are told apart; any sender of a datagram is one, so there must be a bound. */
const MAX_EXPORTERS = 200;
/** The name under which all further ones are counted. */
export const OTHER_EXPORTERS = 'other';

/** What was counted of one exporter since the start. */
export interface ExporterCounts {
  datagrams: number;
  bytes: number;
  decoded: number;
  enriched: number;
  duplicates: number;
  stored: number;
  readonly lost: Map<LossReason, number>;
  /** When its last datagram came, in milliseconds since the Unix epoch. */
  lastMs: number;
  /** Of the messages that it sent. */
  readonly versions: Set<MessageVersion>;
  /** By how much its clock is ahead of this host's, smoothed, in milliseconds; it tells whole seconds mostly. */
  skewMs: number | undefined;
  /** What its last flow said: one packet of so many was seen. */
  sampling: number | undefined;
  /** Flows decoded a second. */
  readonly rate: Rate;
}

const VERSIONS: readonly MessageVersion[] = [5, 9, 10, 'sflow5'];

/** How much of a clock's distance each message is believed. */
const SKEW_WEIGHT = 1 / 16;

/** Versions of an exporter in a fixed order: 5, 9, 10 (IPFIX), sflow5. */
export function versionsOf({ versions }: Pick<ExporterCounts, 'versions'>): MessageVersion[] {
  return VERSIONS.filter((version) => versions.has(version));
}

/** Everything that is counted by exporter, with a bound on how many are told apart. */
export class Counts implements PipelineCounts {
  private readonly exporters = new Map<string, ExporterCounts>();
  /** The exporter that was asked for last: a flow is counted in several ways. */
  private last: string | undefined;
  private lastCounts: ExporterCounts | undefined;

  received(exporter: string, bytes: number, receivedMs: number): void {
    const counts = this.of(exporter);
    counts.datagrams++;
    counts.bytes += bytes;
    counts.lastMs = receivedMs;
  }

  decoded(exporter: string, flows: number, sampling?: number): void {
    const counts = this.of(exporter);
    counts.decoded += flows;
    counts.sampling = sampling ?? counts.sampling;
  }

  /**
   * A message with its version, and by how much the exporter's clock was ahead of ours, in milliseconds; undefined
   * where it does not tell the time.
   */
  message(exporter: string, version: MessageVersion, aheadMs: number | undefined): void {
    const counts = this.of(exporter);
    if (!counts.versions.has(version)) {
      counts.versions.add(version);
    }
    if (aheadMs !== undefined) {
      const { skewMs = aheadMs } = counts;
      counts.skewMs = skewMs + (aheadMs - skewMs) * SKEW_WEIGHT;
    }
  }

  /** Takes a sample of each exporter's rate; to be called about once a second. */
  sample(nowMs: number): void {
    for (const { rate, decoded } of this.exporters.values()) {
      rate.sample(decoded, nowMs);
    }
  }

  enriched(exporter: string): void {
    this.of(exporter).enriched++;
  }

  duplicate(exporter: string): void {
    this.of(exporter).duplicates++;
  }

  stored(exporter: string, flows: number): void {
    this.of(exporter).stored += flows;
  }

  lost(reason: LossReason, exporter: string, count: number): void {
    const { lost } = this.of(exporter);
    lost.set(reason, (lost.get(reason) ?? 0) + count);
  }

  /** Each exporter with its counts. */
  all(): IterableIterator<[exporter: string, counts: ExporterCounts]> {
    return this.exporters.entries();
  }

  /** A count over all exporters. */
  total(key: 'datagrams' | 'bytes' | 'decoded' | 'enriched' | 'duplicates' | 'stored'): number {
    return [...this.exporters.values()].reduce((sum, counts) => sum + counts[key], 0);
  }

  /** Losses over all exporters, by reason. */
  losses(): Partial<Record<LossReason, number>> {
    const sums: Partial<Record<LossReason, number>> = {};
    for (const { lost } of this.exporters.values()) {
      for (const [reason, count] of lost) {
        sums[reason] = (sums[reason] ?? 0) + count;
      }
    }
    return sums;
  }

  private of(exporter: string): ExporterCounts {
    if (this.lastCounts === undefined || exporter !== this.last) {
      this.lastCounts = this.exporters.get(exporter) ?? this.add(exporter);
      this.last = exporter;
    }
    return this.lastCounts;
  }

  private add(exporter: string): ExporterCounts {
    const key = this.exporters.size < MAX_EXPORTERS ? exporter : OTHER_EXPORTERS;
    const counts = this.exporters.get(key) ?? {
      datagrams: 0,
      bytes: 0,
      decoded: 0,
      enriched: 0,
      duplicates: 0,
      stored: 0,
      lost: new Map<LossReason, number>(),
      lastMs: 0,
      versions: new Set<MessageVersion>(),
      skewMs: undefined,
      sampling: undefined,
      rate: new Rate(),
    };
    this.exporters.set(key, counts);
    return counts;
  }
}

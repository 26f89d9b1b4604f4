import type { LossReason } from './flow';
import type { PipelineCounts } from './pipeline';

/** Exporters that are told apart; any sender of a datagram is one, so there must be a bound. */
const MAX_EXPORTERS = 200;
/** The name under which all further ones are counted. */
const OTHER = 'other';

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
}

/** Everything that is counted by exporter, with a bound on how many are told apart. */
export class Counts implements PipelineCounts {
  private readonly exporters = new Map<string, ExporterCounts>();

  received(exporter: string, bytes: number, receivedMs: number): void {
    const counts = this.of(exporter);
    counts.datagrams++;
    counts.bytes += bytes;
    counts.lastMs = receivedMs;
  }

  decoded(exporter: string, flows: number): void {
    this.of(exporter).decoded += flows;
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
    const known = this.exporters.get(exporter);
    if (known !== undefined) {
      return known;
    }
    const key = this.exporters.size < MAX_EXPORTERS ? exporter : OTHER;
    const counts = this.exporters.get(key) ?? {
      datagrams: 0,
      bytes: 0,
      decoded: 0,
      enriched: 0,
      duplicates: 0,
      stored: 0,
      lost: new Map<LossReason, number>(),
      lastMs: 0,
    };
    this.exporters.set(key, counts);
    return counts;
  }
}

import type { MessageVersion } from './decode';
import type { LossReason } from './flow';
import type { PipelineCounts } from './pipeline';
import { Rate } from './rate';

/** Exporters that are told apart; any sender of a datagram is one, so there must be a bound. */
const MAX_EXPORTERS = 200;
/** One of which nothing was counted for so long may make room for another: all of it has been reported by then. */
const SILENT_MS = 3_600_000;
/** The name under which all further ones are counted. */
export const OTHER_EXPORTERS = 'other';

/** Counts that can be summed up over exporters. */
const SUMMED = ['datagrams', 'bytes', 'decoded', 'enriched', 'duplicates', 'stored'] as const;
type Summed = (typeof SUMMED)[number];

/** What was counted of one exporter since it came, or came again after it had made room for another. */
export interface ExporterCounts {
  /** Tells these counts from earlier ones of the same exporter. */
  readonly id: number;
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

/** An exporter's counts, and when they were last seen to have grown. */
interface Entry extends ExporterCounts {
  seen: number;
  activeMs: number;
}

/**
 * Everything that is counted by exporter, with a bound on how many are told apart. When all places are taken, one that
 * was silent for an hour makes room, first among those that never sent a flow; for an exporter of which a flow was
 * decoded, one that never sent any makes room at once. What was counted of it stays in the sums.
 */
export class Counts implements PipelineCounts {
  private readonly exporters = new Map<string, Entry>();
  /** What was counted of those that made room. */
  private readonly gone = newCounts(0);
  /** Those that may make room, the last one first; empty while there is room. */
  private silent: string[] = [];
  /** Where those are counted that have no place. */
  private other: ExporterCounts | undefined;
  /** Whether there may be one that never sent a flow. */
  private hasUnproven = true;
  private made = 0;
  private nowMs = 0;
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
    let counts = this.of(exporter);
    if (counts === this.other && this.hasUnproven) {
      counts = this.prove(exporter, counts);
    }
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

  /** Takes a sample of each exporter's rate, and sees who is silent; to be called about once a second. */
  sample(nowMs: number): void {
    this.nowMs = nowMs;
    for (const entry of this.exporters.values()) {
      entry.rate.sample(entry.decoded, nowMs);
      const seen = activityOf(entry);
      if (seen !== entry.seen) {
        entry.seen = seen;
        entry.activeMs = nowMs;
      }
    }
    this.silent = this.exporters.size < MAX_EXPORTERS ? [] : this.findSilent();
    // Who was counted among the others may have a place of its own by now.
    this.last = undefined;
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
    addTo(this.of(exporter).lost, reason, count);
  }

  /** Each exporter with its counts. */
  all(): IterableIterator<[exporter: string, counts: ExporterCounts]> {
    return this.exporters.entries();
  }

  /** A count over all exporters. */
  total(key: Summed): number {
    return [...this.exporters.values()].reduce((sum, counts) => sum + counts[key], this.gone[key]);
  }

  /** Losses over all exporters, by reason. */
  losses(): Partial<Record<LossReason, number>> {
    const sums: Partial<Record<LossReason, number>> = Object.fromEntries(this.gone.lost);
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
    if (this.exporters.size < MAX_EXPORTERS || this.makeRoom()) {
      return this.place(exporter);
    }
    this.other = this.exporters.get(OTHER_EXPORTERS) ?? this.place(OTHER_EXPORTERS);
    return this.other;
  }

  private place(key: string): Entry {
    const entry = { ...newCounts(++this.made), seen: 0, activeMs: this.nowMs };
    this.exporters.set(key, entry);
    this.hasUnproven = true;
    return entry;
  }

  /** Gives an exporter that sends flows the place of one that never did: anyone may send anything from any address. */
  private prove(exporter: string, other: ExporterCounts): ExporterCounts {
    let idlest: [key: string, entry: Entry] | undefined;
    for (const one of this.exporters) {
      const [key, { decoded, activeMs }] = one;
      if (decoded === 0 && key !== OTHER_EXPORTERS && (idlest === undefined || activeMs < idlest[1].activeMs)) {
        idlest = one;
      }
    }
    if (idlest === undefined) {
      this.hasUnproven = false;
      return other;
    }
    this.remove(...idlest);
    // The datagram that proves it was counted among the others.
    this.lastCounts = Object.assign(this.place(exporter), { lastMs: other.lastMs });
    this.last = exporter;
    return this.lastCounts;
  }

  private findSilent(): string[] {
    return [...this.exporters]
      .filter(([key, { activeMs }]) => this.nowMs - activeMs > SILENT_MS && key !== OTHER_EXPORTERS)
      .sort(([, a], [, b]) => Number(b.decoded === 0) - Number(a.decoded === 0) || a.activeMs - b.activeMs)
      .map(([key]) => key)
      .reverse();
  }

  private makeRoom(): boolean {
    for (let key = this.silent.pop(); key !== undefined; key = this.silent.pop()) {
      const entry = this.exporters.get(key);
      // Another datagram of it may have come since.
      if (entry !== undefined && activityOf(entry) === entry.seen) {
        this.remove(key, entry);
        return true;
      }
    }
    return false;
  }

  private remove(key: string, entry: Entry): void {
    this.exporters.delete(key);
    SUMMED.forEach((name) => (this.gone[name] += entry[name]));
    entry.lost.forEach((count, reason) => addTo(this.gone.lost, reason, count));
  }
}

function newCounts(id: number): ExporterCounts {
  return {
    id,
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
}

/** Grows whenever something is counted of an exporter. */
function activityOf({ datagrams, decoded, stored, lost }: ExporterCounts): number {
  let sum = datagrams + decoded + stored;
  for (const count of lost.values()) {
    sum += count;
  }
  return sum;
}

function addTo(lost: Map<LossReason, number>, reason: LossReason, count: number): void {
  lost.set(reason, (lost.get(reason) ?? 0) + count);
}

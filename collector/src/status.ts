import type { Counts } from './counts';
import type { LossReason } from './flow';
import type { Readiness } from './http';
import type { LokiStats } from './loki';

/** What `/status` shows: figures since the start, for people and for `npm start`'s live line. */
export interface Status {
  readonly uptimeSeconds: number;
  readonly ready: boolean;
  /** What is not ready, in words. */
  readonly reasons: readonly string[];
  /** Addresses that exporters can send to. */
  readonly listen: readonly string[];
  /** Flows decoded a second, over the last ten seconds. */
  readonly flowsPerSecond: number;
  readonly datagrams: number;
  readonly decoded: number;
  readonly enriched: number;
  readonly duplicates: number;
  readonly stored: number;
  /** Flows that were in the spool at the start. `decoded + recovered = stored + pending + what was lost of them`. */
  readonly recovered: number;
  /** Flows that are neither stored nor lost yet. */
  readonly pending: number;
  readonly queueBytes: number;
  /** What is on disk; absent without a spool. */
  readonly spool?: SpoolStatus;
  readonly lost: Partial<Record<LossReason, number>>;
  /** Up to 200 exporters; the rest together under `other`. */
  readonly exporters: ReadonlyArray<{
    readonly address: string;
    readonly datagrams: number;
    readonly decoded: number;
    readonly stored: number;
    readonly lastMs: number;
  }>;
}

/** What the spool holds. */
export interface SpoolStatus {
  readonly bytes: number;
  readonly segments: number;
  readonly flows: number;
  readonly writeErrors: number;
}

/** Puts the status together. */
export function statusOf(
  counts: Counts,
  loki: LokiStats,
  parts: Readonly<Record<string, Readiness>>,
  rest: Pick<Status, 'uptimeSeconds' | 'listen' | 'flowsPerSecond'>
): Status {
  return {
    ...rest,
    ready: Object.values(parts).every(({ ok }) => ok),
    reasons: Object.values(parts).flatMap(({ reason }) => reason ?? []),
    datagrams: counts.total('datagrams'),
    decoded: counts.total('decoded'),
    enriched: counts.total('enriched'),
    duplicates: counts.total('duplicates'),
    stored: counts.total('stored'),
    recovered: loki.recoveredFlows,
    pending: loki.pendingFlows,
    queueBytes: loki.queueBytes,
    ...(loki.spool && { spool: spoolStatus(loki.spool) }),
    lost: counts.losses(),
    exporters: [...counts.all()].map(([address, { datagrams, decoded, stored, lastMs }]) => ({
      address,
      datagrams,
      decoded,
      stored,
      lastMs,
    })),
  };
}

function spoolStatus({ bytes, segments, flows, writeErrors }: SpoolStatus): SpoolStatus {
  return { bytes, segments, flows, writeErrors };
}

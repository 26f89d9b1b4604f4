import { versionsOf, type Counts, type ExporterCounts } from './counts';
import type { MessageVersion } from './decode';
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
  /** Datagrams that the kernel dropped, over all ports; absent where it does not tell. */
  readonly kernelDrops?: number;
  /** Templates held. */
  readonly templates: number;
  /** Data sets that wait for their template. */
  readonly waitingSets: number;
  /** Up to 200 exporters, the rest together under `other`; without those that were silent for long and made room. */
  readonly exporters: readonly ExporterStatus[];
}

/** What is known of one exporter. */
export interface ExporterStatus {
  readonly address: string;
  /** As `decode.exporters` names it, else the name of its node. */
  readonly name?: string;
  /** Versions that it sends: 5 and 9 (NetFlow), 10 (IPFIX), sflow5. */
  readonly versions: readonly MessageVersion[];
  /** When its last datagram came, in milliseconds since the Unix epoch. */
  readonly lastMs: number;
  readonly flowsPerSecond: number;
  readonly datagrams: number;
  readonly decoded: number;
  readonly duplicates: number;
  readonly stored: number;
  /** One packet of so many is seen, as its last flow said. */
  readonly sampling?: number;
  /** By how much its clock is ahead of the collector's, in milliseconds; most exporters tell whole seconds. */
  readonly clockSkewMs?: number;
  readonly lost: Partial<Record<LossReason, number>>;
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
  {
    nameOf,
    ...rest
  }: Pick<Status, 'uptimeSeconds' | 'listen' | 'flowsPerSecond' | 'kernelDrops' | 'templates' | 'waitingSets'> & {
    /** What an exporter is called. */
    readonly nameOf: (address: string) => string | undefined;
  }
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
    exporters: [...counts.all()].map(([address, one]) => exporterStatus(address, nameOf(address), one)),
  };
}

function exporterStatus(address: string, name: string | undefined, one: ExporterCounts): ExporterStatus {
  const { datagrams, decoded, duplicates, stored, lastMs, sampling, skewMs } = one;
  return {
    address,
    ...(name !== undefined && { name }),
    versions: versionsOf(one),
    lastMs,
    flowsPerSecond: one.rate.perSecond,
    datagrams,
    decoded,
    duplicates,
    stored,
    ...(sampling !== undefined && { sampling }),
    ...(skewMs !== undefined && { clockSkewMs: Math.round(skewMs) }),
    lost: Object.fromEntries(one.lost),
  };
}

function spoolStatus({ bytes, segments, flows, writeErrors }: SpoolStatus): SpoolStatus {
  return { bytes, segments, flows, writeErrors };
}

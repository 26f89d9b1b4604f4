import type { ReportLoss } from '../flow';
import type { SpoolStats } from '../spool';
import type { Answer } from './answer';

/** What the writer tells its surroundings; all of it without waiting for an answer. */
export interface LokiEvents {
  readonly onLoss: ReportLoss;
  /** Flows of an exporter are stored: Loki acknowledged them. */
  readonly onStored: (exporter: string, flows: number) => void;
  /** One push is over, after so many seconds. */
  readonly onPush: (result: Answer['kind'], seconds: number) => void;
  /** Something that an operator should know; `key` names the kind of message, for rate limiting. */
  readonly onNotice: (level: 'info' | 'warn', key: string, message: string) => void;
}

/** Figures of the writer at one moment, and counts since the start. */
export interface LokiStats {
  /** Flows that are neither stored nor lost yet. */
  readonly pendingFlows: number;
  /** Flows of former processes that were found in the spool at the start. */
  readonly recoveredFlows: number;
  /** Bytes that wait in memory: gathering, queued and in flight. */
  readonly queueBytes: number;
  /** Figures of the spool, where there is one. */
  readonly spool?: SpoolStats;
  readonly streams: number;
  readonly workloads: number;
  readonly retries: number;
  /** Flows written to a stream with fewer labels because there were too many streams. */
  readonly folded: number;
  /** Lines of rollups that are stored. */
  readonly rollupsStored: number;
  /** Lines of rollups that Loki refused, or did not take in time. */
  readonly rollupsLost: number;
}

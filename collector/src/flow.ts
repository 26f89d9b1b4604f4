import type { FlowRecord } from '@netobserv-flows/schema';
import type { FlowEnd } from './ends';

/** A UDP payload, an IPFIX message of a connection, or a payload taken from a capture, with where it came from. */
export interface Datagram {
  readonly payload: Buffer;
  /** Source address, IPv4 or IPv6 as text. */
  readonly address: string;
  /** Source port. */
  readonly port: number;
  /** When it was received, in milliseconds since the Unix epoch. */
  readonly receivedMs: number;
  /** The connection that it came by: templates belong to it alone, and end with it. Absent for UDP. */
  readonly session?: string;
}

/** A flow on its way through the collector. */
export interface Flow {
  readonly record: FlowRecord;
  /**
   * Nanosecond digits for the Loki timestamp, 0 to 999,999. Made from the datagram and the record's place in it:
   * the same datagram gives the same digits again, and two records of one datagram differ.
   */
  readonly subMs: number;
  /**
   * Hints at the ends' IPv4 addresses, as numbers of 32 bits: what is known of an address is found by it. They may be
   * wrong, and 0 or absent where they are not known: the record's texts count.
   */
  readonly srcWord?: number;
  readonly dstWord?: number;
  /** Observed going out, after it came in by no interface: what came in by one may have been observed there before. */
  readonly cameInUnseen?: boolean;
  /** Its ends, once it has names: what stages keep of an end is found by it. */
  source?: FlowEnd;
  destination?: FlowEnd;
}

/** Which stage a loss is of: what did not come into the collector's hands, what did not become flows, and whole flows. */
export type LossStage = 'receive' | 'decode' | 'store';

/** Why something did not reach Loki, the `reason` label of the collector's loss counter, and the stage that it is of. */
export const LOSS_STAGES = {
  unknown_version: 'decode',
  malformed: 'decode',
  no_template: 'decode',
  template_invalid: 'decode',
  template_limit: 'decode',
  not_a_flow: 'decode',
  exporter_limit: 'decode',
  oversize: 'decode',
  sequence_gap: 'receive',
  agent_drops: 'receive',
  not_sent: 'receive',
  receive_error: 'receive',
  refused: 'receive',
  rate_limited: 'receive',
  connection_limit: 'receive',
  kafka_unsent: 'receive',
  kafka_expired: 'receive',
  kafka_invalid: 'decode',
  queue_full: 'store',
  spool_full: 'store',
  spool_corrupt: 'store',
  rejected: 'store',
  too_large: 'store',
  shutdown: 'store',
  internal_error: 'store',
} as const satisfies Record<string, LossStage>;

/** Why one thing did not. */
export type LossReason = keyof typeof LOSS_STAGES;

/**
 * Counts a loss.
 * @param count datagrams, sets, templates or flows, as the reason tells.
 * @param detail what exactly was wrong, for the rate-limited log.
 */
export type ReportLoss = (reason: LossReason, exporter: string, count: number, detail?: string) => void;

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

/** Why something that was received did not reach Loki; the `reason` label of the collector's loss counter. */
export const LOSS_REASONS = [
  'unknown_version',
  'malformed',
  'no_template',
  'template_invalid',
  'template_limit',
  'not_a_flow',
  'exporter_limit',
  'oversize',
  'sequence_gap',
  'agent_drops',
  'not_sent',
  'receive_error',
  'refused',
  'rate_limited',
  'connection_limit',
  'kafka_unsent',
  'kafka_expired',
  'kafka_invalid',
  'queue_full',
  'spool_full',
  'spool_corrupt',
  'rejected',
  'too_large',
  'shutdown',
  'internal_error',
] as const;

/** Why one thing did not. */
export type LossReason = (typeof LOSS_REASONS)[number];

/**
 * Counts a loss.
 * @param count datagrams, sets, templates or flows, as the reason tells.
 * @param detail what exactly was wrong, for the rate-limited log.
 */
export type ReportLoss = (reason: LossReason, exporter: string, count: number, detail?: string) => void;

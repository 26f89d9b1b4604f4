import type { Observation } from './observation';

/** Of the two upper bits of a forwarding status: the packets were dropped. */
const DROPPED = 2;

/** IANA's names of forwardingStatus (IE 89) for dropped packets, from 128 on. */
const CAUSES = [
  ...['Unknown', 'ACL deny', 'ACL drop', 'Unroutable', 'Adjacency', 'Fragmentation and DF set', 'Bad header checksum'],
  ...['Bad total Length', 'Bad header length', 'bad TTL', 'Policer', 'WRED', 'RPF', 'For us', 'Bad output interface'],
  'Hardware',
];

/** What of a flow was dropped, in the exporter's own counters, and why. */
export interface Drop {
  readonly bytes?: number;
  readonly packets?: number;
  readonly cause?: string;
}

const NONE: Drop = {};

/**
 * What of a flow the exporter dropped: as it counted it (IE 132, 133; sFlow), or all of it where its forwarding status
 * says so (IE 89, RFC 7270 §4.12).
 */
export function dropOf(said: Observation): Drop {
  const { droppedBytes, droppedPackets, dropCause, forwardingStatus } = said;
  const isDropped = forwardingStatus !== undefined && forwardingStatus >> 6 === DROPPED;
  if (!isDropped && droppedBytes === undefined && droppedPackets === undefined) {
    return NONE;
  }
  return {
    bytes: droppedBytes ?? (isDropped ? said.bytes : undefined),
    packets: droppedPackets ?? (isDropped ? said.packets : undefined),
    cause: dropCause ?? (isDropped ? (CAUSES[forwardingStatus & 0x3f] ?? String(forwardingStatus)) : undefined),
  };
}

/**
 * What one data record said, by meaning and not by element: the readers of a template fill it, `toRecord` and the
 * option store read it. Every template has one of its own that each of its records overwrites, so a slot that the
 * template lacks stays undefined and none has to be cleared.
 */
export class Observation {
  /** Absolute times, milliseconds since the Unix epoch. */
  startMs: number | undefined = undefined;
  endMs: number | undefined = undefined;
  /** Time of the event that the record tells of, or of its collection, where it has no start and end. */
  eventMs: number | undefined = undefined;
  /** Microseconds before the export time. */
  startDeltaUs: number | undefined = undefined;
  endDeltaUs: number | undefined = undefined;
  /** Milliseconds since the exporter's start, 32 bits. */
  startUptimeMs: number | undefined = undefined;
  endUptimeMs: number | undefined = undefined;
  /** When the exporter started, milliseconds since the Unix epoch. */
  systemInitMs: number | undefined = undefined;
  durationMs: number | undefined = undefined;

  srcV4: string | undefined = undefined;
  dstV4: string | undefined = undefined;
  srcV6: string | undefined = undefined;
  dstV6: string | undefined = undefined;
  /** `srcV4` and `dstV4` as they were sent last, 32 bits with sign. */
  srcWord = 0;
  dstWord = 0;
  srcPort: number | undefined = undefined;
  dstPort: number | undefined = undefined;
  proto: number | undefined = undefined;
  tcpFlags: number | undefined = undefined;
  icmpTypeV4: number | undefined = undefined;
  icmpCodeV4: number | undefined = undefined;
  icmpTypeV6: number | undefined = undefined;
  icmpCodeV6: number | undefined = undefined;
  /** Type × 256 + code. */
  icmpV4: number | undefined = undefined;
  icmpV6: number | undefined = undefined;
  tos: number | undefined = undefined;
  dscp: number | undefined = undefined;
  srcMac: string | undefined = undefined;
  dstMac: string | undefined = undefined;
  etherType: number | undefined = undefined;
  ipVersion: number | undefined = undefined;
  vlan: number | undefined = undefined;
  /** Inner tag of two. */
  customerVlan: number | undefined = undefined;
  /** MPLS labels, the top one first. */
  mplsLabels: readonly number[] | undefined = undefined;
  /** The same as they stand in a template: a section each, the label in the upper 20 of 24 bits. */
  label1: number | undefined = undefined;
  label2: number | undefined = undefined;
  label3: number | undefined = undefined;
  label4: number | undefined = undefined;
  label5: number | undefined = undefined;
  label6: number | undefined = undefined;
  label7: number | undefined = undefined;
  label8: number | undefined = undefined;
  label9: number | undefined = undefined;
  label10: number | undefined = undefined;
  ingressVrf: number | undefined = undefined;
  egressVrf: number | undefined = undefined;

  ingressInterface: number | undefined = undefined;
  egressInterface: number | undefined = undefined;
  ingressName: string | undefined = undefined;
  egressName: string | undefined = undefined;
  /** 0 coming in, 1 going out. */
  direction: number | undefined = undefined;

  natSrcV4: string | undefined = undefined;
  natDstV4: string | undefined = undefined;
  natSrcV6: string | undefined = undefined;
  natDstV6: string | undefined = undefined;
  natSrcPort: number | undefined = undefined;
  natDstPort: number | undefined = undefined;

  tunnelSrc: string | undefined = undefined;
  tunnelDst: string | undefined = undefined;
  tunnelSrcPort: number | undefined = undefined;
  tunnelDstPort: number | undefined = undefined;
  tunnelProto: number | undefined = undefined;
  tunnelType: number | undefined = undefined;
  tunnelKey: string | undefined = undefined;

  bytes: number | undefined = undefined;
  packets: number | undefined = undefined;
  /** What of it the exporter dropped, and why. */
  droppedBytes: number | undefined = undefined;
  droppedPackets: number | undefined = undefined;
  dropCause: string | undefined = undefined;
  /** Whether it was forwarded, and if not, why (RFC 7270 §4.12). */
  forwardingStatus: number | undefined = undefined;

  /** The same of the other direction of a bidirectional flow (RFC 5103). */
  reverseBytes: number | undefined = undefined;
  reversePackets: number | undefined = undefined;
  reverseTcpFlags: number | undefined = undefined;
  reverseTos: number | undefined = undefined;
  reverseIcmpV4: number | undefined = undefined;
  reverseIcmpV6: number | undefined = undefined;
  reverseVlan: number | undefined = undefined;
  reverseStartMs: number | undefined = undefined;
  reverseEndMs: number | undefined = undefined;
  reverseDirection: number | undefined = undefined;

  /** Sampling, in the forms that exporters have for it. */
  samplingInterval: number | undefined = undefined;
  samplerInterval: number | undefined = undefined;
  /** `taken` packets of `taken + skipped`. */
  packetsTaken: number | undefined = undefined;
  packetsSkipped: number | undefined = undefined;
  timeTaken: number | undefined = undefined;
  timeSkipped: number | undefined = undefined;
  /** `sampleSize` of `population`. */
  sampleSize: number | undefined = undefined;
  population: number | undefined = undefined;
  probability: number | undefined = undefined;
  selector: number | undefined = undefined;

  /** What an exporting process could not send since it started, and its number (IE 167 and 144). */
  notSentPackets: number | undefined = undefined;
  exportingProcess: number | undefined = undefined;

  /** What an option record is about, where it is not about the whole domain. */
  scopeInterface: number | undefined = undefined;
  scopeTemplate: number | undefined = undefined;
}

/** The name of a slot. */
export type Slot = Exclude<keyof Observation, 'srcWord' | 'dstWord'>;

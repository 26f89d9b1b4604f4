import { Observation } from './observation';

/** True where a record counts traffic of the reverse direction as well (RFC 5103; IE 232, 299). */
export function hasReverse(said: Observation): boolean {
  return (said.reverseBytes ?? 0) > 0 || (said.reversePackets ?? 0) > 0;
}

/**
 * The reverse direction of a bidirectional flow as an observation of its own: the two ends are swapped, and the
 * reverse elements stand in the place of the forward ones. The direction of the forward flow says nothing about it,
 * so it has only the one that was sent for it.
 */
export function reverseOf(said: Observation): Observation {
  return Object.assign(new Observation(), said, {
    srcV4: said.dstV4,
    dstV4: said.srcV4,
    srcWord: said.dstWord,
    dstWord: said.srcWord,
    srcV6: said.dstV6,
    dstV6: said.srcV6,
    srcPort: said.dstPort,
    dstPort: said.srcPort,
    srcMac: said.dstMac,
    dstMac: said.srcMac,
    natSrcV4: said.natDstV4,
    natDstV4: said.natSrcV4,
    natSrcV6: said.natDstV6,
    natDstV6: said.natSrcV6,
    natSrcPort: said.natDstPort,
    natDstPort: said.natSrcPort,
    tunnelSrc: said.tunnelDst,
    tunnelDst: said.tunnelSrc,
    tunnelSrcPort: said.tunnelDstPort,
    tunnelDstPort: said.tunnelSrcPort,
    ingressInterface: said.egressInterface,
    egressInterface: said.ingressInterface,
    ingressName: said.egressName,
    egressName: said.ingressName,
    direction: said.reverseDirection,
    bytes: said.reverseBytes,
    packets: said.reversePackets,
    tcpFlags: said.reverseTcpFlags,
    tos: said.reverseTos,
    dscp: undefined,
    icmpV4: said.reverseIcmpV4,
    icmpV6: said.reverseIcmpV6,
    icmpTypeV4: undefined,
    icmpCodeV4: undefined,
    icmpTypeV6: undefined,
    icmpCodeV6: undefined,
    vlan: said.reverseVlan ?? said.vlan,
    ingressVrf: said.egressVrf,
    egressVrf: said.ingressVrf,
    droppedBytes: undefined,
    droppedPackets: undefined,
    forwardingStatus: undefined,
    startMs: said.reverseStartMs ?? said.startMs,
    endMs: said.reverseEndMs ?? said.endMs,
    reverseBytes: undefined,
    reversePackets: undefined,
  } satisfies Partial<Record<keyof Observation, unknown>>);
}

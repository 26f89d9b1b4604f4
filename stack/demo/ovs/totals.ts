import type { Observation } from '../observe';

const TCP = 6;
const ETHERNET_HEADER_BYTES = 14;

/** Open vSwitch's cumulative counters: everything an exporter has reported since its start. */
export class ExporterTotals {
  packets = 0;
  ingressPackets = 0;
  egressPackets = 0;
  layer2Bytes = 0;
  bytes = 0;
  sumOfSquares = 0;
  tcpPackets = 0;
  tcpFlows = 0;

  /** Counts a record, before it is written: its own total includes it. */
  add({ packets, bytes, side, protocol }: Observation): void {
    this.packets += packets;
    this.ingressPackets += side === 'ingress' ? packets : 0;
    this.egressPackets += side === 'egress' ? packets : 0;
    this.bytes += bytes;
    this.layer2Bytes += bytes + ETHERNET_HEADER_BYTES * packets;
    this.sumOfSquares += packets * Math.round(bytes / packets) ** 2;
    if (protocol === TCP) {
      this.tcpPackets += packets;
      this.tcpFlows += 1;
    }
  }
}

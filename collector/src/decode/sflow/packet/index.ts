import type { Observation } from '../../observation';
import { readIpv4, readIpv6 } from './ip';
import type { Layer, SampledPacket } from './layer';
import { readEthernet, readMpls, readPpp } from './link';

/** `header_protocol` of sFlow's sampled_header: what the captured bytes start with. */
const PROTOCOLS: Readonly<Record<number, Layer['kind']>> = { 1: 'ethernet', 11: 'ipv4', 12: 'ipv6', 13: 'mpls' };
const PPP = 7;
/** Packets in packets in packets: more headers than these are nobody's network. */
const LAYERS_MAX = 12;

const READERS: Readonly<Record<Layer['kind'], (p: SampledPacket, at: number, o: Observation) => Layer | undefined>> = {
  ethernet: readEthernet,
  mpls: readMpls,
  ipv4: readIpv4,
  ipv6: readIpv6,
};

/**
 * Reads the headers of a sampled packet into an observation. Through tunnels the innermost packet is the flow, and
 * the tunnel fields tell of the one around it.
 * @param protocol sFlow's `header_protocol`: Ethernet, PPP, IPv4, IPv6 and MPLS are read.
 * @returns false where the protocol is another one.
 */
export function readPacket(packet: SampledPacket, at: number, protocol: number, said: Observation): boolean {
  const kind = PROTOCOLS[protocol];
  let layer = kind === undefined ? undefined : ({ kind, at } as Layer | undefined);
  if (protocol === PPP) {
    layer = readPpp(packet.bytes, at, packet.end);
  }
  for (let depth = 0; layer !== undefined && depth < LAYERS_MAX; depth++) {
    layer = READERS[layer.kind](packet, layer.at, said);
  }
  return kind !== undefined || protocol === PPP;
}

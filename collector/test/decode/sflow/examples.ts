import { OVS_DATAGRAM } from './ovs';
import { datagram, ethernet, flowSample, ipv4, ipv6, sampledHeader, structure, TCP, u32, udp } from './messages';

const OUTER = { src: 'ac100001', dst: 'ac100002' };
const inner = ethernet('0800', ipv4(TCP, { proto: 6 }));
const sampled = (header: string, options = {}) => datagram([flowSample([sampledHeader(header, options)])]);

/** A datagram of each kind: what other decoders are held beside, and what bad input is made of. */
export const EXAMPLES: ReadonlyArray<{ readonly name: string; readonly payload: Buffer }> = [
  { name: 'Open vSwitch', payload: OVS_DATAGRAM },
  { name: 'IPv4 TCP', payload: sampled(ethernet('0800', ipv4(TCP, { proto: 6 }))) },
  { name: 'IPv4 UDP', payload: sampled(ethernet('0800', ipv4(udp(53, '00'.repeat(12)), { proto: 17 }))) },
  { name: 'IPv4 ICMP', payload: sampled(ethernet('0800', ipv4('0301 0000 00000000', { proto: 1 }))) },
  { name: 'IPv6 TCP', payload: sampled(ethernet('86dd', ipv6(TCP, 6))) },
  { name: 'IPv6 behind options', payload: sampled(ethernet('86dd', ipv6(`0600 000000000000 ${TCP}`, 0))) },
  { name: 'VLAN', payload: sampled(ethernet('8100', `0064 0800 ${ipv4(TCP, { proto: 6 })}`)) },
  { name: 'QinQ', payload: sampled(ethernet('88a8', `0064 8100 00c8 0800 ${ipv4(TCP, { proto: 6 })}`)) },
  { name: 'MPLS', payload: sampled(ethernet('8847', `000640ff 000c81ff ${ipv4(TCP, { proto: 6 })}`)) },
  {
    name: 'VXLAN',
    payload: sampled(ethernet('0800', ipv4(udp(4789, `0800 0000 0000fd 00 ${inner}`), { proto: 17, ...OUTER }))),
  },
  {
    name: 'Geneve',
    payload: sampled(ethernet('0800', ipv4(udp(6081, `0000 6558 0000fd 00 ${inner}`), { proto: 17, ...OUTER }))),
  },
  {
    name: 'GRE',
    payload: sampled(ethernet('0800', ipv4(`0000 0800 ${ipv4(TCP, { proto: 6 })}`, { proto: 47, ...OUTER }))),
  },
  { name: 'IPv4 alone', payload: sampled(ipv4(TCP, { proto: 6 }), { protocol: 11 }) },
  {
    name: 'two samples and counters',
    payload: datagram([
      flowSample([structure(1001, u32(30, 0, 30, 0)), sampledHeader(ethernet('0800', ipv4(TCP, { proto: 6 })))]),
      structure(2, u32(1, 3, 1) + structure(1, '00'.repeat(88))),
      structure(3, u32(1, 0, 3, 50, 2000, 0, 0, 3, 0, 7, 1) + sampledHeader(ethernet('86dd', ipv6(udp(443), 17)))),
    ]),
  },
  {
    name: 'decoded headers',
    payload: datagram([
      flowSample([
        structure(2, `${u32(1018)} 0a0000000001 0000 0a0000000002 0000 ${u32(0x0800)}`),
        structure(3, `${u32(1000, 6)} 0a010001 0a010002 ${u32(1234, 80, 0x12, 0xb8)}`),
      ]),
      flowSample([
        structure(
          4,
          `${u32(1200, 17)} 20010db8000000000000000000000001 20010db8000000000000000000000002 ${u32(1234, 53, 0, 0)}`
        ),
      ]),
    ]),
  },
  {
    name: 'extended data',
    payload: datagram([
      flowSample([
        sampledHeader(ethernet('0800', ipv4(TCP, { proto: 6 }))),
        structure(1006, `00000001 0a000009 ${u32(1, 100 * 4096 + 0x1ff, 0)}`),
        structure(1007, '00000001 c6336401 00000001 c6336402'),
        structure(1020, u32(61_000, 8443)),
        structure(1023, `${u32(1100, 17)} ac100001 ac100002 ${u32(50_000, 4789, 0, 0)}`),
        structure(1029, u32(0xfd)),
      ]),
    ]),
  },
  {
    name: 'discarded packet',
    payload: datagram([
      structure(5, u32(1, 0, 3, 0, 3, 7, 258, 1) + sampledHeader(ethernet('0800', ipv4(TCP, { proto: 6 })))),
    ]),
  },
];

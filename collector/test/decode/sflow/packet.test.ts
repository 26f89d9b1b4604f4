import { describe, expect, it } from 'vitest';
import type { FlowRecord } from '@netobserv-flows/schema';
import { testDecoder } from '../captures';
import { datagram, ethernet, flowSample, ipv4, ipv6, sampledHeader, TCP, udp, u32 } from './messages';

/** The flow of a sampled packet; 1 of 1, so that the counters are the packet's. */
function flowOf(header: string, options: Parameters<typeof sampledHeader>[1] = {}): Partial<FlowRecord> | undefined {
  const { decode } = testDecoder();
  return decode(datagram([flowSample([sampledHeader(header, options)], { rate: 1 })]))[0]?.record;
}

const MACS = { SrcMac: '0a:00:00:00:00:01', DstMac: '0a:00:00:00:00:02' };
const V4 = { SrcAddr: '10.0.0.1', DstAddr: '10.0.0.2', Etype: 0x0800 };
const V6 = { SrcAddr: '2001:db8::1', DstAddr: '2001:db8::2', Etype: 0x86dd };
const PORTS = { SrcPort: 40_000, DstPort: 443 };
/** Those of the fields that a flow has. */
const fieldsOf = (record: Partial<FlowRecord> | undefined, ...names: Array<keyof FlowRecord>) =>
  names.filter((name) => record?.[name] !== undefined);

describe('a sampled packet', () => {
  it('IPv4 and TCP: addresses, ports, flags, DSCP, bytes of the IP packet', () => {
    expect(flowOf(ethernet('0800', ipv4(TCP, { proto: 6 })))).toMatchObject({
      ...{ ...MACS, ...V4, ...PORTS, Proto: 6, Flags: 0x18, Dscp: 46, Bytes: 40, Packets: 1 },
    });
  });

  it('IPv6 and UDP', () => {
    expect(flowOf(ethernet('86dd', ipv6(udp(53), 17)))).toMatchObject({
      ...{ ...MACS, ...V6, Proto: 17, SrcPort: 40_000, DstPort: 53, Dscp: 46, Bytes: 48 },
    });
  });

  it.each<[string, string, Partial<FlowRecord>]>([
    ['ICMP', ethernet('0800', ipv4('0301 0000', { proto: 1 })), { Proto: 1, IcmpType: 3, IcmpCode: 1 }],
    ['ICMPv6', ethernet('86dd', ipv6('8700 0000', 58)), { Proto: 58, IcmpType: 135, IcmpCode: 0 }],
    ['SCTP', ethernet('0800', ipv4('0bb8 0bb9 00000000', { proto: 132 })), { SrcPort: 3000, DstPort: 3001 }],
  ])('%s', (_, header, expected) => {
    expect(flowOf(header)).toMatchObject(expected);
  });

  it.each<[string, string]>([
    ['hop-by-hop options', `0600 000000000000 ${TCP}`],
    ['routing of two units', `0601 ${'00'.repeat(14)} ${TCP}`],
    ['a first fragment', `0600 0001 00000001 ${TCP}`],
    ['authentication', `0604 0000 ${'00'.repeat(20)} ${TCP}`],
  ])('IPv6 behind %s', (name, payload) => {
    const next = { h: 0, r: 43, a: name.startsWith('a f') ? 44 : 51 }[name[0] as 'h' | 'r' | 'a'];
    expect(flowOf(ethernet('86dd', ipv6(payload, next)))).toMatchObject({ ...PORTS, Proto: 6, Flags: 0x18 });
  });

  it('IPv6 behind several extension headers', () => {
    const payload = `3c00 000000000000 2b00 000000000000 0600 000000000000 ${TCP}`;
    expect(flowOf(ethernet('86dd', ipv6(payload, 0)))).toMatchObject({ ...PORTS, Proto: 6 });
  });

  it('a later fragment has a protocol, and no ports', () => {
    expect(flowOf(ethernet('0800', ipv4(TCP, { proto: 6, fragment: '00b9' })))).toMatchObject({ Proto: 6 });
    expect(fieldsOf(flowOf(ethernet('0800', ipv4(TCP, { proto: 6, fragment: '00b9' }))), 'SrcPort', 'Flags')).toEqual(
      []
    );
    const later = ipv6(`0600 0b90 00000001 ${TCP}`, 44);
    expect(flowOf(ethernet('86dd', later))).toMatchObject({ ...V6, Proto: 6 });
    expect(fieldsOf(flowOf(ethernet('86dd', later)), 'SrcPort', 'DstPort')).toEqual([]);
  });

  it('one VLAN tag, and two of them (802.1ad and the older numbers)', () => {
    const ip = ipv4(TCP, { proto: 6 });
    expect(flowOf(ethernet('8100', `a064 0800 ${ip}`))).toMatchObject({ ...V4, VlanId: 100 });
    expect(fieldsOf(flowOf(ethernet('8100', `a064 0800 ${ip}`)), 'CustomerVlanId')).toEqual([]);
    for (const outer of ['88a8', '9100', '9200']) {
      expect(flowOf(ethernet(outer, `0064 8100 00c8 0800 ${ip}`))).toMatchObject({
        ...{ ...V4, ...PORTS, VlanId: 100, CustomerVlanId: 200 },
      });
    }
  });

  it('a VLAN tag of 0 carries priority only', () => {
    expect(fieldsOf(flowOf(ethernet('8100', `a000 0800 ${ipv4(TCP, { proto: 6 })}`)), 'VlanId')).toEqual([]);
  });

  it('MPLS: the labels, and the IP packet below them', () => {
    const stack = '0006 40ff 000c 81ff';
    expect(flowOf(ethernet('8847', stack + ipv4(TCP, { proto: 6 })))).toMatchObject({
      ...{ ...MACS, ...V4, ...PORTS, MplsLabels: [100, 200] },
    });
    expect(flowOf(ethernet('8847', stack + ipv6(TCP, 6)))).toMatchObject({ ...V6, ...PORTS, MplsLabels: [100, 200] });
  });

  it('MPLS with a pseudowire: the frame inside', () => {
    const inner = `0b0000000002 0b0000000001 0800 ${ipv4(TCP, { proto: 6 })}`;
    expect(flowOf(ethernet('8847', `000641ff 00000000 ${inner}`))).toMatchObject({
      ...{ ...V4, ...PORTS, SrcMac: '0b:00:00:00:00:01', MplsLabels: [100] },
    });
  });

  it('MPLS of more labels than are kept, and without an end', () => {
    const labels = Array.from({ length: 14 }, (_, index) => u32((index + 1) * 4096)).join('');
    expect(flowOf(ethernet('8847', labels))).toMatchObject({ MplsLabels: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10] });
    expect(flowOf(ethernet('8847', labels))).toMatchObject({ Etype: 0x8847, ...MACS });
  });

  it('PPP over Ethernet, and plain PPP', () => {
    const ip = ipv4(TCP, { proto: 6 });
    expect(flowOf(ethernet('8864', `1100 0001 002a 0021 ${ip}`))).toMatchObject({ SrcAddr: '10.0.0.1', ...PORTS });
    expect(flowOf(`0057 ${ipv6(TCP, 6)}`, { protocol: 7 })).toMatchObject({ SrcAddr: '2001:db8::1', ...PORTS });
    expect(flowOf(`ff03 0021 ${ip}`, { protocol: 7 })).toMatchObject({ SrcAddr: '10.0.0.1', ...PORTS });
  });

  it('802.3 with SNAP has an Ethertype, without it none', () => {
    const snap = `0032 aaaa03 000000 0800 ${ipv4(TCP, { proto: 6 })}`;
    expect(flowOf(`0a0000000002 0a0000000001 ${snap}`)).toMatchObject({ ...V4, ...PORTS });
    expect(fieldsOf(flowOf(`0180c2000000 0a0000000001 0026 424203 ${'00'.repeat(35)}`), 'Etype', 'SrcAddr')).toEqual(
      []
    );
  });

  it('without IP: Ethernet addresses, Ethertype and the bytes of the frame', () => {
    expect(flowOf(ethernet('0806', '00'.repeat(46)))).toMatchObject({ ...MACS, Etype: 0x0806, Bytes: 60, Packets: 1 });
  });

  it.each<[number, string, object]>([
    [11, ipv4(TCP, { proto: 6 }), { ...PORTS, SrcAddr: '10.0.0.1', Bytes: 40 }],
    [12, ipv6(TCP, 6), { ...PORTS, SrcAddr: '2001:db8::1', Bytes: 60 }],
    [13, `000641ff ${ipv4(TCP, { proto: 6 })}`, { ...PORTS, SrcAddr: '10.0.0.1', MplsLabels: [100] }],
  ])('sampled from header protocol %i on', (protocol, header, expected) => {
    expect(flowOf(header, { protocol })).toMatchObject(expected);
  });
});

describe('the bytes of a sampled packet', () => {
  it('are those of the IP header, not of the frame and its padding', () => {
    const header = ethernet('0800', ipv4(TCP, { proto: 6, length: 1400 }));
    expect(flowOf(header, { frame: 1418, stripped: 4 })).toMatchObject({ Bytes: 1400 });
    expect(flowOf(ethernet('0800', ipv4(TCP, { proto: 6 }) + '00'.repeat(6)), { frame: 64 })).toMatchObject({
      Bytes: 40,
    });
  });

  it('are those of the frame where the IP header has none, or claims more than was on the wire', () => {
    const offloaded = ethernet('0800', ipv4(TCP, { proto: 6, length: 0 }));
    expect(flowOf(offloaded, { frame: 60_018, stripped: 4 })).toMatchObject({ Bytes: 60_000 });
    const lying = ethernet('0800', ipv4(TCP, { proto: 6, length: 65_535 }));
    expect(flowOf(lying, { frame: 58, stripped: 4 })).toMatchObject({ Bytes: 40 });
    expect(flowOf(ethernet('86dd', ipv6(TCP, 6, 0)), { frame: 90_058 })).toMatchObject({ Bytes: 90_040 });
  });

  it('are those that came where the frame claims to be shorter', () => {
    expect(flowOf(ethernet('0806', '00'.repeat(46)), { frame: 0, stripped: 9 })).toMatchObject({ Bytes: 60 });
  });
});

describe('a packet in a tunnel', () => {
  const OUTER = { src: 'ac100001', dst: 'ac100002' };
  const TUNNEL = { TunnelSrcAddr: '172.16.0.1', TunnelDstAddr: '172.16.0.2' };
  const inner = `0b0000000002 0b0000000001 0800 ${ipv4(TCP, { proto: 6 })}`;
  const INNER = { ...V4, ...PORTS, Proto: 6, Bytes: 40, SrcMac: '0b:00:00:00:00:01', DstMac: '0b:00:00:00:00:02' };

  it.each<[string, string, object]>([
    [
      'VXLAN',
      udp(4789, `0800 0000 0000fd 00 ${inner}`),
      { ...INNER, TunnelProto: 17, TunnelType: 1, TunnelKey: '0000fd', TunnelSrcPort: 40_000, TunnelDstPort: 4789 },
    ],
    ['VXLAN on the port of Linux', udp(8472, `0800 0000 000001 00 ${inner}`), { ...INNER, TunnelKey: '000001' }],
    [
      'Geneve with two options',
      udp(6081, `0200 6558 0000fd 00 00000000 00000000 ${inner}`),
      { ...INNER, TunnelProto: 17, TunnelType: 7, TunnelKey: '0000fd', TunnelDstPort: 6081 },
    ],
  ])('%s: the inner one is the flow', (_, payload, expected) => {
    const record = flowOf(ethernet('8100', `0064 0800 ${ipv4(payload, { proto: 17, ...OUTER })}`));
    expect(record).toMatchObject({ ...TUNNEL, ...expected });
    expect(fieldsOf(record, 'VlanId')).toEqual([]);
  });

  it.each<[string, string, object]>([
    ['GRE', `0000 0800 ${ipv4(TCP, { proto: 6 })}`, { ...V4, ...PORTS }],
    [
      'GRE with checksum, key and sequence number',
      `b000 86dd 00000000 00000abc 00000001 ${ipv6(TCP, 6)}`,
      {
        ...{ ...V6, ...PORTS, TunnelKey: '00000abc' },
      },
    ],
    ['GRE with Ethernet', `2000 6558 00000abc ${inner}`, { ...INNER, TunnelKey: '00000abc' }],
  ])('%s', (_, payload, expected) => {
    const record = flowOf(ethernet('0800', ipv4(payload, { proto: 47, ...OUTER })));
    expect(record).toMatchObject({ ...TUNNEL, TunnelProto: 47, TunnelType: 2, ...expected });
    expect(fieldsOf(record, 'TunnelSrcPort')).toEqual([]);
  });

  it('IP in IP, of either version', () => {
    expect(flowOf(ethernet('0800', ipv4(ipv4(TCP, { proto: 6 }), { proto: 4, ...OUTER })))).toMatchObject({
      ...{ ...TUNNEL, ...V4, ...PORTS, ...MACS, TunnelProto: 4 },
    });
    expect(flowOf(ethernet('0800', ipv4(ipv6(TCP, 6), { proto: 41, ...OUTER })))).toMatchObject({
      ...{ ...TUNNEL, ...V6, ...PORTS, TunnelProto: 41 },
    });
    expect(flowOf(ethernet('86dd', ipv6(ipv4(TCP, { proto: 6 }), 4)))).toMatchObject({
      ...{ ...V4, ...PORTS, TunnelSrcAddr: '2001:db8::1', TunnelDstAddr: '2001:db8::2' },
    });
  });

  it('in another tunnel: the innermost is the flow, the tunnel next to it is named', () => {
    const calico = `0b0000000002 0b0000000001 0800 ${ipv4(ipv4(TCP, { proto: 6 }), { proto: 4, src: 'c0a80001', dst: 'c0a80002' })}`;
    const outer = ipv4(udp(4789, `0800 0000 000007 00 ${calico}`), { proto: 17, ...OUTER });
    const record = flowOf(ethernet('0800', outer));
    expect(record).toMatchObject({ ...V4, ...PORTS, TunnelSrcAddr: '192.168.0.1', TunnelProto: 4 });
    expect(fieldsOf(record, 'TunnelKey', 'TunnelSrcPort')).toEqual([]);
  });

  it.each<[string, string]>([
    ['other traffic on the port of VXLAN', udp(4789, 'ff'.repeat(60))],
    ['VXLAN without a network identifier', udp(4789, `0000 0000 000000 00 ${inner}`)],
    [
      'VXLAN with something else in it',
      udp(4789, `0800 0000 000001 00 0b0000000002 0b0000000001 9999 ${'00'.repeat(30)}`),
    ],
    ['VXLAN cut off', udp(4789, '0800 0000')],
    ['Geneve of another version', udp(6081, `4000 6558 000001 00 ${inner}`)],
    ['Geneve with a control packet', udp(6081, '0080 0000 000001 00')],
  ])('%s is a flow of its own', (_, payload) => {
    const record = flowOf(ethernet('0800', ipv4(payload, { proto: 17, ...OUTER })));
    expect(record).toMatchObject({ SrcAddr: '172.16.0.1', DstAddr: '172.16.0.2', Proto: 17, ...MACS });
    expect(fieldsOf(record, 'TunnelSrcAddr', 'TunnelType', 'TunnelKey')).toEqual([]);
  });

  it.each<[string, string]>([
    ['PPTP', `3081 880b 00000000 ${'00'.repeat(8)}`],
    ['ERSPAN', `1000 88be 00000001 ${'00'.repeat(60)}`],
    ['cut off', '20'],
    ['with an IP header that is none', `0000 0800 ${'00'.repeat(20)}`],
    ['with an IP header of impossible length', `0000 0800 44 ${'00'.repeat(19)}`],
  ])('GRE of %s is a flow of its own', (_, payload) => {
    const record = flowOf(ethernet('0800', ipv4(payload, { proto: 47, ...OUTER })));
    expect(record).toMatchObject({ SrcAddr: '172.16.0.1', Proto: 47 });
    expect(fieldsOf(record, 'TunnelSrcAddr', 'TunnelType')).toEqual([]);
  });

  it('stops at a depth that no network has', () => {
    let packet = ipv4(TCP, { proto: 6 });
    for (let depth = 0; depth < 40; depth++) {
      packet = ipv4(packet, { proto: 4, ...OUTER });
    }
    expect(flowOf(packet, { protocol: 11 })).toMatchObject({ SrcAddr: '172.16.0.1', Proto: 4, ...TUNNEL });
  });
});

describe('a packet of which little was captured', () => {
  const whole = ethernet('8100', `0064 0800 ${ipv4(TCP, { proto: 6 })}`);
  it.each<[number, Partial<FlowRecord>, Array<keyof FlowRecord>]>([
    [16, { ...MACS, Bytes: 58 }, ['Etype', 'VlanId']],
    [18, { ...MACS, VlanId: 100, Etype: 0x0800 }, ['SrcAddr', 'Proto']],
    [37, { ...MACS, VlanId: 100 }, ['SrcAddr', 'Proto']],
    [38, { ...V4, Proto: 6, Bytes: 40 }, ['SrcPort', 'Flags']],
    [42, { ...V4, ...PORTS }, ['Flags']],
    [52, { ...V4, ...PORTS, Flags: 0x18 }, []],
  ])('%i bytes: tells what is there', (length, expected, missing) => {
    const record = flowOf(whole.slice(0, 2 * length), { frame: 62, stripped: 4 });
    expect(record).toMatchObject(expected);
    expect(fieldsOf(record, ...missing)).toEqual([]);
  });

  it('less than an Ethernet header is no flow', () => {
    expect(flowOf(whole.slice(0, 26))).toBeUndefined();
  });
});

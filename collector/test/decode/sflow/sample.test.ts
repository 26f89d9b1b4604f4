import { describe, expect, it } from 'vitest';
import { decodeConfig, type DecodeOptions } from '../../../src/decode';
import { RECEIVED_MS, testDecoder } from '../captures';
import { bytes } from '../messages';
import { OVS_DATAGRAM } from './ovs';
import { datagram, ethernet, flowSample, ipv4, sampledHeader, structure, TCP, u32, type SampleHead } from './messages';

const packet = sampledHeader(ethernet('0800', ipv4(TCP, { proto: 6, length: 1000 })), { frame: 1018 });

function decodeAll(payload: Buffer, options: DecodeOptions = {}) {
  const { decode, decoder, details, lost } = testDecoder(options);
  const records = decode(payload).map(({ record }) => record);
  return { record: records[0], records, lost: lost(), details, stats: decoder.stats() };
}
const recordOf = (records: string[], head: SampleHead = {}) => decodeAll(datagram([flowSample(records, head)])).record;

describe('a sample', () => {
  it('of a flow: counters times its rate, the time of arrival, exporter and sub-agent', () => {
    expect(decodeAll(datagram([flowSample([packet])], { subAgent: 9 })).record).toEqual({
      ...{ TimeFlowStartMs: RECEIVED_MS, TimeFlowEndMs: RECEIVED_MS, TimeReceived: RECEIVED_MS / 1000 },
      ...{ Bytes: 100_000, Packets: 100, Sampling: 100, AgentIP: '192.0.2.1', ObservationDomainId: 9 },
      ...{ SrcAddr: '10.0.0.1', DstAddr: '10.0.0.2', SrcPort: 40_000, DstPort: 443, Proto: 6, Flags: 0x18, Dscp: 46 },
      ...{ SrcMac: '0a:00:00:00:00:01', DstMac: '0a:00:00:00:00:02', Etype: 0x0800 },
      ...{ Interfaces: ['3', '7'], IfDirections: [0, 1], FlowDirection: 0 },
    });
  });

  it('of a flow, byte by byte', () => {
    const payload = bytes(`
      00000005 00000001 0a090807 00000002 0000002a 0000ea60 00000001
      00000001 0000008c 0000000b 00000004 000001f4 00009c40 00000000 00000004 00000009 00000002
      000003e9 00000010 0000001e 00000000 0000001e 00000000
      00000001 0000004c 00000001 000005ee 00000004 0000003a
      0a0000000002 0a0000000001 0800 4500 05dc 1c46 4000 4006 b1e6 c0a80068 c0a80001
      d431 0050 00000001 00000002 5010 ffff 0000 0000 01010101 0000`);
    expect(decodeAll(payload)).toMatchObject({
      lost: [],
      records: [
        {
          ...{ SrcAddr: '192.168.0.104', DstAddr: '192.168.0.1', SrcPort: 54_321, DstPort: 80, Proto: 6, Flags: 0x10 },
          ...{ Bytes: 750_000, Packets: 500, Sampling: 500, VlanId: 30, ObservationDomainId: 2, AgentIP: '192.0.2.1' },
          ...{ Interfaces: ['4', '9'], IfDirections: [0, 1], SrcMac: '0a:00:00:00:00:01' },
        },
      ],
    });
  });

  it('expanded: class, index and formats have words of their own', () => {
    const head = u32(1, 0, 70_000, 50, 2000, 0, 0, 70_000, 0, 80_000, 1);
    expect(decodeAll(datagram([structure(3, head + packet)])).record).toMatchObject({
      ...{ Bytes: 50_000, Packets: 50, Sampling: 50, Interfaces: ['70000', '80000'], IfDirections: [0, 1] },
    });
  });

  it.each<[string, SampleHead, object]>([
    [
      'of the interface it went out by',
      { source: [0, 7] },
      { Interfaces: ['7', '3'], IfDirections: [1, 0], FlowDirection: 1 },
    ],
    ['of another source', { source: [2, 3] }, { Interfaces: ['3', '7'] }],
    ['of the whole switch', { source: [0, 0], input: 0 }, { Interfaces: ['7'] }],
    ['of the agent’s own traffic', { input: 0x3fff_ffff }, { Interfaces: ['7'] }],
    ['sent to several interfaces', { output: 0x8000_0003 }, { Interfaces: ['3'], IfDirections: [0] }],
  ])('%s', (_, head, expected) => {
    const record = recordOf([packet], head)!;
    expect(record).toMatchObject(expected);
    expect(Object.keys(record).filter((name) => /Direction/.test(name))).toHaveLength(
      'FlowDirection' in expected ? 2 : 'IfDirections' in expected ? 2 : 0
    );
  });

  it.each<[string, SampleHead, boolean]>([
    ['that the agent sends itself has come in by no interface', { source: [0, 7], input: 0x3fff_ffff }, true],
    ['may have come in by one that is not known', { source: [0, 7], input: 0 }, false],
    ['that the agent receives itself has come in', { source: [0, 3], output: 0x3fff_ffff }, false],
  ])('of a packet %s', (_, head, unseen) => {
    const payload = datagram([flowSample([packet], head)]);
    const from = { address: '192.0.2.1', port: 6343, receivedMs: RECEIVED_MS };
    const [flow] = testDecoder().decoder.decode({ ...from, payload });
    expect(flow!.cameInUnseen).toBe(unseen);
  });

  it('without a rate is taken by the exporter’s setting; with one, the setting does not count', () => {
    const options = decodeConfig.parse({ exporters: [{ address: '192.0.2.1', sampling: 20 }] });
    expect(decodeAll(datagram([flowSample([packet], { rate: 0 })]), options).record).toMatchObject({
      ...{ Bytes: 20_000, Packets: 20, Sampling: 20 },
    });
    expect(decodeAll(datagram([flowSample([packet])]), options).record).toMatchObject({ Sampling: 100 });
    expect(recordOf([packet], { rate: 0 })).toMatchObject({ Bytes: 1000, Sampling: 1 });
  });

  it('of a packet that was discarded counts as traffic and as dropped', () => {
    expect(recordOf([packet], { output: 0x4000_0102 })).toMatchObject({
      ...{ Bytes: 100_000, Packets: 100, PktDropBytes: 100_000, PktDropPackets: 100, PktDropLatestDropCause: 'acl' },
      ...{ Interfaces: ['3'] },
    });
    expect(recordOf([packet], { output: 0x4000_0000 })).toMatchObject({ PktDropLatestDropCause: 'net_unreachable' });
    expect(recordOf([packet], { output: 0x4000_0fff })).toMatchObject({ PktDropLatestDropCause: '4095' });
  });

  it('discarded_packet: each is reported, so it is dropped once and adds nothing to the sampled traffic', () => {
    const head = u32(1, 0, 3, 0, 3, 7, 259, 1);
    expect(decodeAll(datagram([structure(5, head + packet)])).record).toMatchObject({
      ...{ Bytes: 0, Packets: 0, Sampling: 1, PktDropBytes: 1000, PktDropPackets: 1 },
      ...{ PktDropLatestDropCause: 'no_buffer_space', Interfaces: ['3', '7'], FlowDirection: 0 },
    });
  });

  it('of Open vSwitch: its source is the bridge, so the interfaces are known and no side of them', () => {
    const { records, stats, lost } = decodeAll(OVS_DATAGRAM);
    expect(records).toHaveLength(3);
    for (const record of records) {
      expect(record).toMatchObject({
        ...{ SrcAddr: '10.244.0.5', DstAddr: '10.244.1.7', SrcPort: 40_000, DstPort: 443, Proto: 6, Flags: 0x10 },
        ...{ Bytes: 104, Packets: 1, Sampling: 1, Interfaces: ['1003', '1004'], SrcMac: '50:54:00:00:00:05' },
      });
      expect(record).not.toHaveProperty('FlowDirection');
    }
    expect([stats.counterSamples, lost]).toEqual([1, []]);
  });

  it('of counters is counted, and no loss', () => {
    const { records, stats, lost } = decodeAll(
      datagram([structure(2, u32(1, 3, 0)), structure(4, u32(1, 0, 3, 0)), flowSample([packet])])
    );
    expect(records).toHaveLength(1);
    expect(stats.counterSamples).toBe(2);
    expect(lost).toEqual([]);
  });

  it('of another enterprise is passed over and named', () => {
    const { records, details } = decodeAll(datagram([structure(1002, u32(0), 4300), flowSample([packet])]));
    expect(records).toHaveLength(1);
    expect(details).toEqual([
      '192.0.2.1 not_a_flow: an sFlow sample of enterprise 4300, format 1002, is none of packets',
    ]);
  });

  it('gets digits of its own within the datagram, and the same ones again', () => {
    const payload = datagram([flowSample([packet]), flowSample([packet])]);
    const subMs = () =>
      testDecoder()
        .decode(payload)
        .map((flow) => flow.subMs);
    expect(new Set(subMs()).size).toBe(2);
    expect(subMs()).toEqual(subMs());
    const other = datagram([flowSample([packet])], { sequence: 2 });
    expect(testDecoder().decode(other)[0]!.subMs).not.toBe(subMs()[0]);
  });
});

describe('the exporter', () => {
  const agent6 = '00000002 20010db8 00000000 00000000 000000aa';

  it('is the source of the datagram, whatever agent address that has', () => {
    for (const agent of ['00000001 0a0a0a0a', agent6, '00000000']) {
      expect(decodeAll(datagram([flowSample([packet])], { agent })).record).toMatchObject({ AgentIP: '192.0.2.1' });
    }
  });

  it('is the agent address where its settings trust that: behind NAT, or a relay', () => {
    const options = decodeConfig.parse({ exporters: [{ cidr: '192.0.2.0/24', agentAddress: true }] });
    const of = (agent: string) => decodeAll(datagram([flowSample([packet])], { agent }), options).record?.AgentIP;
    expect(of('00000001 0a0a0a0a')).toBe('10.10.10.10');
    expect(of(agent6)).toBe('2001:db8::aa');
    expect(of('00000000')).toBe('192.0.2.1');
  });
});

describe('records beside the packet’s header, or instead of it', () => {
  const v4 = structure(3, `${u32(1000, 6)} 0a010001 0a010002 ${u32(1234, 80, 0x12, 0xb8)}`);
  const v6 = structure(
    4,
    `${u32(1200, 17)} 20010db8000000000000000000000001 20010db8000000000000000000000002 ${u32(1234, 53, 0, 0x20)}`
  );
  const frame = structure(2, `${u32(1018)} 0a0000000001 0000 0a0000000002 0000 ${u32(0x0800)}`);

  it('sampled_ipv4', () => {
    expect(recordOf([v4])).toMatchObject({
      ...{ SrcAddr: '10.1.0.1', DstAddr: '10.1.0.2', SrcPort: 1234, DstPort: 80, Proto: 6, Flags: 0x12, Dscp: 46 },
      ...{ Bytes: 100_000, Packets: 100, Etype: 0x0800 },
    });
  });

  it('sampled_ipv4 of ICMP: what stands in place of the ports is no type and code', () => {
    const icmp = structure(3, `${u32(84, 1)} 0a010001 0a010002 ${u32(8, 1, 0, 0)}`);
    expect(recordOf([icmp])).toMatchObject({ SrcAddr: '10.1.0.1', Proto: 1 });
    expect(Object.keys(recordOf([icmp])!).filter((name) => /Port|Icmp/.test(name))).toEqual([]);
  });

  it('sampled_ipv6', () => {
    expect(recordOf([v6])).toMatchObject({
      ...{ SrcAddr: '2001:db8::1', DstAddr: '2001:db8::2', SrcPort: 1234, DstPort: 53, Proto: 17, Dscp: 8 },
      ...{ Bytes: 120_000, Etype: 0x86dd },
    });
  });

  it('sampled_ethernet, alone and with sampled_ipv4, whose length is that of the IP packet', () => {
    const macs = { SrcMac: '0a:00:00:00:00:01', DstMac: '0a:00:00:00:00:02', Etype: 0x0800 };
    expect(recordOf([frame])).toMatchObject({ ...macs, Bytes: 101_800 });
    expect(recordOf([frame, v4])).toMatchObject({ ...macs, SrcAddr: '10.1.0.1', Bytes: 100_000 });
    expect(recordOf([v4, frame])).toMatchObject({ ...macs, SrcAddr: '10.1.0.1', Bytes: 100_000 });
  });

  it('go after what the packet’s header says, wherever that stands', () => {
    for (const records of [
      [packet, v4],
      [v4, packet],
    ]) {
      expect(recordOf(records)).toMatchObject({ SrcAddr: '10.0.0.1', DstPort: 443 });
    }
  });

  it('extended_switch: the VLAN where the frame has lost its tag', () => {
    const vlans = structure(1001, u32(30, 0, 40, 0));
    expect(recordOf([vlans, packet])).toMatchObject({ VlanId: 30 });
    const tagged = sampledHeader(ethernet('8100', `0064 0800 ${ipv4(TCP, { proto: 6 })}`));
    expect(recordOf([vlans, tagged])).toMatchObject({ VlanId: 100 });
    for (const none of [0, 4095, 0xffff_ffff]) {
      expect(recordOf([structure(1001, u32(none, 0, 0, 0)), packet])).not.toHaveProperty('VlanId');
    }
  });

  it('extended_mpls: the stack as it came in', () => {
    const stack = structure(1006, `00000001 0a000009 ${u32(2, 100 * 4096 + 0x0ff, 200 * 4096 + 0x1ff, 1, 0)}`);
    expect(recordOf([stack, packet])).toMatchObject({ MplsLabels: [100, 200] });
    const sixth = structure(1006, `00000002 ${'00'.repeat(16)} ${u32(1, 300 * 4096, 0)}`);
    expect(recordOf([sixth, packet])).toMatchObject({ MplsLabels: [300] });
    expect(recordOf([structure(1006, `00000001 0a000009 ${u32(0, 0)}`), packet])).not.toHaveProperty('MplsLabels');
    // A count beyond the record's end.
    expect(recordOf([structure(1006, `00000001 0a000009 ${u32(0xffff_ffff, 5 * 4096)}`), packet])).toMatchObject({
      MplsLabels: [5],
    });
  });

  it('extended_nat and extended_nat_port', () => {
    const nat = structure(1007, '00000001 c6336401 00000001 c6336402');
    const ports = structure(1020, u32(61_000, 8443));
    expect(recordOf([packet, nat, ports])).toMatchObject({
      ...{ XlatSrcAddr: '198.51.100.1', XlatDstAddr: '198.51.100.2', XlatSrcPort: 61_000, XlatDstPort: 8443 },
    });
    const sixth = structure(1007, `00000002 20010db8 ${u32(0, 0, 5)} 00000002 20010db8 ${u32(0, 0, 6)}`);
    expect(recordOf([packet, sixth])).toMatchObject({ XlatSrcAddr: '2001:db8::5', XlatDstAddr: '2001:db8::6' });
    expect(recordOf([packet, structure(1007, '00000002 00000000 00000000 00000000')])).not.toHaveProperty(
      'XlatSrcAddr'
    );
  });

  it.each([1023, 1024])('extended_ipv4_tunnel (%i) with the network identifier (1029, 1030)', (format) => {
    const tunnel = structure(format, `${u32(1100, 17)} ac100001 ac100002 ${u32(50_000, 4789, 0, 0)}`);
    expect(recordOf([packet, tunnel, structure(format === 1023 ? 1029 : 1030, u32(0xfd))])).toMatchObject({
      ...{ SrcAddr: '10.0.0.1', TunnelSrcAddr: '172.16.0.1', TunnelDstAddr: '172.16.0.2', TunnelProto: 17 },
      ...{ TunnelSrcPort: 50_000, TunnelDstPort: 4789, TunnelType: 1, TunnelKey: '0000fd' },
    });
  });

  it.each([1025, 1026])('extended_ipv6_tunnel (%i)', (format) => {
    const ends = `20010db8000000000000000000000001 20010db8000000000000000000000002`;
    expect(recordOf([packet, structure(format, `${u32(1100, 47)} ${ends} ${u32(0, 0, 0, 0)}`)])).toMatchObject({
      ...{ SrcAddr: '10.0.0.1', TunnelSrcAddr: '2001:db8::1', TunnelProto: 47, TunnelType: 2 },
    });
  });

  it('of other kinds, and ones that are too short, are passed over', () => {
    const others = [structure(1002, u32(1, 0x0a000001, 24, 24)), structure(7, u32(1), 4413), structure(1001, u32(30))];
    const { record, lost } = decodeAll(datagram([flowSample([...others, packet])]));
    expect(record).toMatchObject({ SrcAddr: '10.0.0.1' });
    expect(record).not.toHaveProperty('VlanId');
    expect(lost).toEqual([]);
  });
});

describe('a datagram that is wrong', () => {
  const whole = datagram([flowSample([packet])]);
  it.each<[string, Buffer, number, string]>([
    [
      'half a header',
      whole.subarray(0, 20),
      0,
      'malformed: an sFlow datagram of 20 bytes ends inside its header, or has no agent address',
    ],
    [
      'an unknown kind of address',
      datagram([], { agent: '00000003 00000000' }),
      0,
      'malformed: an sFlow datagram of 28 bytes ends inside its header, or has no agent address',
    ],
    [
      'fewer samples than it says',
      datagram([flowSample([packet])], { count: 0xffff_ffff }),
      1,
      'malformed: an sFlow datagram of 4294967295 samples ends inside sample 2',
    ],
    [
      'a sample beyond its end',
      datagram([`${u32(1, 0xffff_ffff)}00000000`]),
      0,
      'malformed: an sFlow datagram of 1 samples ends inside sample 1',
    ],
    [
      'a sample shorter than its header',
      datagram([structure(1, u32(1, 2))]),
      0,
      'malformed: an sFlow sample of 8 bytes ends inside its header of 32',
    ],
    [
      'fewer records than it says',
      datagram([flowSample([packet], { count: 3 })]),
      1,
      'malformed: an sFlow sample of 3 flow records ends after 1',
    ],
    [
      'a record beyond its end',
      datagram([flowSample([u32(1, 4000)])]),
      0,
      'malformed: an sFlow sample of 1 flow records ends after 0',
    ],
    ['no records', datagram([flowSample([])]), 0, 'not_a_flow: an sFlow sample has no address of any kind'],
    [
      'a header of a protocol that is not read',
      datagram([flowSample([sampledHeader('00'.repeat(20), { protocol: 5 })])]),
      0,
      'not_a_flow: an sFlow sample has a header of protocol 5; 1 Ethernet, 7 PPP, 11 IPv4, 12 IPv6 and 13 MPLS are read',
    ],
    [
      'an older version',
      Buffer.from('0000000400000001', 'hex'),
      0,
      'unknown_version: sFlow version 4 is not read; set the agent to version 5',
    ],
  ])('%s: is counted and named', (_, payload, flows, detail) => {
    const { records, details } = decodeAll(payload);
    expect(records).toHaveLength(flows);
    expect(details).toEqual([`192.0.2.1 ${detail}`]);
  });
});

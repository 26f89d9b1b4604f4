import { describe, expect, it } from 'vitest';
import type { FlowRecord } from '@netobserv-flows/schema';
import { testDecoder } from './captures';
import { ipfix, netflow9, optionsTemplate9, set, SHORT, short, template, type Field } from './messages';

function recordsOf(...payloads: Buffer[]): FlowRecord[] {
  const { decode } = testDecoder();
  return payloads.flatMap((payload) => decode(payload).map(({ record }) => record));
}

const inIpfix = (fields: Field[], values: string) =>
  recordsOf(ipfix([set(2, template(256, ...SHORT, ...fields)), set(256, short() + values)]))[0];
const inNetflow9 = (fields: Field[], values: string) =>
  recordsOf(netflow9([set(0, template(256, ...SHORT, ...fields)), set(256, short() + values)]))[0];

describe('network address translation', () => {
  it('IPv6 (281, 282), and the same numbers in NetFlow v9', () => {
    const addresses = `20010db8${'00'.repeat(11)}05 20010db8${'00'.repeat(11)}06`;
    for (const decode of [inIpfix, inNetflow9]) {
      expect(
        decode(
          [
            [281, 16],
            [282, 16],
          ],
          addresses
        )
      ).toMatchObject({ XlatSrcAddr: '2001:db8::5', XlatDstAddr: '2001:db8::6' });
      expect(
        decode(
          [
            [225, 4],
            [226, 4],
            [227, 2],
            [228, 2],
          ],
          'c6336401 c6336402 ee48 01bb'
        )
      ).toMatchObject({
        ...{ XlatSrcAddr: '198.51.100.1', XlatDstAddr: '198.51.100.2', XlatSrcPort: 61_000, XlatDstPort: 443 },
      });
    }
  });

  it('the numbers that Cisco ASA had before (40001 to 40004)', () => {
    expect(
      inNetflow9(
        [
          [40_001, 4],
          [40_002, 4],
          [40_003, 2],
          [40_004, 2],
        ],
        'c6336401 c6336402 ee48 01bb'
      )
    ).toMatchObject({
      ...{ XlatSrcAddr: '198.51.100.1', XlatDstAddr: '198.51.100.2', XlatSrcPort: 61_000, XlatDstPort: 443 },
    });
  });

  it('of ports alone', () => {
    const record = inIpfix([[227, 2]], 'ee48');
    expect(record).toMatchObject({ XlatSrcPort: 61_000 });
    expect(record).not.toHaveProperty('XlatSrcAddr');
  });

  it('that did not happen is left out', () => {
    const names = Object.keys(
      inIpfix(
        [
          [225, 4],
          [227, 2],
        ],
        '00000000 0000'
      )!
    );
    expect(names.filter((name) => name.startsWith('Xlat'))).toEqual([]);
  });
});

describe('routing instances, customer VLANs and MPLS labels', () => {
  it('IE 234, 235 and 245', () => {
    const fields: Field[] = [
      [234, 4],
      [235, 4],
      [243, 2],
      [245, 2],
    ];
    expect(inIpfix(fields, '00000007 00000009 0064 00c8')).toMatchObject({
      ...{ IngressVRFID: 7, EgressVRFID: 9, VlanId: 100, CustomerVlanId: 200 },
    });
    const names = Object.keys(inIpfix(fields, '00000000 00000000 0000 0000')!);
    expect(names.filter((name) => /VRF|Vlan/.test(name))).toEqual([]);
  });

  const labels: Field[] = [70, 71, 72].map((id) => [id, 3]);
  it.each<[string, string, number[] | undefined]>([
    ['up to the bottom of the stack', '000640 000c81 0012c0', [100, 200]],
    ['up to the first that is empty', '000640 000000 000000', [100]],
    ['all of them', '000640 000c80 0012c0', [100, 200, 300]],
    ['none', '000000 000000 000000', undefined],
  ])('IE 70 and following: %s', (_, values, expected) => {
    expect(inIpfix(labels, values)?.MplsLabels).toEqual(expected);
    expect(inNetflow9(labels, values)?.MplsLabels).toEqual(expected);
  });

  it('a section of another length is skipped', () => {
    expect(
      inIpfix(
        [
          [70, 4],
          [4, 1],
        ],
        '00064000 06'
      )
    ).toMatchObject({ Proto: 6 });
    expect(inIpfix([[70, 4]], '00064000')).not.toHaveProperty('MplsLabels');
  });
});

describe('dropped packets', () => {
  it('as the exporter counts them (132, 133)', () => {
    const fields: Field[] = [
      [132, 8],
      [133, 8],
    ];
    expect(inIpfix(fields, '00000000000001f4 0000000000000005')).toMatchObject({
      ...{ Bytes: 1000, Packets: 10, PktDropBytes: 500, PktDropPackets: 5 },
    });
    expect(inIpfix(fields, '0000000000000000 0000000000000000')).not.toHaveProperty('PktDropBytes');
  });

  it.each<[string, Partial<FlowRecord>]>([
    ['81', { PktDropBytes: 1000, PktDropPackets: 10, PktDropLatestDropCause: 'ACL deny' }],
    ['8f', { PktDropLatestDropCause: 'Hardware' }],
    ['bf', { PktDropLatestDropCause: '191' }],
  ])('as the forwarding status (89) %s says', (status, expected) => {
    expect(inIpfix([[89, 1]], status)).toMatchObject(expected);
    expect(inNetflow9([[89, 1]], status)).toMatchObject(expected);
  });

  it.each(['00', '40', 'c1'])('not where the forwarding status is %s', (status) => {
    expect(Object.keys(inIpfix([[89, 1]], status)!).filter((name) => name.startsWith('PktDrop'))).toEqual([]);
  });

  it('are multiplied by the sampling, and are of the forward direction only', () => {
    const fields: Field[] = [
      [34, 4],
      [89, 1],
      [234, 4],
      [1, 4, 29_305],
      [2, 4, 29_305],
    ];
    const sets = [
      set(2, template(256, ...SHORT, ...fields)),
      set(256, `${short()} 0000000a 81 00000007 000007d0 00000014`),
    ];
    const [forward, reverse] = recordsOf(ipfix(sets));
    expect(forward).toMatchObject({ Bytes: 10_000, PktDropBytes: 10_000, PktDropPackets: 100, IngressVRFID: 7 });
    expect(reverse).toMatchObject({ Bytes: 20_000, EgressVRFID: 7 });
    expect(Object.keys(reverse!).filter((name) => /PktDrop|IngressVRF/.test(name))).toEqual([]);
  });
});

describe('ICMP', () => {
  const icmp = (proto: string, fields: Field[], values: string) => inIpfix([[4, 1], ...fields], proto + values);
  it.each<[string, Partial<FlowRecord> | undefined]>([
    ['32 icmpTypeCodeIPv4', icmp('01', [[32, 2]], '0301')],
    ['139 icmpTypeCodeIPv6', icmp('3a', [[139, 2]], '0301')],
    ['32, of ICMPv6', icmp('3a', [[32, 2]], '0301')],
    [
      '176, 177',
      icmp(
        '01',
        [
          [176, 1],
          [177, 1],
        ],
        '03 01'
      ),
    ],
    [
      '178, 179',
      icmp(
        '3a',
        [
          [178, 1],
          [179, 1],
        ],
        '03 01'
      ),
    ],
    ['11, the destination port', icmp('01', [[11, 2]], '0301')],
    [
      '11, beside 32 that is left 0',
      icmp(
        '01',
        [
          [32, 2],
          [11, 2],
        ],
        '0000 0301'
      ),
    ],
  ])('in %s', (_, record) => {
    expect(record).toMatchObject({ IcmpType: 3, IcmpCode: 1 });
    expect(record).not.toHaveProperty('DstPort');
  });
});

describe('structured data (RFC 6313)', () => {
  it.each([291, 292, 293])('%i is skipped by its length, long or short', (id) => {
    const fields: Field[] = [
      [8, 4],
      [id, 65_535],
      [1, 4],
      [id, 65_535],
      [4, 1],
    ];
    const long = 'ab'.repeat(300);
    const sets = [
      set(2, template(256, ...fields)),
      set(256, `0a000001 05 ff00080004 000003e8 ff 012c ${long} 06 0a000002 00 000007d0 00 11`),
    ];
    expect(recordsOf(ipfix(sets))).toMatchObject([
      { SrcAddr: '10.0.0.1', Bytes: 1000, Proto: 6 },
      { SrcAddr: '10.0.0.2', Bytes: 2000, Proto: 17 },
    ]);
  });

  it('that claims to be longer than its set takes nothing else along', () => {
    const sets = [set(2, template(256, [8, 4], [291, 65_535])), set(256, '0a000001 00 0a000002 ffffff00')];
    expect(recordsOf(ipfix(sets))).toMatchObject([{ SrcAddr: '10.0.0.1' }]);
  });
});

describe('sampling as routers of Cisco announce it in NetFlow v9', () => {
  const samplers = set(1, optionsTemplate9(300, [[1, 4]], [48, 1], [49, 1], [50, 4]));
  const flow = (sampler: string) => netflow9([set(0, template(256, ...SHORT, [48, 1])), set(256, short() + sampler)]);

  it('an option record for each sampler (48 id, 49 mode, 50 interval), flows name theirs', () => {
    const options = netflow9([samplers, set(300, '00000001 01 02 00000064 00000001 02 02 000003e8')]);
    expect(recordsOf(options, flow('01'))[0]).toMatchObject({ Bytes: 100_000, Packets: 1000, Sampling: 100 });
    expect(recordsOf(options, flow('02'))[0]).toMatchObject({ Bytes: 1_000_000, Sampling: 1000 });
    // Sampler 0: the flow was not sampled.
    expect(recordsOf(options, flow('00'))[0]).toMatchObject({ Bytes: 1000, Sampling: 1 });
  });
});

describe('numbers in more bytes than they need', () => {
  it('are taken where they fit the field, and left out where they do not', () => {
    const fields: Field[] = [
      [4, 2],
      [7, 4],
      [11, 4],
    ];
    expect(inIpfix(fields, '0006 00009c40 000001bb')).toMatchObject({ Proto: 6, SrcPort: 40_000, DstPort: 443 });
    const names = Object.keys(inIpfix(fields, 'c106 00019c40 ffffffff')!);
    expect(names.filter((name) => /Proto|Port/.test(name))).toEqual([]);
  });
});

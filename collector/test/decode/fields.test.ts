import { describe, expect, it } from 'vitest';
import { RECEIVED_MS, testDecoder } from './captures';
import { ipfix, set, template, type Field } from './messages';

const recordsOf = (payload: Buffer) =>
  testDecoder()
    .decode(payload)
    .map(({ record }) => record);

const cameInUnseen = (sets: readonly string[]) =>
  testDecoder()
    .decoder.decode({ address: '192.0.2.1', port: 4739, receivedMs: RECEIVED_MS, payload: ipfix(sets) })
    .map((flow) => flow.cameInUnseen);

describe('what an IPFIX record says', () => {
  const decodeOne = (fields: Field[], record: string) =>
    recordsOf(ipfix([set(2, template(256, ...fields)), set(256, record)]))[0];

  it('names the interfaces that Open vSwitch repeats, the one that saw the flow first', () => {
    const fields: Field[] = [
      [61, 1],
      [8, 4],
      [10, 4],
      [82, 65_535],
      [83, 65_535],
      [14, 4],
      [82, 65_535],
      [83, 65_535],
    ];
    expect(decodeOne(fields, '01 0a000001 00000001 027031 00 00000002 00 03627231')).toMatchObject({
      FlowDirection: 1,
      Interfaces: ['2', 'p1'],
      IfDirections: [1, 0],
    });
    expect(decodeOne(fields, '00 0a000001 00000001 027031 00 00000000 00 00')).toMatchObject({
      FlowDirection: 0,
      Interfaces: ['p1'],
      IfDirections: [0],
    });
  });

  it.each([
    ['the exporter names that none', '01 0a000001 00000000 00 00 00000002 027031 00', true],
    ['but by a port that has a name and no number', '01 0a000001 00000000 027031 00 00000002 027032 00', false],
    ['but by one that it names', '01 0a000001 00000001 027031 00 00000002 027032 00', false],
    ['but was observed coming in', '00 0a000001 00000000 00 00 00000002 027031 00', false],
  ])('came in by no interface: %s', (_, record, unseen) => {
    const fields: Field[] = [
      [61, 1],
      [8, 4],
      [10, 4],
      [82, 65_535],
      [83, 65_535],
      [14, 4],
      [82, 65_535],
      [83, 65_535],
    ];
    expect(cameInUnseen([set(2, template(256, ...fields)), set(256, record)])).toEqual([unseen]);
  });

  it('says nothing of where it came in, where it has no such field', () => {
    const fields: Field[] = [
      [8, 4],
      [14, 4],
      [61, 1],
    ];
    const sets = [set(2, template(256, ...fields)), set(256, '0a000001 00000002 01')];
    expect(cameInUnseen(sets)).toEqual([false]);
    expect(recordsOf(ipfix(sets))).toMatchObject([{ FlowDirection: 1, IfDirections: [1], Interfaces: ['2'] }]);
  });

  it('says of the only interface that it names on which side that was, whatever side observed the flow', () => {
    const fields: Field[] = [
      [8, 4],
      [10, 4],
      [61, 1],
    ];
    expect(decodeOne(fields, '0a000001 0000000b 01')).toMatchObject({
      FlowDirection: 1,
      Interfaces: ['11'],
      IfDirections: [0],
    });
  });

  it('leaves a direction out that is neither in nor out', () => {
    expect(
      decodeOne(
        [
          [61, 1],
          [8, 4],
          [10, 4],
        ],
        'ff 0a000001 00000003'
      )
    ).toEqual(expect.not.objectContaining({ FlowDirection: expect.anything(), IfDirections: expect.anything() }));
  });

  describe('of one of two interfaces that are the same', () => {
    const SIDED: Field[] = [
      [8, 4],
      [10, 4],
      [14, 4],
      [61, 1],
    ];
    const directions = (...records: string[]) =>
      recordsOf(ipfix([set(2, template(256, ...SIDED)), ...records.map((record) => set(256, record))])).map(
        ({ FlowDirection, IfDirections, Interfaces }) => ({ FlowDirection, IfDirections, Interfaces })
      );
    const NONE = { FlowDirection: undefined, IfDirections: undefined };

    it('has no direction where the exporter has never named two: softflowd sends which half of a conversation it is', () => {
      expect(directions('0a000001 00000007 00000007 00', '0a000002 00000007 00000007 01')).toEqual([
        { ...NONE, Interfaces: ['7', '7'] },
        { ...NONE, Interfaces: ['7', '7'] },
      ]);
      expect(directions('0a000001 00000000 00000000 00', '0a000002 00000000 00000000 01')).toEqual([
        { ...NONE, Interfaces: undefined },
        { ...NONE, Interfaces: undefined },
      ]);
    });

    it('has one where it has named two: a switch sends a packet back by the port that it came from', () => {
      const [, back] = directions('0a000001 00000007 00000008 00', '0a000001 00000007 00000007 01');
      expect(back).toEqual({ FlowDirection: 1, IfDirections: [1, 0], Interfaces: ['7', '7'] });
    });
  });

  it.each([
    [
      'type and code elements',
      [
        [176, 1],
        [177, 1],
      ],
      '0301',
    ],
    ['one element for both', [[32, 2]], '0301'],
    [
      'the destination port',
      [
        [7, 2],
        [11, 2],
      ],
      '00000301',
    ],
    [
      'the destination port beside an empty element',
      [
        [32, 2],
        [11, 2],
      ],
      '00000301',
    ],
  ] as const)('takes ICMP type and code from %s', (_, fields, value) => {
    const record = decodeOne([[4, 1], [8, 4], ...fields], `01 0a000001 ${value}`);
    expect(record).toMatchObject({ Proto: 1, IcmpType: 3, IcmpCode: 1 });
    expect(record).not.toHaveProperty('DstPort');
  });

  it('takes ICMPv6 type and code, 0 among them', () => {
    const record = decodeOne(
      [
        [4, 1],
        [27, 16],
        [139, 2],
      ],
      `3a ${'20010db8'.padEnd(32, '0')} 8000`
    );
    expect(record).toMatchObject({ SrcAddr: '2001:db8::', IcmpType: 128, IcmpCode: 0 });
  });

  it('has no ports, flags or ICMP for protocols without them', () => {
    const record = decodeOne(
      [
        [4, 1],
        [8, 4],
        [7, 2],
        [11, 2],
        [6, 1],
        [32, 2],
      ],
      '2f 0a000001 0001 0002 10 0000'
    );
    expect(Object.keys(record!)).toEqual(
      expect.not.arrayContaining(['SrcPort', 'DstPort', 'Flags', 'IcmpType', 'IcmpCode'])
    );
  });

  it('takes the addresses of the IP version that the record has, in templates that hold both', () => {
    const both: Field[] = [
      [27, 16],
      [28, 16],
      [8, 4],
      [12, 4],
    ];
    const six = '20010db8000000000000000000000001'.repeat(2);
    expect(decodeOne(both, `${'00'.repeat(32)} 0a000001 0a000002`)).toMatchObject({ SrcAddr: '10.0.0.1' });
    expect(decodeOne(both, `${six} 00000000 00000000`)).toMatchObject({
      SrcAddr: '2001:db8::1',
      DstAddr: '2001:db8::1',
    });
    expect(decodeOne([...both, [60, 1]], `${six} 0a000001 0a000002 04`)).toMatchObject({
      SrcAddr: '10.0.0.1',
      Etype: 2048,
    });
  });

  it('prefers IP bytes, then layer 2 bytes, then totals', () => {
    expect(
      decodeOne(
        [
          [8, 4],
          [85, 4],
          [352, 4],
          [1, 4],
        ],
        '0a000001 00000003 00000002 00000001'
      )
    ).toMatchObject({ Bytes: 1 });
    expect(
      decodeOne(
        [
          [8, 4],
          [85, 4],
          [352, 4],
        ],
        '0a000001 00000003 00000002'
      )
    ).toMatchObject({ Bytes: 2 });
    expect(
      decodeOne(
        [
          [8, 4],
          [85, 4],
          [86, 4],
        ],
        '0a000001 00000003 00000004'
      )
    ).toMatchObject({ Bytes: 3, Packets: 4 });
  });

  it('has translated addresses and ports, tunnels, VLAN, MAC and DSCP', () => {
    const fields: Field[] = [
      ...([
        [225, 4],
        [226, 4],
        [227, 2],
        [228, 2],
        [58, 2],
        [56, 6],
        [80, 6],
        [5, 1],
        [256, 2],
      ] as const),
      ...([
        [891, 1, 6876],
        [892, 65_535, 6876],
        [893, 4, 6876],
        [894, 4, 6876],
        [895, 1, 6876],
      ] as const),
      ...([
        [896, 2, 6876],
        [897, 2, 6876],
      ] as const),
    ];
    const record = decodeOne(
      fields,
      '01010101 02020202 0400 0050 6064 0a580af40001 000000000000 b8 0800 01 03 0000fd 0a000001 0a000002 11 d903 12b5'
    );
    expect(record).toMatchObject({
      ...{ XlatSrcAddr: '1.1.1.1', XlatDstAddr: '2.2.2.2', XlatSrcPort: 1024, XlatDstPort: 80 },
      ...{ VlanId: 100, SrcMac: '0a:58:0a:f4:00:01', Dscp: 46, Etype: 2048 },
      ...{ TunnelType: 1, TunnelKey: '0000fd', TunnelSrcAddr: '10.0.0.1', TunnelDstAddr: '10.0.0.2' },
      ...{ TunnelProto: 17, TunnelSrcPort: 55_555, TunnelDstPort: 4789 },
    });
    expect(record).not.toHaveProperty('DstMac');
  });

  it('tells keys of tunnels apart by their length too, however often they come', () => {
    const keys = [
      '00',
      '0000',
      '00000000',
      '000000000000',
      '0000000000000000',
      '01',
      '0100',
      '0001',
      '000000000000000001',
    ];
    const keyOf = (key: string) =>
      decodeOne(
        [
          [8, 4],
          [892, key.length / 2, 6876],
        ],
        `0a000001 ${key}`
      )?.TunnelKey;
    expect([...keys, ...keys].map(keyOf)).toEqual([...keys, ...keys]);
  });

  it('makes a record of its own for the reverse direction, with the ends swapped', () => {
    const records = recordsOf(
      ipfix([
        set(
          2,
          template(
            256,
            [8, 4],
            [12, 4],
            [4, 1],
            [7, 2],
            [11, 2],
            [61, 1],
            [1, 4],
            [2, 4],
            [1, 4, 29_305],
            [2, 4, 29_305]
          )
        ),
        set(256, '0a000001 0a000002 06 c000 0050 00 00000064 00000002 000003e8 00000005'),
        set(256, '0a000001 0a000002 06 c000 0050 00 00000064 00000002 00000000 00000000'),
      ])
    );
    expect(records).toMatchObject([
      { SrcAddr: '10.0.0.1', SrcPort: 49_152, DstPort: 80, Bytes: 100, Packets: 2, FlowDirection: 0 },
      { SrcAddr: '10.0.0.2', DstAddr: '10.0.0.1', SrcPort: 80, DstPort: 49_152, Bytes: 1000, Packets: 5 },
      { SrcAddr: '10.0.0.1', Bytes: 100 },
    ]);
    expect(records).toHaveLength(3);
    expect(records[1]).not.toHaveProperty('FlowDirection');
  });

  it('writes IPv6 addresses as RFC 5952 has them', () => {
    const address = (hex: string) => decodeOne([[27, 16]], hex)?.SrcAddr;
    expect(address('20010db8000000000001000000000001')).toBe('2001:db8::1:0:0:1');
    expect(address('00000000000000000000000000000000')).toBe('::');
    expect(address('00000000000000000000000000000001')).toBe('::1');
    expect(address('20010db8000100020003000400050000')).toBe('2001:db8:1:2:3:4:5:0');
    expect(address('fe800000000000000000000000000000')).toBe('fe80::');
    expect(address('00000000000000000000ffff0a000001')).toBe('::ffff:10.0.0.1');
  });

  it('leaves no trace of the record before', () => {
    const records = recordsOf(
      ipfix([
        set(2, template(256, [8, 4], [82, 65_535], [892, 65_535, 6876], [891, 1, 6876])),
        set(256, '0a000001 0165 01ff 07 0a000002 00 00 00'),
      ])
    );
    expect(records[0]).toMatchObject({ Interfaces: ['e'], TunnelKey: 'ff', TunnelType: 7 });
    expect(Object.keys(records[1]!)).toEqual(expect.not.arrayContaining(['Interfaces', 'TunnelKey', 'TunnelType']));
  });
});

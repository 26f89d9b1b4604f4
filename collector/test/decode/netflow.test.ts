import { describe, expect, it } from 'vitest';
import { testDecoder } from './captures';
import { bytes, netflow5, netflow9, optionsTemplate9, set, SHORT, short, template } from './messages';

describe('NetFlow v9', () => {
  it('decodes a packet byte by byte', () => {
    const { decode, lost } = testDecoder();
    const packet = bytes(`
      0009 0002 000f4240 6553f100 00000001 00000064
      0000 0024 0100 0007  0008 0004  000c 0004  000a 0002  000e 0002  0001 0004  0016 0004  0015 0004
      0100 001c 0a000001 0a000002 0003 0000 00000578 000f3e58 000f4240`);
    expect(decode(packet).map(({ record }) => record)).toEqual([
      {
        ...{ SrcAddr: '10.0.0.1', DstAddr: '10.0.0.2', Interfaces: ['3'], Bytes: 1400, Packets: 0, Sampling: 1 },
        ...{ TimeFlowStartMs: 1_699_999_999_000, TimeFlowEndMs: 1_700_000_000_000, TimeReceived: 1_700_000_000 },
        ...{ AgentIP: '192.0.2.1', ObservationDomainId: 100 },
      },
    ]);
    expect(lost()).toEqual([]);
  });

  it('reads several templates of a flowset, and options templates with more than one scope', () => {
    const { decode, decoder, lost } = testDecoder();
    const templates = set(0, template(256, ...SHORT) + template(257, [8, 4], [2, 4]));
    const options = set(
      1,
      `${optionsTemplate9(
        300,
        [
          [1, 4],
          [2, 4],
        ],
        [34, 4]
      )}0000`
    );
    decode(netflow9([templates, options, set(300, '00000000 00000003 00000010')]));
    expect(decoder.stats()).toMatchObject({ templates: 3, knownTemplates: 3, optionRecords: 1 });
    expect(decode(netflow9([set(257, '0a000001 00000005'), set(256, short())]))).toHaveLength(2);
    expect(lost()).toEqual([]);
  });

  it('does not take an enterprise bit or a variable length for what they are in IPFIX', () => {
    const { decode } = testDecoder();
    const [flow] = decode(
      netflow9([set(0, template(256, [8, 4], [0x8001, 4], [1, 4])), set(256, '0a000001 00000007 00000064')])
    );
    expect(flow?.record).toMatchObject({ SrcAddr: '10.0.0.1', Bytes: 100 });
  });

  it('keeps its templates apart from those of IPFIX of the same exporter', () => {
    const { decode, lost } = testDecoder();
    decode(netflow9([set(0, template(256, ...SHORT))]));
    decode(bytes(`000a 0028 6553f100 00000001 00000007 0100 0018 ${short()} 00000000`));
    expect(lost()).toEqual(['no_template 1']);
  });
});

describe('NetFlow v5', () => {
  const record = `
    0a000001 0a000002 0a0000fe 0003 0004 0000000a 000003e8 000f3e58 000f4240
    c000 01bb 00 1b 06 b8 fde8 fde9 18 18 0000`.replace(/\s/g, '');

  it('decodes a record byte by byte', () => {
    const { decode, lost } = testDecoder();
    const [flow] = decode(netflow5([record], { domain: 0x0102 }));
    expect(flow?.record).toEqual({
      ...{ SrcAddr: '10.0.0.1', DstAddr: '10.0.0.2', SrcPort: 49_152, DstPort: 443, Proto: 6, Flags: 27, Dscp: 46 },
      ...{ Etype: 2048, Interfaces: ['3', '4'], Bytes: 1000, Packets: 10, Sampling: 1 },
      // The header's nanoseconds count: half a second.
      ...{ TimeFlowStartMs: 1_699_999_999_500, TimeFlowEndMs: 1_700_000_000_500, TimeReceived: 1_700_000_000 },
      ...{ AgentIP: '192.0.2.1', ObservationDomainId: 258 },
    });
    expect(lost()).toEqual([]);
  });

  it('has ICMP type and code in the place of the destination port', () => {
    const { decode } = testDecoder();
    const icmp = record.replace('c00001bb001b06', '00000800000001');
    expect(decode(netflow5([icmp]))[0]?.record).toMatchObject({ Proto: 1, IcmpType: 8, IcmpCode: 0 });
    expect(decode(netflow5([icmp]))[0]?.record).not.toHaveProperty('DstPort');
  });

  it('uses the records that are there, and counts those that are missing', () => {
    const { decode, lost, details } = testDecoder();
    expect(decode(netflow5([record, record], { count: 5 }))).toHaveLength(2);
    expect(lost()).toEqual(['malformed 3']);
    expect(details).toEqual(['192.0.2.1 malformed: a NetFlow v5 packet of 5 records ends after 2']);
  });

  it.each([0, 31, 55_582])('refuses a count of %i', (count) => {
    const { decode, lost } = testDecoder();
    expect(decode(netflow5([record], { count }))).toEqual([]);
    expect(lost()).toEqual(['malformed 1']);
  });
});

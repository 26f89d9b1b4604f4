import { describe, expect, it } from 'vitest';
import { testDecoder } from './captures';
import { bytes, ipfix, optionsTemplate, set, SHORT, short, template } from './messages';

const recordsOf = (...payloads: Buffer[]) => {
  const { decode, lost } = testDecoder();
  const records = payloads.flatMap((payload) => decode(payload)).map(({ record }) => record);
  return { records, lost: lost() };
};

describe('IPFIX', () => {
  it('decodes a message byte by byte', () => {
    const message = bytes(`
      000a 0048 6553f100 00000005 0000002a
      0002 0020 0100 0006  0008 0004  000c 0004  0007 0002  000b 0002  0004 0001  0001 0004
      0100 0018 0a000001 0a000002 c000 01bb 06 00000578 000000`);
    expect(recordsOf(message)).toEqual({
      lost: [],
      records: [
        {
          SrcAddr: '10.0.0.1',
          DstAddr: '10.0.0.2',
          SrcPort: 49_152,
          DstPort: 443,
          Proto: 6,
          Bytes: 1400,
          Packets: 0,
          Sampling: 1,
          TimeFlowStartMs: 1_700_000_000_000,
          TimeFlowEndMs: 1_700_000_000_000,
          TimeReceived: 1_700_000_000,
          AgentIP: '192.0.2.1',
          ObservationDomainId: 42,
        },
      ],
    });
  });

  it('reads several records of a set and takes what is left for padding', () => {
    const { records, lost } = recordsOf(
      ipfix([set(2, template(256, ...SHORT)), set(256, `${short(1)}${short(2)}000000`)])
    );
    expect(records.map(({ SrcAddr }) => SrcAddr)).toEqual(['10.0.0.1', '10.0.0.2']);
    expect(lost).toEqual([]);
  });

  it('reads fields of variable length with one and with three bytes of length, and skips unknown ones', () => {
    const definition = template(256, [8, 4], [82, 65_535], [96, 65_535], [1234, 65_535, 99_999], [1, 8]);
    const long = 'ab'.repeat(300);
    const { records, lost } = recordsOf(
      ipfix([
        set(2, definition),
        set(256, `0a000001 04 65746830 ff000161 00 0000000000000064`),
        set(256, `0a000002 00 03616263 ff012c${long} 00000000000000c8`),
      ])
    );
    expect(lost).toEqual([]);
    expect(records).toMatchObject([
      { SrcAddr: '10.0.0.1', Bytes: 100, Interfaces: ['eth0'] },
      { SrcAddr: '10.0.0.2', Bytes: 200 },
    ]);
    expect(records[1]).not.toHaveProperty('Interfaces');
  });

  it('reads counters in the reduced sizes that an exporter chooses', () => {
    const definition = template(256, [8, 4], [1, 3], [2, 1], [4, 2]);
    const { records } = recordsOf(ipfix([set(2, definition), set(256, '0a000001 0186a0 05 0006')]));
    expect(records).toMatchObject([{ Bytes: 100_000, Packets: 5, Proto: 6 }]);
  });

  it('skips an element whose length does not fit it', () => {
    const definition = template(256, [8, 3], [12, 4], [1, 9], [2, 4]);
    const { records, lost } = recordsOf(
      ipfix([set(2, definition), set(256, '0a0000 0a000002 010203040506070809 00000003')])
    );
    expect(records).toMatchObject([{ DstAddr: '10.0.0.2', Packets: 3, Bytes: 0 }]);
    expect(records[0]).not.toHaveProperty('SrcAddr');
    expect(lost).toEqual([]);
  });

  it('keeps templates by address and domain, whatever the port', () => {
    const { decode, lost } = testDecoder();
    decode(ipfix([set(2, template(256, ...SHORT))]), { port: 1000 });
    const data = ipfix([set(256, short())]);
    expect(decode(data, { port: 2000 })).toHaveLength(1);
    expect(decode(data, { address: '192.0.2.9' })).toHaveLength(0);
    expect(decode(ipfix([set(256, short())], { domain: 8 }))).toHaveLength(0);
    expect(lost()).toEqual(['no_template 2']);
  });

  it('takes an IPv4 exporter that arrives on an IPv6 socket for the same', () => {
    const { decode } = testDecoder();
    decode(ipfix([set(2, template(256, ...SHORT))]), { address: '::ffff:192.0.2.1' });
    expect(decode(ipfix([set(256, short())]))[0]?.record.AgentIP).toBe('192.0.2.1');
  });

  it('lets a template be redefined', () => {
    const { decode, decoder } = testDecoder();
    decode(ipfix([set(2, template(256, ...SHORT))]));
    decode(ipfix([set(2, template(256, [12, 4], [2, 8]))]));
    const [flow] = decode(ipfix([set(256, '0a000009 0000000000000004')]));
    expect(flow?.record).toMatchObject({ DstAddr: '10.0.0.9', Packets: 4 });
    expect(flow?.record).not.toHaveProperty('SrcAddr');
    expect(decoder.stats().knownTemplates).toBe(1);
  });

  it('forgets a withdrawn template, and all of them', () => {
    const { decode, decoder, lost } = testDecoder();
    const define = ipfix([
      set(2, template(256, ...SHORT) + template(257, ...SHORT)),
      set(3, optionsTemplate(258, [[149, 4]], [34, 4])),
    ]);
    decode(define);
    decode(ipfix([set(2, '0100 0000')]));
    expect(decoder.stats().knownTemplates).toBe(2);
    expect(decode(ipfix([set(256, short())]))).toEqual([]);
    expect(lost()).toEqual(['no_template 1']);
    decode(define);
    decode(ipfix([set(2, '0002 0000')]));
    expect(decoder.stats().knownTemplates).toBe(1);
    decode(ipfix([set(3, '0003 0000')]));
    expect(decoder.stats()).toMatchObject({ knownTemplates: 0, knownFields: 0 });
  });

  it('gives the same digits for the same datagram, others for its next record and for the next message', () => {
    const { decode } = testDecoder();
    decode(ipfix([set(2, template(256, ...SHORT))]));
    const data = ipfix([set(256, short() + short())], { sequence: 9 });
    const [first, second] = decode(data).map(({ subMs }) => subMs);
    expect(decode(data).map(({ subMs }) => subMs)).toEqual([first, second]);
    expect(second).toBe((first! + 1) % 1_000_000);
    expect(decode(ipfix([set(256, short())], { sequence: 10 }))[0]?.subMs).not.toBe(first);
  });

  it('counts records that have neither an address nor a counter', () => {
    const { decode, lost } = testDecoder();
    expect(decode(ipfix([set(2, template(256, [322, 4])), set(256, '6553f100 6553f100')]))).toEqual([]);
    expect(lost()).toEqual(['not_a_flow 2']);
  });
});

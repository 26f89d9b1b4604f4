import { describe, expect, it } from 'vitest';
import { decodeConfig } from '../../src/decode';
import { datagramsOf, hasCaptures, noCaptures, testDecoder } from './captures';
import { bytes, EXPORT_S, ipfix, optionsTemplate, set } from './messages';

/** As Open vSwitch sent them: the options template 462 of its domain 0, and a record of process 1 that says 0. */
const OVS_TEMPLATE = bytes('000a00226b03f30e00000001000000000003001201ce000200010090000400a70008');
const OVS_RECORD = bytes('000a00206b03f30e000000010000000001ce0010000000010000000000000000');

/** The recorded record, with another count, process, and time of export in seconds after it. */
function told(count: number, { process = 1, laterS = 0 } = {}): Buffer {
  const record = Buffer.from(OVS_RECORD);
  record.writeUInt32BE(record.readUInt32BE(4) + laterS, 4);
  record.writeUInt32BE(process, 20);
  record.writeBigUInt64BE(BigInt(count), 24);
  return record;
}

/** A decoder that has heard the template and a first record. */
function heard(first: Buffer = OVS_RECORD) {
  const made = testDecoder();
  made.decode(OVS_TEMPLATE);
  made.decode(first);
  return made;
}

describe('what an exporter says that it could not send', () => {
  it('is counted by exporter where it grows', () => {
    const { decode, lost, details } = heard();
    decode(told(0, { laterS: 600 }));
    expect(lost()).toEqual([]);
    decode(told(7, { laterS: 1200 }));
    decode(told(7, { laterS: 1800 }));
    decode(told(12, { laterS: 2400 }));
    expect(lost()).toEqual(['not_sent 12']);
    expect(details[0]).toBe('192.0.2.1 not_sent: set 462 of domain 0: exporting process 1 could not send them');
  });

  it('is not counted of the time before the first record', () => {
    const { decode, lost } = heard(told(1_000));
    decode(told(1_003, { laterS: 600 }));
    expect(lost()).toEqual(['not_sent 3']);
  });

  it('is counted by process: each bridge of Open vSwitch is one', () => {
    const { decode, lost } = heard(told(5));
    decode(told(100, { process: 2 }));
    decode(told(6, { laterS: 600 }));
    decode(told(102, { process: 2, laterS: 600 }));
    expect(lost()).toEqual(['not_sent 3']);
  });

  it('is counted from 0 once the exporter has started anew', () => {
    const { decode, lost } = heard(told(1_000));
    decode(told(4, { laterS: 600 }));
    decode(told(5, { laterS: 1200 }));
    expect(lost()).toEqual(['not_sent 5']);
  });

  it('is not counted again where records come twice, or late', () => {
    const { decode, lost } = heard(told(10));
    decode(told(20, { laterS: 600 }));
    decode(told(10, { laterS: 30 }));
    decode(told(20, { laterS: 600 }));
    expect(lost()).toEqual(['not_sent 10']);
  });

  it('is counted further where the exporter’s clock was set back', () => {
    const { decode, lost } = heard(told(10, { laterS: 86_400 }));
    decode(told(11));
    decode(told(13, { laterS: 600 }));
    expect(lost()).toEqual(['not_sent 3']);
  });

  it('is remembered within the limit of option records, and forgotten with their template', () => {
    const { decode, lost } = testDecoder(decodeConfig.parse({ limits: { optionEntries: 2 } }));
    const records = (...counts: number[]) =>
      set(400, counts.map((count, process) => `0000000${process} 0000000${count}`).join(''));
    const define = set(3, optionsTemplate(400, [[144, 4]], [167, 4]));
    decode(ipfix([define, records(1, 1, 1)]));
    expect(lost()).toEqual(['template_limit 1']);
    decode(ipfix([set(3, '00030000'), define, records(5, 5)], { exportS: EXPORT_S + 60 }));
    expect(lost()).toEqual(['template_limit 1']);
    decode(ipfix([records(6, 5)], { exportS: EXPORT_S + 120 }));
    expect(lost()).toEqual(['not_sent 1', 'template_limit 1']);
  });

  it.skipIf(!hasCaptures)(
    `of a recorded Open vSwitch is nothing, and then what its next record says${noCaptures}`,
    async () => {
      const { decode, decoder, lost } = testDecoder();
      (await datagramsOf('recorded/ovs.jsonl')).forEach((datagram) => decoder.decode(datagram));
      expect(lost()).toEqual([]);
      decode(told(3, { laterS: 600 }), { address: '127.0.0.1' });
      expect(lost()).toEqual(['not_sent 3']);
    }
  );
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { datagramsOf, GROUPS, hasCaptures, noCaptures, testDecoder } from './captures';
import { bytes, ipfix, netflow9, optionsTemplate, set, SHORT, short, template } from './messages';

const lossesOf = (...payloads: Buffer[]) => {
  const { decode, details } = testDecoder();
  const flows = payloads.flatMap((payload) => decode(payload));
  return { flows: flows.length, details: details.map((detail) => detail.replace(/^192\.0\.2\.1 /, '')) };
};

const defined = set(2, template(256, ...SHORT));

describe('a datagram of the largest size', () => {
  const SIZE = 65_000;
  const withdrawAll = '00030000';
  const repeated = (text: string) => text.repeat(Math.floor((SIZE * 2) / text.length));

  it.each<[string, Buffer]>([
    ['zeros before the last byte of a template set', ipfix([set(2, '00'.repeat(SIZE) + '01000000')])],
    ['withdrawals of all options templates', ipfix([set(3, repeated(withdrawAll))])],
    ['sets that withdraw all options templates', ipfix([repeated(set(3, withdrawAll))])],
  ])('full of %s does not hold up the others', (_, payload) => {
    const { decode } = testDecoder();
    for (let id = 256; id < 256 + 1024; id++) {
      decode(ipfix([set(2, template(id, ...SHORT))]));
    }
    const startMs = performance.now();
    decode(payload);
    // Some milliseconds; with time that grows by the square of the size it is most of a second.
    expect(performance.now() - startMs).toBeLessThan(200);
    expect(decode(ipfix([set(300, short())]))).toHaveLength(1);
  });
});

describe('a datagram that is wrong', () => {
  it.each<[string, Buffer, string]>([
    ['empty', bytes(''), 'malformed: a datagram of 0 bytes has no version'],
    ['one byte', bytes('0a'), 'malformed: a datagram of 1 bytes has no version'],
    [
      'another protocol',
      bytes('1603010200'),
      'unknown_version: version 5635 is none of NetFlow 5, 9, IPFIX (10) and sFlow 5',
    ],
    ['half a header', bytes('000a001000000000'), 'malformed: an IPFIX message of 8 bytes ends inside its header'],
    ['half a v9 header', bytes('0009000100000000'), 'malformed: a NetFlow v9 packet of 8 bytes ends inside its header'],
    ['half a v5 header', bytes('0005000100000000'), 'malformed: a NetFlow v5 packet of 8 bytes ends inside its header'],
    [
      'a message length below the header',
      bytes(`000a 0008 ${'00'.repeat(12)}`),
      'malformed: an IPFIX message says that it has 8 bytes, its header alone has 16',
    ],
    [
      'a set without room for its own header',
      ipfix(['01000000', '00000000']),
      'malformed: set 256 says that it has 0 bytes, its header alone has 4',
    ],
    ['a reserved set', ipfix([set(5, '00000000')]), 'malformed: set 5 is neither data nor templates'],
    ['data without a template', ipfix([set(300, '00')]), 'no_template: set 300 of domain 7: no template for it yet'],
  ])('%s: is counted and named', (_, payload, detail) => {
    expect(lossesOf(payload)).toEqual({ flows: 0, details: [detail] });
  });

  it('gives the flows before the place where it is cut off', () => {
    const whole = ipfix([defined, set(256, short() + short())]);
    expect(lossesOf(whole.subarray(0, -1))).toEqual({
      flows: 1,
      details: [
        `malformed: an IPFIX message says that it has ${whole.length} bytes, ${whole.length - 1} came`,
        'malformed: set 256 says that it has 36 bytes, 35 are left',
      ],
    });
  });

  it('gives the flows of its other sets', () => {
    expect(lossesOf(ipfix([defined, set(4, '00000000'), set(999, '01'), set(256, short())])).flows).toBe(1);
  });

  it('names a set that is too short for a record', () => {
    expect(lossesOf(ipfix([defined, set(256, '0a000001')]))).toEqual({
      flows: 0,
      details: ['malformed: set 256: 4 bytes hold no record, one has at least 16'],
    });
  });

  it('gives the records before one whose variable length runs past the end', () => {
    const definition = set(2, template(256, [8, 4], [82, 65_535]));
    expect(lossesOf(ipfix([definition, set(256, '0a000001 0161 0a000002 ff')]))).toEqual({
      flows: 1,
      details: ['malformed: set 256: record 2 runs past the end of its set'],
    });
    expect(lossesOf(ipfix([definition, set(256, '0a000001 ffffff61')])).flows).toBe(0);
    expect(lossesOf(ipfix([definition, set(256, '0a000001 0a61')])).flows).toBe(0);
  });
});

describe('a template that is wrong', () => {
  it.each<[string, string, string]>([
    ['without fields', set(2, '0100 0000'), 'template_invalid: template 256 of domain 7 has no fields'],
    [
      'whose records have no bytes',
      set(2, template(256, [8, 0], [12, 0])),
      'template_invalid: template 256 of domain 7: its records would have no bytes',
    ],
    ['with a number of sets', set(2, template(255, [8, 4])), 'template_invalid: template number 255 is below 256'],
    [
      'with more fields than its set',
      set(2, '0100 0003 0008 0004 000c 0004'),
      'template_invalid: template 256 announces 3 fields, its set ends after 2',
    ],
    [
      'cut inside an enterprise field',
      set(2, '0100 0001 8008 0004 0000'),
      'template_invalid: template 256 announces 1 fields, its set ends after 0',
    ],
    [
      'with more scope fields than fields',
      set(3, '0100 0001 0002 0008 0004'),
      'template_invalid: options template 256 has 2 scope fields of 1 fields',
    ],
    [
      'options, cut inside the header',
      set(3, '0100 0001'),
      'template_invalid: options template 256 ends inside its header',
    ],
  ])('%s: is refused, and its data waits for none', (_, definition, detail) => {
    const { flows, details } = lossesOf(ipfix([definition, set(256, '00'.repeat(64))]));
    expect(flows).toBe(0);
    expect(details).toEqual([detail, 'no_template: set 256 of domain 7: no template for it yet']);
  });

  it.each<[string, string, string]>([
    ['without fields', set(0, '0100 0000'), 'template_invalid: template 256 has no fields'],
    [
      'with more fields than its set',
      set(0, '0100 0002 0008 0004'),
      'template_invalid: template 256 announces 2 fields, its set ends after 1',
    ],
    [
      'with a broken options length',
      set(1, '0100 0003 0004 00010004'),
      'template_invalid: options template 256 has field lengths of 3 and 4, no multiples of 4',
    ],
    [
      'whose records have no bytes',
      set(0, template(256, [8, 0])),
      'template_invalid: template 256 of domain 7: its records would have no bytes',
    ],
  ])('%s, in NetFlow v9: is refused', (_, definition, detail) => {
    expect(lossesOf(netflow9([definition, set(256, '00'.repeat(64))])).details).toEqual([
      detail,
      'no_template: set 256 of domain 7: no template for it yet',
    ]);
  });

  it('leaves the templates before it and the sets after it in use', () => {
    const sets = [set(2, template(256, ...SHORT) + template(1, ...SHORT)), set(256, short())];
    expect(lossesOf(ipfix(sets)).flows).toBe(1);
  });

  it('with fields longer than any datagram: its data is named, not waited for', () => {
    expect(
      lossesOf(netflow9([set(0, template(256, [8, 65_535], [1, 65_535])), set(256, '00'.repeat(8))])).details
    ).toEqual(['malformed: set 256: 8 bytes hold no record, one has at least 131070']);
  });
});

const INVARIANT = { numRuns: 3000 };

describe('whatever arrives, the decoder neither throws nor hangs nor grows', () => {
  it('random bytes under each version', () => {
    const { decode, decoder } = testDecoder();
    fc.assert(
      fc.property(fc.constantFrom('0005', '0009', '000a', ''), fc.uint8Array({ maxLength: 1500 }), (version, rest) => {
        decode(Buffer.concat([bytes(version), rest]));
      }),
      INVARIANT
    );
    expect(decoder.stats().knownExporters).toBeLessThanOrEqual(1);
  });

  it('messages of sets that claim anything', () => {
    const { decode } = testDecoder();
    const field = fc.tuple(fc.integer({ min: 1, max: 400 }), fc.constantFrom(0, 1, 2, 4, 8, 16, 65_535));
    const aSet = fc.oneof(
      fc.array(field, { maxLength: 12 }).map((fields) => set(2, template(256, ...fields))),
      fc.array(field, { maxLength: 12 }).map((fields) => set(3, optionsTemplate(257, fields.slice(0, 2), ...fields))),
      fc
        .tuple(fc.integer({ min: 254, max: 258 }), fc.uint8Array({ maxLength: 200 }))
        .map(([id, body]) => set(id, Buffer.from(body).toString('hex')))
    );
    fc.assert(
      fc.property(fc.array(aSet, { maxLength: 6 }), (sets) => {
        for (const { record, subMs } of decode(ipfix(sets))) {
          expect(Number.isSafeInteger(record.Bytes) && Number.isSafeInteger(record.Packets)).toBe(true);
          expect(Number.isInteger(record.TimeFlowStartMs) && record.TimeFlowStartMs <= record.TimeFlowEndMs).toBe(true);
          expect(subMs >= 0 && subMs < 1_000_000).toBe(true);
        }
      }),
      INVARIANT
    );
  });

  describe.skipIf(!hasCaptures)(`captures of real exporters${noCaptures}`, () => {
    it.each(GROUPS.map((group) => ({ group, name: group[0]?.file ?? '' })))(
      '$name, cut off at each byte',
      async ({ group }) => {
        const { decoder, decode } = testDecoder();
        for (const { file } of group) {
          for (const { payload } of await datagramsOf(file)) {
            for (let length = 0; length <= payload.length; length++) {
              decode(payload.subarray(0, length));
            }
          }
        }
        expect(decoder.stats().knownExporters).toBeLessThanOrEqual(1);
        expect(decoder.stats().knownTemplates).toBeLessThan(200);
      }
    );

    it('all captures, with bytes changed at random', async () => {
      const payloads = (await Promise.all(GROUPS.flat().map(({ file }) => datagramsOf(file)))).flat();
      const { decode } = testDecoder();
      const change = fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 }));
      fc.assert(
        fc.property(fc.nat(payloads.length - 1), fc.array(change, { minLength: 1, maxLength: 8 }), (which, changes) => {
          const { payload } = payloads[which]!;
          const changed = Buffer.from(payload);
          changes.forEach(([at, value]) => (changed[at % changed.length] = value));
          decode(payload);
          decode(changed);
        }),
        INVARIANT
      );
    });
  });
});

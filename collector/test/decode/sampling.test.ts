import { describe, expect, it } from 'vitest';
import { decodeConfig, type DecodeOptions } from '../../src/decode';
import { RECEIVED_MS, testDecoder } from './captures';
import {
  ipfix,
  netflow5,
  netflow9,
  optionsTemplate,
  optionsTemplate9,
  set,
  SHORT,
  short,
  template,
  type Field,
} from './messages';

/** `Bytes`, `Packets` and `Sampling` of the last flow; each exported 1,000 octets in 10 packets. */
function volume(payloads: readonly Buffer[], options: DecodeOptions = {}) {
  const { decode } = testDecoder(options);
  const record = payloads.flatMap((payload) => decode(payload)).at(-1)?.record;
  return [record?.Bytes, record?.Packets, record?.Sampling];
}

const hex = (value: number, length: number) => value.toString(16).padStart(2 * length, '0');
const withFields = (fields: readonly Field[], values: string) =>
  set(2, template(256, ...SHORT, ...fields)) + set(256, short() + values);
const exporters = (settings: object) => decodeConfig.parse({ exporters: [{ address: '192.0.2.1', ...settings }] });

describe('sampling', () => {
  it('is 1 where nobody says anything', () => {
    expect(volume([ipfix([withFields([], '')])])).toEqual([1000, 10, 1]);
  });

  it.each<[string, Field[], string, [number, number, number]]>([
    ['34 samplingInterval', [[34, 4]], '00000064', [100_000, 1000, 100]],
    ['50 samplerRandomInterval', [[50, 4]], '00000064', [100_000, 1000, 100]],
    [
      '305 and 306: 1 taken, 9 skipped',
      [
        [305, 4],
        [306, 4],
      ],
      '00000001 00000009',
      [10_000, 100, 10],
    ],
    [
      '305 and 306: 2 taken, 6 skipped',
      [
        [305, 4],
        [306, 4],
      ],
      '00000002 00000006',
      [4000, 40, 4],
    ],
    [
      '309 and 310: 5 of 100',
      [
        [309, 4],
        [310, 4],
      ],
      '00000005 00000064',
      [20_000, 200, 20],
    ],
    ['311: a probability of 1/8', [[311, 8]], '3fc0000000000000', [8000, 80, 8]],
    [
      '307 and 308: 1 of 10 of the time',
      [
        [307, 4],
        [308, 4],
      ],
      '000003e8 00002328',
      [10_000, 100, 10],
    ],
    ['0, which says that it is not known', [[34, 4]], '00000000', [1000, 10, 1]],
    ['306 without 305', [[306, 4]], '00000009', [1000, 10, 1]],
    [
      '2.5, rounded where it is shown',
      [
        [305, 4],
        [306, 4],
      ],
      '00000002 00000003',
      [2500, 25, 3],
    ],
  ])('of the record itself: %s', (_, fields, values, expected) => {
    expect(volume([ipfix([withFields(fields, values)])])).toEqual(expected);
  });

  describe('of option records', () => {
    const data = ipfix([withFields([], '')]);
    const option = (scope: Field[], fields: Field[], values: string) =>
      ipfix([set(3, optionsTemplate(300, scope, ...fields)), set(300, values)]);

    it('applies to the whole domain where the metering process is the scope', () => {
      const softflowd = option(
        [[143, 4]],
        [
          [160, 8],
          [305, 4],
          [306, 4],
          [304, 2],
        ],
        `00000001 ${'00'.repeat(8)} 00000001 00000063 0001`
      );
      expect(volume([softflowd, data])).toEqual([100_000, 1000, 100]);
    });

    it('stays within its domain', () => {
      const other = ipfix([set(3, optionsTemplate(300, [[149, 4]], [34, 4])), set(300, '00000008 00000064')], {
        domain: 8,
      });
      expect(volume([other, data])).toEqual([1000, 10, 1]);
    });

    it('goes before what the record says', () => {
      const own = ipfix([withFields([[34, 4]], '00000002')]);
      expect(volume([option([[149, 4]], [[34, 4]], '00000007 00000064'), own])).toEqual([100_000, 1000, 100]);
    });

    it.each<[string, Field]>([
      ['302 selectorId', [302, 8]],
      ['48 flowSamplerId', [48, 1]],
    ])('is tied to flows by %s', (_, selector) => {
      const [id, length] = selector;
      const key = (value: number) => value.toString(16).padStart(2 * length, '0');
      const options = option([[id, length]], [[34, 4]], `${key(1)} 0000000a ${key(2)} 00000064`);
      const flow = (value: number) => ipfix([withFields([selector], key(value))]);
      expect(volume([options, flow(1)])).toEqual([10_000, 100, 10]);
      expect(volume([options, flow(2)])).toEqual([100_000, 1000, 100]);
      // A selector nobody described, and a record that names none of two: not known.
      expect(volume([options, flow(3)])).toEqual([1000, 10, 1]);
      expect(volume([options, data])).toEqual([1000, 10, 1]);
    });

    it('applies to records that name no selector where all selectors have one rate', () => {
      expect(volume([option([[302, 1]], [[34, 4]], '01 0000000a 02 0000000a'), data])).toEqual([10_000, 100, 10]);
    });

    it('follows selectors that change their rate until all have the same', () => {
      const told = (values: string) => option([[302, 1]], [[34, 4]], values);
      expect(volume([told('01 0000000a 02 00000064'), told('01 00000064'), data])).toEqual([100_000, 1000, 100]);
      expect(volume([told('01 0000000a 02 0000000a'), told('01 00000064'), data])).toEqual([1000, 10, 1]);
      expect(volume([told('01 0000000a 02 0000000a 01 00000064 02 00000064'), data])).toEqual([100_000, 1000, 100]);
    });

    it('of thousands of records in one datagram cost no more each than of one', () => {
      const { decode, decoder } = testDecoder();
      const record = (index: number) => hex(index % 1024, 2) + hex(1 + ((index * 7) % 250), 1);
      const records = Array.from({ length: 21_000 }, (_, index) => record(index)).join('');
      decode(option([[302, 2]], [[34, 1]], records));
      const { selectors } = decoder.saveTemplates().exporters[0]!.domains[0]!.sampling!;
      expect(selectors).toHaveLength(1024);
      const cpu = process.cpuUsage();
      decode(ipfix([set(300, records)]));
      expect(process.cpuUsage(cpu).user).toBeLessThan(250_000);
    });

    it('is bounded over all exporters, and what is too much is counted', () => {
      const { decode, decoder, lost, details } = testDecoder(decodeConfig.parse({ limits: { optionEntries: 1_500 } }));
      const records = Array.from({ length: 1_000 }, (_, index) => hex(index, 2) + hex(1 + (index % 9), 1)).join('');
      const told = option([[302, 2]], [[34, 1]], records);
      const held = () =>
        decoder
          .saveTemplates()
          .exporters.flatMap(({ domains }) => domains)
          .reduce((sum, { sampling }) => sum + (sampling?.selectors.length ?? 0), 0);
      decode(told, { address: '192.0.2.1' });
      decode(told, { address: '192.0.2.2' });
      expect([held(), lost()]).toEqual([1_500, ['template_limit 500']]);
      expect(details[0]).toContain('decode.limits.optionEntries');
      // What is known goes on, and takes no more room.
      decode(told, { address: '192.0.2.1' });
      expect([held(), lost()]).toEqual([1_500, ['template_limit 500']]);
      // An exporter whose options template is withdrawn, and one that is forgotten, give their room back.
      decode(ipfix([set(3, '00030000')]), { address: '192.0.2.1' });
      decode(told, { address: '192.0.2.2' });
      expect([held(), lost()]).toEqual([1_000, ['template_limit 500']]);
      decoder.tick(RECEIVED_MS);
      decoder.tick(RECEIVED_MS + 10 * 86_400_000);
      expect(held()).toBe(0);
      decode(told, { address: '192.0.2.3', session: 'tcp 1' });
      decoder.endSession('192.0.2.3', 'tcp 1');
      decode(told, { address: '192.0.2.4' });
      expect([held(), lost()]).toEqual([1_000, ['template_limit 500']]);
    });

    it('of more selectors than a domain may have is counted, and loses none of the message', () => {
      const { decode, lost } = testDecoder();
      const records = Array.from({ length: 1_030 }, (_, index) => `${hex(index, 2)}0a`).join('');
      decode(option([[302, 2]], [[34, 1]], records));
      expect(lost()).toEqual(['template_limit 6']);
    });

    it('applies to flows of an interface, or of a template, where that is the scope', () => {
      const ofInterface = option([[10, 4]], [[34, 4]], '00000005 0000000a');
      const flow = (ingress: string) => ipfix([withFields([[10, 4]], ingress)]);
      expect(volume([ofInterface, flow('00000005')])).toEqual([10_000, 100, 10]);
      expect(volume([ofInterface, flow('00000006')])).toEqual([1000, 10, 1]);
      expect(volume([option([[145, 2]], [[34, 4]], '0100 0000000a'), data])).toEqual([10_000, 100, 10]);
      expect(volume([option([[145, 2]], [[34, 4]], '0101 0000000a'), data])).toEqual([1000, 10, 1]);
    });

    describe('holds as long as their template', () => {
      const OPTIONS = set(3, optionsTemplate(300, [[149, 4]], [34, 4]));
      const options = ipfix([OPTIONS, set(300, '00000007 00000064')]);
      const flow = ipfix([set(256, short())]);

      /** A decoder that has learned a sampling of 1 in 100; templates live for ten minutes. */
      function sampled() {
        const made = testDecoder({ templateLifetimeSeconds: 600 });
        made.decode(options);
        made.decode(data);
        return { ...made, sampling: () => made.decode(flow)[0]?.record.Sampling };
      }

      it.each([
        ['by itself', '012c0000'],
        ['with all of them', '00030000'],
      ])('and ends where that is withdrawn %s', (_, withdrawal) => {
        const { decode, decoder, sampling } = sampled();
        expect(sampling()).toBe(100);
        decode(ipfix([set(3, withdrawal)]));
        expect(sampling()).toBe(1);
        expect(decoder.saveTemplates().exporters[0]?.domains).toMatchObject([{ sampling: undefined }]);
      });

      it('and ends where that is forgotten, but not while option records come, or it is repeated', () => {
        const { decode, decoder, sampling } = sampled();
        const signs = [ipfix([set(300, '00000007 00000064')]), ipfix([OPTIONS])];
        const factors = Array.from({ length: 60 }, (_, minute) => {
          decoder.tick(RECEIVED_MS + minute * 60_000);
          if (minute <= 45 && minute % 9 === 0) {
            decode(signs[minute % 2]!);
          }
          return sampling();
        });
        expect(factors.lastIndexOf(100)).toBe(55);
        expect(factors.indexOf(1)).toBe(56);
      });

      it('and is not lost where that is defined anew, or one of two goes', () => {
        const { decode, sampling } = sampled();
        decode(ipfix([set(3, optionsTemplate(300, [[149, 4]], [34, 4], [35, 1]))]));
        expect(sampling()).toBe(100);
        decode(ipfix([set(3, optionsTemplate(301, [[149, 4]], [41, 8]) + '012c0000')]));
        expect(sampling()).toBe(100);
        decode(ipfix([set(3, '012d0000')]));
        expect(sampling()).toBe(1);
      });
    });

    it.each<[string, Field[], string]>([
      ['scoped to the system', [[1, 4]], '00000000'],
      ['scoped to interface 0, as softflowd does', [[2, 4]], '00000000'],
      ['without a scope', [], ''],
    ])('of NetFlow v9, 34 and 35, %s', (_, scope, values) => {
      const options = set(1, optionsTemplate9(300, scope, [34, 4], [35, 1])) + set(300, `${values} 0000000a 01`);
      const flow = set(0, template(256, ...SHORT)) + set(256, short());
      expect(volume([netflow9([options, flow])])).toEqual([10_000, 100, 10]);
    });
  });

  it('comes from the header of NetFlow v5, whatever its mode', () => {
    const record = `0a000001 0a000002 00000000 0001 0002 0000000a 000003e8 ${'00'.repeat(24)}`;
    expect(volume([netflow5([record], { sampling: 0x4064 })])).toEqual([100_000, 1000, 100]);
    expect(volume([netflow5([record], { sampling: 100 })])).toEqual([100_000, 1000, 100]);
    expect(volume([netflow5([record], { sampling: 0 })])).toEqual([1000, 10, 1]);
  });

  it('comes from the setting of the exporter last', () => {
    const plain = ipfix([withFields([], '')]);
    expect(volume([plain], exporters({ sampling: 50 }))).toEqual([50_000, 500, 50]);
    expect(volume([ipfix([withFields([[34, 4]], '00000002')])], exporters({ sampling: 50 }))).toEqual([2000, 20, 2]);
    const network = decodeConfig.parse({ exporters: [{ cidr: '192.0.0.0/16', sampling: 7 }] });
    expect(volume([plain], network)).toEqual([7000, 70, 7]);
    expect(volume([plain], decodeConfig.parse({ exporters: [{ cidr: '10.0.0.0/8', sampling: 7 }] }))).toEqual([
      1000, 10, 1,
    ]);
  });

  describe('of Open vSwitch, whose counters are scaled already', () => {
    const common: Field[] = [
      [138, 4],
      [61, 1],
      [56, 6],
      [80, 6],
      [256, 2],
      [240, 1],
      [8, 4],
      [12, 4],
      [158, 4],
      [159, 4],
      [2, 8],
      [1, 8],
    ];
    const record = `000001c8 00 0a580af40001 0a580af40002 0800 0e 0a000001 0a000002 00000000 00000000 000000000000000a 00000000000003e8`;
    const ovs = ipfix([set(2, template(256, ...common)), set(256, record)]);

    it('is shown where it is set, and not applied', () => {
      expect(volume([ovs])).toEqual([1000, 10, 1]);
      expect(volume([ovs], exporters({ sampling: 400 }))).toEqual([1000, 10, 400]);
    });

    it('is shown where it is set for all of them, and not applied', () => {
      const ofAll = { openVSwitchSampling: 400 };
      expect(volume([ovs], ofAll)).toEqual([1000, 10, 400]);
      expect(volume([ovs], { ...exporters({ sampling: 64 }), ...ofAll })).toEqual([1000, 10, 64]);
      // Counters that its setting says are not scaled are not Open vSwitch's.
      expect(volume([ovs], { ...exporters({ prescaled: false }), ...ofAll })).toEqual([1000, 10, 1]);
    });

    it('says nothing of other exporters, which are silent on theirs', () => {
      const ofAll = { openVSwitchSampling: 400 };
      expect(volume([ipfix([withFields([], '')])], ofAll)).toEqual([1000, 10, 1]);
      expect(volume([ipfix([withFields([], '')])], { ...exporters({ prescaled: true }), ...ofAll })).toEqual([
        1000, 10, 1,
      ]);
    });

    it('is applied after all where the setting says so', () => {
      expect(volume([ovs], exporters({ sampling: 400, prescaled: false }))).toEqual([400_000, 4000, 400]);
    });

    it('is applied for others that send delta times', () => {
      const other = ipfix([
        withFields(
          [
            [158, 4],
            [159, 4],
          ],
          '0000000000000000'
        ),
      ]);
      expect(volume([other], exporters({ sampling: 400 }))).toEqual([400_000, 4000, 400]);
    });

    it('can be set for any exporter', () => {
      const sampled = ipfix([withFields([[34, 4]], '00000064')]);
      expect(volume([sampled], exporters({ prescaled: true }))).toEqual([1000, 10, 100]);
    });
  });

  it('keeps counters whole and finite whatever is multiplied', () => {
    const { decode } = testDecoder();
    const fields: Field[] = [
      [8, 4],
      [1, 8],
      [34, 4],
    ];
    const [flow] = decode(ipfix([set(2, template(256, ...fields)), set(256, '0a000001 ffffffffffffffff ffffffff')]));
    expect(flow?.record.Bytes).toBe(Number.MAX_SAFE_INTEGER);
  });

  it('refuses settings that cannot be meant', () => {
    expect(() => decodeConfig.parse({ exporters: [{ sampling: 5 }] })).toThrow(/either address or cidr/);
    expect(() => decodeConfig.parse({ exporters: [{ address: 'router1' }] })).toThrow(/not an IP address/);
    expect(() => decodeConfig.parse({ exporters: [{ cidr: '10.0.0.0/40' }] })).toThrow(/not a network/);
    expect(() => decodeConfig.parse({ exporters: [{ address: '10.0.0.1', sampling: 0 }] })).toThrow();
    expect(() => decodeConfig.parse({ openVSwitchSampling: 0 })).toThrow(/openVSwitchSampling/);
  });
});

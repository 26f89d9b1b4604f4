import { describe, expect, it } from 'vitest';
import { testDecoder } from './captures';
import { EXPORT_S, ipfix, netflow9, optionsTemplate, set, template, type Field } from './messages';

const EXPORT_MS = EXPORT_S * 1000;
/** 1,700,000,000 s after 1970 is 3,908,988,800 s after 1900. */
const NTP_SECONDS = 'e8fe6f80';

function times(fields: readonly Field[], values: string, options: readonly string[] = []) {
  const { decode } = testDecoder();
  const [flow] = decode(ipfix([...options, set(2, template(256, [8, 4], ...fields)), set(256, `0a000001 ${values}`)]));
  return [flow?.record.TimeFlowStartMs, flow?.record.TimeFlowEndMs];
}

function times9(fields: readonly Field[], values: string, uptime: number) {
  const { decode } = testDecoder();
  const [flow] = decode(
    netflow9([set(0, template(256, [8, 4], ...fields)), set(256, `0a000001 ${values}`)], { uptime })
  );
  return [flow?.record.TimeFlowStartMs, flow?.record.TimeFlowEndMs];
}

describe('start and end of a flow', () => {
  it.each<[string, Field[], string, [number, number]]>([
    [
      'seconds, 150 and 151',
      [
        [150, 4],
        [151, 4],
      ],
      '6553f0f6 6553f0f8',
      [EXPORT_MS - 10_000, EXPORT_MS - 8000],
    ],
    [
      'milliseconds, 152 and 153',
      [
        [152, 8],
        [153, 8],
      ],
      '0000018bcfe5687b 0000018bcfe568fb',
      [EXPORT_MS + 123, EXPORT_MS + 251],
    ],
    [
      'NTP microseconds, 154 and 155: a quarter and a half second',
      [
        [154, 8],
        [155, 8],
      ],
      `${NTP_SECONDS}40000000 ${NTP_SECONDS}80000000`,
      [EXPORT_MS + 250, EXPORT_MS + 500],
    ],
    [
      'NTP nanoseconds, 156 and 157',
      [
        [156, 8],
        [157, 8],
      ],
      `${NTP_SECONDS}00000000 ${NTP_SECONDS}c0000000`,
      [EXPORT_MS, EXPORT_MS + 750],
    ],
    [
      'seconds and microseconds in 16 bytes, 154 and 155 of pmacct',
      [
        [154, 16],
        [155, 16],
      ],
      '000000006553f0f6 000000000003d090 000000006553f0f7 0000000000000000',
      [EXPORT_MS - 9750, EXPORT_MS - 9000],
    ],
    [
      'microseconds before the export, 158 and 159',
      [
        [158, 4],
        [159, 4],
      ],
      '0008e940 000003e8',
      [EXPORT_MS - 584, EXPORT_MS - 1],
    ],
    [
      'a start and a duration, 152 and 161',
      [
        [152, 8],
        [161, 4],
      ],
      '0000018bcfe5687b 00000064',
      [EXPORT_MS + 123, EXPORT_MS + 223],
    ],
    [
      'an end and a duration, 153 and 161',
      [
        [153, 8],
        [161, 4],
      ],
      '0000018bcfe568fb 00000064',
      [EXPORT_MS + 151, EXPORT_MS + 251],
    ],
    ['the time of an event, 323', [[323, 8]], '0000018bcfe5687b', [EXPORT_MS + 123, EXPORT_MS + 123]],
    ['nothing: the export time', [], '', [EXPORT_MS, EXPORT_MS]],
    [
      'zeros, which say that it is not known',
      [
        [152, 8],
        [153, 8],
      ],
      '00'.repeat(16),
      [EXPORT_MS, EXPORT_MS],
    ],
    [
      'an end before the start',
      [
        [152, 8],
        [153, 8],
      ],
      '0000018bcfe568fb 0000018bcfe5687b',
      [EXPORT_MS + 123, EXPORT_MS + 123],
    ],
    [
      'the finest of several forms',
      [
        [150, 4],
        [152, 8],
        [153, 8],
        [151, 4],
      ],
      '6553f0f6 0000018bcfe5687b 0000018bcfe568fb 6553f0f8',
      [EXPORT_MS + 123, EXPORT_MS + 251],
    ],
  ])('%s', (_, fields, values, expected) => {
    expect(times(fields, values)).toEqual(expected);
  });

  it('reads NTP times beyond 2036 in the next era', () => {
    // Second 0 of era 1 is 2036-02-07T06:28:16Z (RFC 5905, figure 4).
    expect(
      times(
        [
          [154, 8],
          [155, 8],
        ],
        '0000000080000000 0000000100000000'
      )
    ).toEqual([Date.UTC(2036, 1, 7, 6, 28, 16, 500), Date.UTC(2036, 1, 7, 6, 28, 17)]);
  });

  describe('by uptime, 22 and 21', () => {
    const UPTIME: Field[] = [
      [22, 4],
      [21, 4],
    ];

    it('counts from the uptime of a NetFlow v9 header', () => {
      expect(times9(UPTIME, '000f3e58 000f4240', 1_001_000)).toEqual([EXPORT_MS - 2000, EXPORT_MS - 1000]);
    });

    it('survives the wrap of the uptime between flow and export, and between start and end', () => {
      expect(times9(UPTIME, 'fffffc18 00000000', 1000)).toEqual([EXPORT_MS - 2000, EXPORT_MS - 1000]);
    });

    it('lets a flow end a little after the uptime of the header', () => {
      expect(times9(UPTIME, '000f3e58 000f4240', 999_000)).toEqual([EXPORT_MS, EXPORT_MS + 1000]);
    });

    it('takes the export time for the end where the uptime of the header cannot be right', () => {
      expect(times9(UPTIME, '04c24d30 04c3205c', 0)).toEqual([EXPORT_MS - 54_060, EXPORT_MS]);
    });

    it('counts from the start of the exporter that an IPFIX record states, 160', () => {
      expect(times([...UPTIME, [160, 8]], '000003e8 000007d0 0000018bcfe55090')).toEqual([
        EXPORT_MS - 5000,
        EXPORT_MS - 4000,
      ]);
    });

    it('counts from the start of the exporter that an option record states', () => {
      const options = [set(3, optionsTemplate(300, [[143, 4]], [160, 8])), set(300, '00000001 0000018bcfe55090')];
      expect(times(UPTIME, '000003e8 000007d0', options)).toEqual([EXPORT_MS - 5000, EXPORT_MS - 4000]);
    });

    it('counts the 49.7 days after which 32 bits wrap', () => {
      const started = (EXPORT_MS - 2 ** 32 - 10_000).toString(16).padStart(16, '0');
      expect(times([...UPTIME, [160, 8]], `000003e8 000007d0 ${started}`)).toEqual([
        EXPORT_MS - 9000,
        EXPORT_MS - 8000,
      ]);
    });

    it('ends at the export where the start of the exporter is not known', () => {
      expect(times(UPTIME, '000003e8 000007d0')).toEqual([EXPORT_MS - 1000, EXPORT_MS]);
    });
  });
});

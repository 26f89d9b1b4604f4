import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addressHex, inRange, parseAddressRange } from './address';
import { caseVariants, foldCase } from './folding';
import { parseMac, parseMacPrefix } from './mac';
import { joinRanges, parseNumberRanges } from './number';

const PORT = { field: 'Port', type: 'port' } as const;
const BYTES = { field: 'Bytes', type: 'integer', unit: 'bytes' } as const;
const START = { field: 'TimeFlowStartMs', type: 'integer', unit: 'ms' } as const;

describe('addresses', () => {
  test.each([
    '1.2.3',
    '1.2.3.4.5',
    '256.0.0.1',
    '0x7f.0.0.1',
    '1',
    ':',
    ':::',
    '1::2::3',
    'fe80::1%eth0',
    '::1.2.3.4',
    '',
  ])('%s is none', (text) => expect(addressHex(text)).toBeUndefined());

  test('a block holds what a range over the same addresses holds', () => {
    const block = parseAddressRange('172.16.77.3/12');
    const range = parseAddressRange('172.16.0.0-172.31.255.255');
    expect(block).toMatchObject({ ok: true, value: { from: 'ac100000', to: 'ac1fffff', notation: '172.16.0.0/12' } });
    expect(range).toMatchObject({ ok: true, value: { from: 'ac100000', to: 'ac1fffff' } });
  });

  test('families do not mix', () => {
    const all = parseAddressRange('::/0');
    expect(all.ok && inRange(addressHex('::ffff:10.0.0.1')!, all.value)).toBe(true);
    expect(all.ok && inRange(addressHex('10.0.0.1')!, all.value)).toBe(false);
  });

  test('every block holds its base', () => {
    fc.assert(
      fc.property(fc.ipV4(), fc.integer({ min: 0, max: 32 }), (address, prefix) => {
        const block = parseAddressRange(`${address}/${prefix}`);
        expect(block.ok && inRange(addressHex(address)!, block.value)).toBe(true);
      })
    );
  });
});

describe('numbers', () => {
  test('names may stand for several', () => {
    expect(parseNumberRanges('http-alt', PORT)).toEqual({
      ok: true,
      value: [8008, 8080, 8088].map((from) => ({ from, to: from })),
    });
  });

  test('names with dashes are names before they are ranges', () => {
    expect(parseNumberRanges('ftp-data', PORT)).toEqual({ ok: true, value: [{ from: 20, to: 20 }] });
    expect(parseNumberRanges('ftp-data-ssh', PORT)).toEqual({ ok: true, value: [{ from: 20, to: 22 }] });
  });

  test('units and times', () => {
    expect(parseNumberRanges('1MB-1MiB', BYTES)).toEqual({ ok: true, value: [{ from: 1_000_000, to: 1_048_576 }] });
    expect(parseNumberRanges('2026-01-01T00:00:00Z', START)).toEqual({
      ok: true,
      value: [{ from: 1_767_225_600_000, to: 1_767_225_600_000 }],
    });
    expect(parseNumberRanges('2026-01-01', START).ok).toBe(false);
    expect(parseNumberRanges('9007199254740993', BYTES).ok).toBe(false);
    expect(parseNumberRanges('-5', BYTES).ok).toBe(false);
    expect(parseNumberRanges('1e3', BYTES).ok).toBe(false);
  });

  test.each([
    ['2026-02-28T12:00:00Z', true],
    ['2028-02-29T12:00:00+02:00', true],
    ['2026-02-29T12:00:00Z', false],
    ['2026-02-31T12:00:00Z', false],
    ['2026-04-31T00:00:00-11:00', false],
    ['2026-13-01T00:00:00Z', false],
  ])('%s is a time: %s', (text, ok) => {
    expect(parseNumberRanges(text, START).ok).toBe(ok);
  });

  test('ranges that touch are joined', () => {
    expect(
      joinRanges([
        { from: 5, to: 9 },
        { from: 1, to: 4 },
        { from: 20, to: 21 },
      ])
    ).toEqual([
      { from: 1, to: 9 },
      { from: 20, to: 21 },
    ]);
  });
});

describe('MAC addresses', () => {
  test.each(['02:42:AC:11:00:02', '02-42-ac-11-00-02', '0242.ac11.0002', '0242ac110002'])('%s', (text) => {
    expect(parseMac(text)).toBe('02:42:ac:11:00:02');
  });
  test.each(['02:42', '02:42-ac:11:00:02', 'gg:42:ac:11:00:02', '02:42:ac:11:00:02:03', ''])('%s is none', (text) => {
    expect(parseMac(text)).toBeUndefined();
  });
  test('beginnings', () => {
    expect(parseMacPrefix('02:4')).toBe('02:4');
    expect(parseMacPrefix('0242.ac')).toBe('02:42:ac');
    expect(parseMacPrefix('x')).toBeUndefined();
  });
});

describe('case', () => {
  test('the variants of a character are those of each of its variants', () => {
    for (const character of 'azkKsSſKİıßẞσςΣθϑϴµΜåÅǅǆǄ𐐀𐐨') {
      for (const variant of caseVariants(character)) {
        expect(caseVariants(variant)).toEqual(caseVariants(character));
        expect(foldCase(variant)).toBe(foldCase(character));
      }
    }
  });
  test('agrees with Unicode simple case folding, as the regular expression engine has it', () => {
    for (let code = 0x41; code < 0x1ea00; code++) {
      if (code >= 0xd800 && code <= 0xdfff) {
        continue;
      }
      const character = String.fromCodePoint(code);
      for (const other of [character.toLowerCase(), character.toUpperCase()]) {
        if (other !== character && [...other].length === 1) {
          const folds = new RegExp(`^${character}$`, 'iu').test(other);
          expect(foldCase(character) === foldCase(other), `U+${code.toString(16)}`).toBe(folds);
        }
      }
    }
  });
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { quote } from './literal';
import { numbersPattern, rangePatterns, textPattern } from './pattern';

const whole = (pattern: string) => new RegExp(`^(?:${pattern})$`, 'u');

describe('patterns of number ranges', () => {
  test('match exactly the numbers of the range, at every border of digits', () => {
    const borders = [0, 1, 9, 10, 11, 99, 100, 101, 109, 110, 199, 999, 1000, 1023, 1024, 9999, 10000, 65535];
    for (const from of borders) {
      for (const to of borders.filter((candidate) => candidate >= from)) {
        const pattern = whole(numbersPattern([{ from, to }]));
        for (const value of borders.flatMap((border) => [border - 1, border, border + 1]).filter((one) => one >= 0)) {
          expect(pattern.test(String(value)), `${value} in ${from}-${to}`).toBe(value >= from && value <= to);
        }
      }
    }
  });

  test('match exactly the numbers of any range', () => {
    fc.assert(
      fc.property(fc.nat(2 ** 31 - 1), fc.nat(10 ** 6), fc.nat(2 ** 31 - 1), (from, length, value) => {
        const to = from + length;
        expect(whole(numbersPattern([{ from, to }])).test(String(value))).toBe(value >= from && value <= to);
        expect(whole(numbersPattern([{ from, to: Infinity }])).test(String(value))).toBe(value >= from);
      })
    );
  });

  test('reach the largest numbers', () => {
    const to = Number.MAX_SAFE_INTEGER;
    const pattern = whole(numbersPattern([{ from: 1, to }]));
    expect(pattern.test(String(to))).toBe(true);
    expect(pattern.test('9007199254740992')).toBe(false);
    expect(pattern.test('0')).toBe(false);
    expect(pattern.test('')).toBe(false);
  });

  test.each([10 ** 15 - 1, 10 ** 15, 10 ** 15 + 1, 2 ** 53 - 1, 2 ** 53])('from %d on', (from) => {
    const pattern = whole(numbersPattern([{ from, to: Infinity }]));
    const values = [from - 2, from - 1, from, 10 ** 16, 10 ** 17, 10 ** 20];
    expect(values.filter((value) => pattern.test(String(value)))).toEqual(values.filter((value) => value >= from));
    const bounded = whole(numbersPattern([{ from: 10 ** 14, to: from }]));
    expect([from - 1, from, from + 2].map((value) => bounded.test(String(value)))).toEqual([true, true, false]);
  });

  test('stay short', () => {
    expect(rangePatterns({ from: 1024, to: 65535 })).toHaveLength(9);
    expect(rangePatterns({ from: 0, to: Infinity })).toEqual(['[0-9]', '[1-9][0-9]{1,}']);
  });
});

describe('patterns of text', () => {
  test('match the text alone, whatever it holds', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }), (text, other) => {
        expect(whole(textPattern(text, false)).test(text)).toBe(true);
        expect(whole(textPattern(text, false)).test(other)).toBe(text === other);
        expect(whole(textPattern(text, true)).test(text)).toBe(true);
      })
    );
  });

  test('spell case out', () => {
    expect(textPattern('a.K', true)).toBe('[Aa][.][Kk\u212a]');
  });
});

describe('LogQL literals', () => {
  test.each([
    ['plain', '"plain"'],
    ['a"b', '`a"b`'],
    ['a\\b', '`a\\b`'],
    ['a"`b', '"a\\"`b"'],
    ['a\n"b', '"a\\n\\"b"'],
    ['\r\\', '"\\r\\\\"'],
  ])('%j', (text, literal) => {
    expect(quote(text)).toBe(literal);
  });
});

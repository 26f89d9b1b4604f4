import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  formatByteRate,
  formatBytes,
  formatCount,
  formatDirection,
  formatPort,
  formatProtocol,
  parseQuantity,
} from '../index';

describe('amounts', () => {
  test.each([
    [0, '0 B'],
    [999, '999 B'],
    [1000, '1.00 kB'],
    [1_500_000, '1.50 MB'],
    [12_345_678, '12.3 MB'],
    [999_940, '999.9 kB'],
    [999_950, '1.00 MB'],
    [2.5, '2.50 B'],
    [9.994, '9.99 B'],
    [9.999, '10.0 B'],
    [9_999, '10.0 kB'],
    [999.94, '999.9 B'],
    [999.97, '1.00 kB'],
    [-1000, '-1.00 kB'],
    [1e21, '1000.0 EB'],
  ])('%d bytes are %s', (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text);
  });

  test('rates and counts', () => {
    expect(formatByteRate(1e9)).toBe('1.00 GB/s');
    expect(formatCount(12_400)).toBe('12.4 k');
    expect(formatCount(500)).toBe('500');
  });

  test.each([
    ['1MB', 1_000_000],
    ['1 mb', 1_000_000],
    ['10KiB', 10_240],
    ['1.5G', 1_500_000_000],
    ['.5kB', 500],
    ['100B', 100],
    ['7', 7],
  ])('%s is %d', (text, value) => {
    expect(parseQuantity(text, true)).toBe(value);
  });

  test.each(['', 'MB', '1XB', '-1', '1i', '1iB', '1e3', '99999999PB', '1.2.3'])('%s is none', (text) => {
    expect(parseQuantity(text, true)).toBeUndefined();
  });

  test('byte units are for bytes', () => {
    expect(parseQuantity('1k')).toBe(1000);
    expect(parseQuantity('1kB')).toBeUndefined();
  });

  test('what is written is read back within its rounding', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e15 }), (bytes) => {
        const read = parseQuantity(formatBytes(bytes), true) ?? NaN;
        expect(Math.abs(read - bytes)).toBeLessThanOrEqual(bytes * 0.006);
      })
    );
  });
});

test('words', () => {
  expect(formatPort(443, 6)).toBe('443 (https)');
  expect(formatPort(22, 17)).toBe('22');
  expect(formatPort(40000)).toBe('40000');
  expect(formatProtocol(17)).toBe('UDP');
  expect(formatProtocol(254)).toBe('254');
  expect(formatDirection(2)).toBe('Inner');
  expect(formatDirection(9)).toBe('9');
});

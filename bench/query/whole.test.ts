import { expect, it } from 'vitest';
import { percentile } from './whole';

const upTo = (count: number) => Array.from({ length: count }, (_, index) => count - index);

it.each([
  ['of ten the ninth', upTo(10), 0.9, 9],
  ['of few the largest', upTo(5), 0.9, 5],
  ['the middle one', upTo(5), 0.5, 3],
  ['the only one', [7], 0.5, 7],
  ['none of none', [], 0.9, NaN],
])('a percentile is %s', (_what, numbers, share, wanted) => expect(percentile(numbers, share)).toBe(wanted));

import { expect, it } from 'vitest';
import { ratio } from './ratio';

const took = (value: number) => ({ value, isRefused: false });
const refusedAfter = (value: number) => ({ value, isRefused: true });

it.each([
  ['how often ours fits into theirs', took(58), took(2), '29×'],
  ['at least that, where theirs was refused in the end', refusedAfter(58), took(2), '≥ 29×'],
  ['none where ours was refused, however soon', took(58), refusedAfter(0.02), 'refused'],
  ['none where both were', refusedAfter(58), refusedAfter(60), 'refused'],
  ['bounded where ours took next to nothing', took(1), took(0), '100×'],
])('the ratio is %s', (_, theirs, ours, text) => {
  expect(ratio(theirs, ours).trim()).toBe(text);
});

import { timeOfId } from './oneFlow';

describe('the time in a flow’s id', () => {
  it.each([
    ['1764000000123456789_ab12', 1_764_000_000_123],
    ['01764000000123456789_ab12', 1_764_000_000_123],
    ['1764000000123456789_ab12_1', 1_764_000_000_123],
    ['1764000000123_ab12', undefined],
    ['', undefined],
    ['flow-1', undefined],
  ])('%p → %p', (id, ms) => {
    expect(timeOfId(id)).toBe(ms);
  });
});

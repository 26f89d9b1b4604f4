import { act, renderHook } from '@testing-library/react';
import { MARKED_MS, useMarked } from './useMarked';

describe('the marks of new rows', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  it('last some seconds each, over refreshes that bring nothing or others', () => {
    const { result, rerender } = renderHook(({ ids }) => useMarked(ids), { initialProps: { ids: new Set<string>() } });
    expect([...result.current]).toEqual([]);
    rerender({ ids: new Set(['a']) });
    act(() => jest.advanceTimersByTime(MARKED_MS / 2));
    rerender({ ids: new Set() });
    expect([...result.current]).toEqual(['a']);
    rerender({ ids: new Set(['b']) });
    expect([...result.current]).toEqual(['a', 'b']);
    act(() => jest.advanceTimersByTime(MARKED_MS / 2));
    expect([...result.current]).toEqual(['b']);
    act(() => jest.advanceTimersByTime(MARKED_MS));
    expect([...result.current]).toEqual([]);
  });
});

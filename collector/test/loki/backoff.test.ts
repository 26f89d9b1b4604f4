import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { backoffMs, retryAfterMs, sleep } from '../../src/loki/backoff';

const bounds = { minMs: 500, maxMs: 30_000 };

describe('the wait before the next attempt', () => {
  it.each([
    [1, 500],
    [2, 1000],
    [5, 8000],
    [7, 30_000],
    [5000, 30_000],
  ])('after attempt %i is at most %i ms', (attempt, bound) => {
    expect(backoffMs(attempt, bounds, 0, () => 1)).toBe(bound);
  });

  it('is any part of that, so that collectors do not come back at once', () => {
    expect(backoffMs(3, bounds, 0, () => 0)).toBe(0);
    expect(backoffMs(3, bounds, 0, () => 0.25)).toBe(500);
  });

  it('is never shorter than Retry-After asks, which is believed up to five minutes', () => {
    expect(backoffMs(1, bounds, 7000, () => 0)).toBe(7000);
    expect(backoffMs(1, bounds, 1e12, () => 0)).toBe(300_000);
  });
});

describe('Retry-After', () => {
  const now = Date.parse('2026-05-01T00:00:00Z');
  it.each([
    ['120', 120_000],
    ['Fri, 01 May 2026 00:00:10 GMT', 10_000],
    ['Thu, 30 Apr 2026 00:00:00 GMT', 0],
    ['soon', undefined],
    [undefined, undefined],
  ])('%s means %s ms', (header, ms) => {
    expect(retryAfterMs(header, now)).toBe(ms);
  });
});

describe('sleep', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('ends when its time is over', async () => {
    const woken = vi.fn();
    void sleep(1000, new AbortController().signal).then(woken);
    await vi.advanceTimersByTimeAsync(999);
    expect(woken).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    expect(woken).toHaveBeenCalled();
  });

  it('ends at the signal, and leaves no timer behind', async () => {
    const abort = new AbortController();
    const woken = vi.fn();
    void sleep(1000, abort.signal).then(woken);
    abort.abort();
    await vi.advanceTimersByTimeAsync(0);
    expect(woken).toHaveBeenCalled();
    expect(vi.getTimerCount()).toBe(0);
  });
});

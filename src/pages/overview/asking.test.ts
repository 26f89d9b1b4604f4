import { periodBefore, untilNow } from './asking';

const HOUR = 3_600_000;
const MIDNIGHT = Date.UTC(2026, 4, 4);
const NOW = MIDNIGHT + 6 * HOUR;

describe('the stretch of time that figures are of', () => {
  const today = { fromMs: MIDNIGHT, toMs: MIDNIGHT + 24 * HOUR - 1 };

  it('has no hours that are still to come, and neither is the period before compared longer', () => {
    const span = untilNow(today, NOW);
    expect(span).toEqual({ fromMs: MIDNIGHT, toMs: NOW });
    expect(periodBefore(span)).toEqual({ fromMs: MIDNIGHT - 6 * HOUR, toMs: MIDNIGHT });
  });

  it.each([
    ['is over', MIDNIGHT + 48 * HOUR],
    ['has not begun', MIDNIGHT - HOUR],
  ])('stays as it is where it %s', (_, nowMs) => {
    expect(untilNow(today, nowMs)).toEqual(today);
  });
});

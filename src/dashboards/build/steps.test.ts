import { rangeUtil } from '@grafana/data';
import { TIER_MS, TIER_NAMES } from '@netobserv-flows/schema';
import { STEP_VARIABLES, TIER_MATCHER, TIER_OF_STEP } from './steps';

const HOUR_MS = TIER_MS['1h'];
const [step, , window] = STEP_VARIABLES;

/** The tiers out of some that go with a step, as Grafana finds them. */
const tiersOf = (interval: string, tiers: readonly string[]) =>
  tiers.filter((tier) => new RegExp(TIER_OF_STEP.slice(1, -1).replaceAll('$step', interval)).test(tier));

/** What `window` is, as Grafana reads its list: the first that is not empty. */
const windowOf = (interval: string, tiers: readonly string[]) =>
  window.query
    .replace('$tier', tiersOf(interval, tiers)[0] ?? '')
    .replace('$step', interval)
    .split(',')
    .find((one) => one !== '')!;

/** The tiers that queries read for a window. */
const readFor = (value: string) => {
  const pattern = /tier=~"(.*)"/.exec(TIER_MATCHER)![1]!;
  return TIER_NAMES.filter((tier) => new RegExp(`^(?:${pattern.replaceAll('$window', value)})$`).test(tier));
};

/** What Grafana chooses for a range. */
function chosenFor(rangeMs: number): string {
  const to = Date.parse('2026-11-30T12:00:00Z');
  const range = { from: new Date(to - rangeMs), to: new Date(to) };
  return rangeUtil.calculateInterval(
    { ...range, raw: { from: '', to: '' } } as unknown as Parameters<typeof rangeUtil.calculateInterval>[0],
    step.auto_count,
    step.auto_min
  ).interval;
}

describe('steps of Network Observability', () => {
  it('follow the range, and are buckets of the tier that is read, whatever Grafana chooses for it', () => {
    const seen = new Map<string, string>();
    for (let rangeMs = 60_000; rangeMs < 400 * 24 * HOUR_MS; rangeMs *= 1.01) {
      const interval = chosenFor(rangeMs);
      const value = windowOf(interval, TIER_NAMES);
      seen.set(interval, value);
      expect(readFor(value)).toEqual([value]);
    }
    const hours = { '1h': '1h', '2h': '1h', '3h': '1h', '6h': '1h', '12h': '1h', '1d': '1h', '7d': '1h' };
    const minutes = { '10m': '10m', '15m': '10m', '20m': '10m', '30m': '10m' };
    expect(Object.fromEntries(seen)).toEqual({ ...minutes, ...hours });
  });

  it.each([
    [6, '10m'],
    [12, '10m'],
    [24, '10m'],
    [48, '1h'],
    [7 * 24, '1h'],
  ])('are for %i hours %s', (hours, expected) => {
    expect(windowOf(chosenFor(hours * HOUR_MS), TIER_NAMES)).toBe(expected);
  });

  it('are as chosen where a person chooses, and read the sums of that length', () => {
    expect(step.query.split(',').map((one) => windowOf(one, TIER_NAMES))).toEqual(['60s', '10m', '1h']);
    expect(['60s', '10m', '1h'].map(readFor)).toEqual([['1m'], ['10m'], ['1h']]);
  });

  it('are those that Grafana chooses where there are no sums', () => {
    expect(['15m', '2h', '60s'].map((one) => windowOf(one, []))).toEqual(['15m', '2h', '60s']);
    expect(windowOf('2h', ['10m'])).toBe('2h');
  });
});

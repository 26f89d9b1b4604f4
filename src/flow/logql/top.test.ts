import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  matchesQuery,
  NO_FILTERS,
  topQuery,
  topSearch,
  topStep,
  volumeCount,
  type FlowQueryOptions,
  type TopFound,
  type TopSearch,
  type VolumeCount,
} from '../index';

const OPTIONS: FlowQueryOptions = { labels: [], duplicates: 'show' };

/** Answers a question as Loki would, by what its text asks: the span of its filters and the digits of its labels. */
function answer(expr: string, volumes: readonly number[]): VolumeCount[] {
  const lead = Number(/trunc (\d+)/.exec(expr)?.[1]);
  const from = Number(/Bytes>=(\d+)/.exec(expr)?.[1] ?? 0);
  const to = Number(/Bytes<=(\d+)/.exec(expr)?.[1] ?? Infinity);
  const counts = new Map<string, number>();
  for (const volume of volumes.filter((one) => one >= from && one <= to)) {
    const text = String(volume);
    const key = `${text.length} ${text.slice(0, lead)}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  expect(counts.size).toBeLessThanOrEqual(136);
  return [...counts].map(([key, flows]) => {
    const [digits = '', first = ''] = key.split(' ');
    return volumeCount({ volume_digits: digits, volume_lead: first }, flows) as VolumeCount;
  });
}

function run(volumes: readonly number[], wanted: number, most: number): { found: TopFound; questions: number } {
  let search: TopSearch | TopFound = topSearch('bytes', wanted, most);
  let questions = 0;
  while (!search.done) {
    questions++;
    expect(questions).toBeLessThan(10);
    search = topStep(search, answer(topQuery(search, NO_FILTERS, OPTIONS, 60_000).expr, volumes));
  }
  return { found: search, questions };
}

const volumes = fc.array(
  fc.oneof(
    fc.constantFrom(0, 1, 9, 10, 1500, 999_999, 1_000_000),
    fc.integer({ min: 0, max: 2000 }),
    fc
      .integer({ min: 0, max: 14 })
      .chain((power) => fc.integer({ min: 1, max: 9 }).map((digit) => digit * 10 ** power)),
    fc.integer({ min: 0, max: 999_999_999_999_999 })
  ),
  { maxLength: 200 }
);

describe('the search for the top flows', () => {
  test('finds exactly the greatest volumes, however they are spread', () => {
    fc.assert(
      fc.property(volumes, fc.integer({ min: 1, max: 30 }), fc.integer({ min: 0, max: 30 }), (all, wanted, more) => {
        const most = wanted + more;
        const { found } = run(all, wanted, most);
        const loaded = found.parts.flatMap(({ also, limit }) =>
          all
            .filter((bytes) => matchesQuery(NO_FILTERS, { ...OPTIONS, also: [also] }, { Bytes: bytes }))
            .slice(0, limit)
        );
        const sorted = (list: readonly number[]) => [...list].sort((a, b) => b - a);
        expect(sorted(loaded).slice(0, wanted)).toEqual(sorted(all).slice(0, wanted));
        expect(loaded.length).toBeLessThanOrEqual(most);
        expect(found.flows).toBe(all.filter((bytes) => bytes >= found.atLeast).length);
      }),
      { numRuns: 2000 }
    );
  });

  test('tells where more flows are equal than an answer holds', () => {
    const { found } = run([...Array<number>(50).fill(1500), 2000, 3000], 10, 20);
    expect(found).toMatchObject({ atLeast: 1500, flows: 52, ties: 50 });
    expect(found.parts.map(({ limit }) => limit)).toEqual([20, 8]);
    expect(run(Array<number>(50).fill(7), 10, 20).found.parts).toHaveLength(1);
  });

  test('takes all flows where they are fewer than wanted', () => {
    expect(run([5, 70], 500, 5000).found).toMatchObject({ atLeast: 0, flows: 2 });
    expect(run([], 500, 5000).found).toMatchObject({ atLeast: 0, flows: 0 });
  });

  test('one question is enough where digits are spread as traffic is', () => {
    const spread = Array.from({ length: 20_000 }, (_, index) => Math.round(64 * 1.0007 ** index));
    const { questions, found } = run(spread, 500, 5000);
    expect(questions).toBe(1);
    expect(found.flows).toBeGreaterThanOrEqual(500);
  });

  test('narrows further within one leading digit, by two digits at a time', () => {
    const close = Array.from({ length: 40_000 }, (_, index) => 1_000_000 + index);
    const { questions, found } = run(close, 500, 5000);
    expect(questions).toBe(3);
    expect(found.flows).toBeGreaterThanOrEqual(500);
    expect(found.flows).toBeLessThanOrEqual(5000);
  });

  test('ends on answers that narrow nothing down', () => {
    const span = { from: 1000, to: 1999 };
    const search: TopSearch = { ...topSearch('bytes', 10, 20), span };
    expect(topStep(search, [{ ...span, flows: 1000 }])).toMatchObject({ done: true, atLeast: 1000 });
    expect(topStep(search, [])).toMatchObject({ done: true });
  });

  test('passes over series that are no counts', () => {
    expect(volumeCount({}, 1)).toBeUndefined();
    expect(volumeCount({ volume_digits: '2', volume_lead: '123' }, 1)).toBeUndefined();
    expect(volumeCount({ volume_digits: '4', volume_lead: '15' }, 3)).toEqual({ from: 1500, to: 1599, flows: 3 });
  });

  test('asks for one series a volume’s first digits, and narrows by filters', () => {
    expect(topQuery(topSearch('packets', 5, 10), NO_FILTERS, OPTIONS, 90_000).expr).toBe(
      'sum by (volume_digits, volume_lead) (count_over_time({app="netobserv-flowcollector"}' +
        ' | json volume_value="Packets" | volume_value=~"^(?:0|[1-9][0-9]{0,14})$"' +
        ' | label_format volume_digits=`{{ len .volume_value }}`, volume_lead=`{{ trunc 1 .volume_value }}` [90s]))'
    );
    const search: TopSearch = { ...topSearch('bytes', 5, 10), span: { from: 10_000, to: 19_999 } };
    const { expr } = topQuery(search, NO_FILTERS, OPTIONS, 90_000);
    expect(expr).toContain('| Bytes>=10000 | Bytes<=19999 | __error__=""');
    expect(expr).toContain('trunc 3');
  });
});

import { OTHER } from '@netobserv-flows/schema';
import type { TopsAnswer } from '../../data/plan/answerTops';
import { NO_FILTERS } from '../../flow';
import { changeOf, largest } from './groups';
import { NAMESPACES } from './questions';
import type { Answered, Ask } from './recipe';

function answer(sums: Readonly<Record<string, number>>, field: string, complete = true, hours = 1): TopsAnswer {
  return {
    groups: Object.entries(sums).map(([name, value]) => ({ labels: { [field]: name }, value })),
    complete,
    plan: {
      view: { groupBy: [], measure: 'Bytes', filters: NO_FILTERS },
      expr: '',
      timeMs: 0,
      maxSeries: 40,
      partitions: 1,
      span: { fromMs: 0, toMs: hours * 3_600_000 },
      parts: [],
      why: '',
      exact: true,
    },
  };
}

const sides = [
  { ask: NAMESPACES.sent, title: 'sent' },
  { ask: NAMESPACES.received, title: 'received' },
];

const rows = (sent: Answered, received: Answered) =>
  largest(
    sides,
    (ask: Ask) => (ask === NAMESPACES.sent ? sent : received),
    ([name = '']) => ({
      name,
      behind: { filters: [] },
    }),
    3
  );

const SRC = 'SrcK8S_Namespace';
const DST = 'DstK8S_Namespace';

describe('the largest by what they send and receive', () => {
  it('are ordered by both together, and cut', () => {
    const found = rows({ now: answer({ a: 10, b: 5, c: 1, d: 1 }, SRC) }, { now: answer({ b: 20, c: 1 }, DST) });
    expect(found.map(({ name, parts }) => [name, ...parts.map(({ value }) => value)])).toEqual([
      ['b', 5, 20],
      ['a', 10, 0],
      ['c', 1, 1],
    ]);
    expect(found.some(({ atLeast, change }) => atLeast === true || change !== undefined)).toBe(false);
  });

  it('say so where one side is among those too small to be told', () => {
    const [row] = rows({ now: answer({ a: 10 }, SRC) }, { now: answer({ b: 2 }, DST, false) });
    const told = { name: 'a', atLeast: true, parts: [{ value: 10 }, { value: undefined }] };
    expect(row).toMatchObject(told);
    const [folded] = rows({ now: answer({ a: 10 }, SRC) }, { now: answer({ [OTHER]: 2 }, DST) });
    expect(folded).toMatchObject(told);
  });

  it('compare by rates, since rounding may have made one period longer', () => {
    const [row] = rows(
      { now: answer({ a: 10 }, SRC, true, 1), before: answer({ a: 10 }, SRC, true, 2) },
      { now: answer({}, DST), before: answer({}, DST) }
    );
    expect(row?.change).toBe(1);
  });

  it('are new where all of the period before is known, and not told where it is not', () => {
    const now = { now: answer({ a: 10 }, SRC), before: answer({ b: 1 }, SRC) };
    const none = { now: answer({}, DST), before: answer({}, DST) };
    expect(rows(now, none)[0]?.change).toBe('new');
    expect(rows({ ...now, before: answer({ b: 1 }, SRC, false) }, none)[0]?.change).toBeUndefined();
    expect(rows({ ...now, before: answer({ b: 1, [OTHER]: 1 }, SRC) }, none)[0]?.change).toBeUndefined();
  });
});

test.each([
  [10, 10, 20, 10, -0.5],
  [10, 10, 0, 10, 'new'],
  [0, 10, 0, 10, undefined],
  [10, 10, undefined, 10, undefined],
  [10, 0, 10, 10, undefined],
])('%d in %d s after %s in %d s is a change of %s', (now, nowS, before, beforeS, change) => {
  expect(changeOf(now, nowS, before, beforeS)).toBe(change);
});

import type { TopsAnswer } from '../../data/plan/answerTops';
import { NO_FILTERS } from '../../flow';
import type { InstantSeries, TopsPlan } from '../../flow/plan';
import type { Answered, Answers, Ask } from './recipe';

const HOUR_MS = 3_600_000;

const PLAN: TopsPlan = {
  view: { groupBy: [], measure: 'Bytes', filters: NO_FILTERS },
  expr: '',
  timeMs: 0,
  maxSeries: 40,
  partitions: 1,
  span: { fromMs: 0, toMs: HOUR_MS },
  parts: [],
  why: '',
  exact: true,
};

/** A group of an answer: the values of its fields, and its sum. */
export type Group = readonly [labels: InstantSeries['labels'], value: number];

/** What Loki answered of an hour; with `complete` false, only the largest groups. */
export function answer(groups: readonly Group[], complete = true): TopsAnswer {
  return { groups: groups.map(([labels, value]) => ({ labels, value })), complete, plan: PLAN };
}

/** What a panel is made from: answers to its asks; of others, that there was nothing now and before. */
export function answersTo(...answered: ReadonlyArray<readonly [Ask, Answered]>): Answers {
  const known = new Map(answered);
  return {
    of: (ask) => known.get(ask) ?? { now: answer([]), before: answer([]) },
    course: () => {
      throw new Error('no course is answered here');
    },
    compared: true,
    timeZone: 'utc',
  };
}

import { LEVEL_NAMES, ROLLUP_LEVELS, TIER_MS, type FieldName, type LevelName } from '@netobserv-flows/schema';
import { filterSetCondition, type Condition } from '../filter/condition';
import { NO_FILTERS, type FilterSet } from '../filter/model';
import { atomsOf } from './answers';
import { groupsExpected, keysOf, maxSeriesOf } from './shares';
import { planTops, sumsOf, type TopsOptions } from './tops';
import type { FlowView, PlanSource, TimeSpan, TopsPlan } from './types';

/*
 * Reading is most of what a question costs Loki, and the same lines answer many. Questions of one range that one level
 * of rollups answers are asked as one: by all the fields that any of them needs, without a limit. What each of them
 * asks for is worked out here, from some thousand groups at most, and is exact and complete.
 */

/** A question for the largest groups of a view, and what it is planned by. */
export interface TopsAsked {
  readonly view: FlowView;
  readonly range: TimeSpan;
  readonly source: PlanSource;
  readonly options: TopsOptions & { readonly limit: number };
}

/** What is asked of Loki once: for one question, or for several together. */
export interface Reading {
  readonly plan: TopsPlan;
  /** The questions that it answers, by their index. */
  readonly questions: readonly number[];
  /** How each of them would be asked alone, from the same sums: what is said of its answer. */
  readonly plans: readonly TopsPlan[];
  /** The conditions that tell its flows among those of the reading; absent where it is for one question. */
  readonly conditions?: readonly Condition[];
}

/**
 * How many times as much the questions of a reading have to cost each by itself: their largest groups alone are less to
 * send. Of flows there is so much to read that it is worth while for two.
 */
const LEAST_SAVING = { rollup: 2.5, flows: 2 };

/** Groups that each question has in any case, as far as it wants so many, where all together want too many. */
const LEAST_GROUPS = 20;

/** The part of Loki's limit that groups of which the number is a guess may take up. */
const FILLED = 0.9;

/** Groups to reckon with where no rollups tell how many there may be. */
const GUESSED = 1500;

/** A reading of one question. */
export function readAlone(question: number, plan: TopsPlan): Reading {
  return { plan, questions: [question], plans: [plan] };
}

/**
 * Plans questions so that lines are read once for many of them. Their answers together are so many series that they
 * fit into some requests.
 * @param requests how many requests there are for all.
 * @throws FilterError for a filter that `validateFilter` refuses.
 */
export function planReadings(asked: readonly TopsAsked[], requests: number): Reading[] {
  const least = Math.min(...asked.map(({ source }) => maxSeriesOf(source)));
  const wanted = asked.reduce((sum, { view, options }) => sum + (view.groupBy.length === 0 ? 1 : options.limit), 0);
  const fit = Math.min(1, (requests * least * FILLED) / wanted);
  const alone = asked.map(({ view, range, source, options }) => {
    const limit = Math.max(Math.min(options.limit, LEAST_GROUPS), Math.floor(options.limit * fit));
    return planTops(view, range, source, { ...options, limit });
  });
  const planned = new Map<string, TopsPlan | undefined>();
  /** How a question is answered from a level; worked out once, as readings are looked for again and again. */
  const planOf: PlanOf = (level, question) => {
    const key = `${level} ${question}`;
    if (!planned.has(key)) {
      planned.set(key, planFrom(level, asked[question]!, alone[question]!));
    }
    return planned.get(key);
  };
  let room = requests * least * FILLED - seriesOf(alone);
  const readings: Reading[] = [];
  let left = asked.map((_, index) => index);
  for (;;) {
    const [best] = candidates(asked, alone, left, planOf)
      .filter((one) => moreSeries(one) <= room)
      .map((one) => ({ one, saving: savingOf(one, asked, alone) }))
      .filter(({ one, saving }) => saving >= LEAST_SAVING[readsFlows(one) ? 'flows' : 'rollup'])
      .sort((a, b) => b.saving - a.saving);
    if (best === undefined) {
      return [...readings, ...left.map((index) => readAlone(index, alone[index]!))];
    }
    readings.push(best.one);
    room -= moreSeries(best.one);
    left = left.filter((index) => !best.one.questions.includes(index));
  }
}

const readsFlows = ({ plan }: Reading) => plan.parts.some(({ source }) => source === 'flows');

const seriesOf = (plans: readonly TopsPlan[]) => plans.reduce((sum, { maxSeries }) => sum + maxSeries, 0);

/** How many series a reading has more than the answers to its questions would have. */
const moreSeries = ({ plan, plans }: Reading) => plan.maxSeries - seriesOf(plans);

/** How many times as much the questions of a reading cost each by itself, going by the lines read. */
function savingOf({ plan, questions }: Reading, asked: readonly TopsAsked[], alone: readonly TopsPlan[]): number {
  const each = questions.reduce((sum, index) => sum + linesOf(alone[index]!, asked[index]!.source), 0);
  return each / Math.max(1, linesOf(plan, asked[questions[0]!]!.source));
}

/** Flows in an hour to reckon with: more than sums in any case. */
const FLOWS_PER_HOUR = 100_000;

/** About how many lines are read for a plan. */
function linesOf({ parts }: TopsPlan, source: PlanSource): number {
  return parts.reduce((sum, part) => {
    const lengthMs = part.toMs - part.fromMs;
    const perMs =
      part.source === 'flows' ? FLOWS_PER_HOUR / TIER_MS['1h'] : keysOf(part.level, source) / TIER_MS[part.tier];
    return sum + lengthMs * perMs;
  }, 0);
}

/** How a question is answered from a level; undefined where it is not. */
type PlanOf = (level: LevelName, question: number) => TopsPlan | undefined;

/** All readings that could be made of the questions that are left. */
function candidates(
  asked: readonly TopsAsked[],
  alone: readonly TopsPlan[],
  left: readonly number[],
  planOf: PlanOf
): Reading[] {
  const groups = new Map<string, number[]>();
  for (const index of left) {
    const { range, view } = asked[index]!;
    const key = `${range.fromMs} ${range.toMs} ${view.measure} ${alone[index]!.timeMs}`;
    groups.set(key, [...(groups.get(key) ?? []), index]);
  }
  return [...groups.values()].flatMap((group) => LEVEL_NAMES.flatMap((level) => reading(level, asked, group, planOf)));
}

/** The reading of a level for as many of the questions as it answers; none where they are too few, or too much. */
function reading(level: LevelName, asked: readonly TopsAsked[], group: readonly number[], planOf: PlanOf): Reading[] {
  const byParts = new Map<string, Array<{ readonly question: number; readonly plan: TopsPlan }>>();
  for (const question of group) {
    const plan = planOf(level, question);
    if (plan !== undefined) {
      const key = JSON.stringify(plan.parts);
      byParts.set(key, [...(byParts.get(key) ?? []), { question, plan }]);
    }
  }
  return [...byParts.values()]
    .filter((takers) => takers.length > 1)
    .flatMap((takers) => together(level, takers, asked[takers[0]!.question]!.source) ?? []);
}

/** How a question is answered from a level, and from flows where there are no sums; undefined where it is not. */
function planFrom(level: LevelName, { view, range, source, options }: TopsAsked, alone: TopsPlan) {
  const rollups = source.rollups.filter((one) => one.level === level);
  const plan = planTops(view, range, { ...source, rollups }, { ...options, partitions: 1, limit: alone.maxSeries });
  const flowsMs = ({ parts }: TopsPlan) =>
    parts.reduce((sum, part) => (part.source === 'flows' ? sum + part.toMs - part.fromMs : sum), 0);
  const sameSpan = plan.span.fromMs === alone.span.fromMs && plan.span.toMs === alone.span.toMs;
  if (!sameSpan || (alone.exact && !plan.exact) || flowsMs(plan) > flowsMs(alone)) {
    return undefined;
  }
  return flowsMs(plan) === 0 || isNamed(level, view) ? { ...plan, maxSeries: alone.maxSeries } : undefined;
}

/** Whether a view tells flows apart by nothing but what a level keeps of all: so its groups are few among flows too. */
function isNamed(level: LevelName, view: FlowView): boolean {
  const sets = [view.filters, ...(view.also ?? [])].map(filterSetCondition);
  const fields = [...view.groupBy, ...sets.flatMap(atomsOf).map(({ field }) => field)];
  return fields.every((field) => ROLLUP_LEVELS[level].fields[field] === 'always');
}

function setsOf({ filters, also = [] }: FlowView): FilterSet[] {
  return [filters, ...also].filter((set) => set.filters.length > 0);
}

function together(
  level: LevelName,
  takers: ReadonlyArray<{ readonly question: number; readonly plan: TopsPlan }>,
  source: PlanSource
): Reading | undefined {
  const [{ plan: first }] = takers as [(typeof takers)[number]];
  const names = takers.map(({ plan }) => new Set(setsOf(plan.view).map((set) => JSON.stringify(set))));
  const isCommon = (set: FilterSet) => names.every((own) => own.has(JSON.stringify(set)));
  const conditions = takers.map(({ plan }): Condition => ({
    kind: 'all',
    of: setsOf(plan.view)
      .filter((set) => !isCommon(set))
      .map(filterSetCondition),
  }));
  const groupBy = fieldsOf(
    takers.map(({ plan }) => plan.view),
    conditions
  );
  const maxSeries = Math.ceil(groupsExpected(groupBy, level, source)) || GUESSED;
  if (maxSeries > FILLED * maxSeriesOf(source)) {
    return undefined;
  }
  const [filters = NO_FILTERS, ...also] = setsOf(first.view).filter(isCommon);
  const view: FlowView = { groupBy, measure: first.view.measure, filters, also };
  const expr = sumsOf({ view, source }, first.parts, first.timeMs);
  return {
    plan: { ...first, view, expr, maxSeries, partitions: 1 },
    questions: takers.map(({ question }) => question),
    plans: takers.map(({ plan }) => plan),
    conditions,
  };
}

function fieldsOf(views: readonly FlowView[], conditions: readonly Condition[]): FieldName[] {
  const fields = [...views.flatMap(({ groupBy }) => groupBy), ...conditions.flatMap(atomsOf).map(({ field }) => field)];
  return [...new Set(fields)];
}

import { OTHER, type FieldName } from '@netobserv-flows/schema';
import { rowValue, type Change, type FlowsBehind, type Row } from '../../components/panels/types';
import type { TopsAnswer } from '../../data/plan/answerTops';
import type { InstantSeries } from '../../flow/plan';
import type { Answered, Ask } from './recipe';

/** The values of an ask's fields in a group, in order; empty texts where flows have none. */
export function valuesOf({ groupBy }: Ask, { labels }: InstantSeries): string[] {
  return groupBy.map((field) => labels[field] ?? '');
}

/** Whether a group is of several things, all the smaller ones, that the sums fold together. */
export function isFolded({ labels }: InstantSeries): boolean {
  return Object.values(labels).includes(OTHER);
}

/** Whether an answer tells each thing by itself: what it has not was not there. */
export function tellsAll({ complete, groups }: TopsAnswer): boolean {
  return complete && !groups.some(isFolded);
}

/** What stands beside the name of things that are folded together. */
const FOLDED_NOTE = 'all smaller ones together';

/** What leads from a row to its flows; a note instead where a value stands for several, as no filter finds those. */
export function linked(values: readonly string[], behind: FlowsBehind): Pick<Row, 'behind' | 'kind'> {
  return values.includes(OTHER) ? { kind: FOLDED_NOTE } : { behind };
}

/** What is known of one thing in one answer: its sum; undefined where it may be among those too small to be told. */
function known(sums: ReadonlyMap<string, number>, key: string, answer: TopsAnswer): number | undefined {
  return sums.get(key) ?? (tellsAll(answer) ? 0 : undefined);
}

/**
 * What the period before had of one thing; undefined where that is not known.
 * @param sums those of that period.
 */
export function earlier({ before }: Answered, sums: ReadonlyMap<string, number> | undefined, key: string) {
  return before && sums && known(sums, key, before);
}

/** The length of the range that an answer is of, in seconds: rounding may have changed it. */
function seconds({ plan }: TopsAnswer): number {
  return (plan.span.toMs - plan.span.fromMs) / 1000;
}

/** A figure's change, by rates: the two periods may differ in length where they were rounded. */
export function changeOf(now: number, nowS: number, before: number | undefined, beforeS: number): Change | undefined {
  if (before === undefined || nowS <= 0 || beforeS <= 0) {
    return undefined;
  }
  if (before === 0) {
    return now > 0 ? 'new' : undefined;
  }
  return now / nowS / (before / beforeS) - 1;
}

/** Bytes a second. */
export function rateOf(bytes: number, answer: TopsAnswer): number {
  const length = seconds(answer);
  return length > 0 ? bytes / length : 0;
}

/** The change of a sum that one ask tells. */
export function changeWithin(
  { now, before }: Answered,
  value: number,
  beforeValue: number | undefined
): Change | undefined {
  return before && changeOf(value, seconds(now), beforeValue, seconds(before));
}

/**
 * A row whose figure one ask tells, with its change; without where a value stands for several things: others may have been
 * among the smallest before.
 */
export function withChange(row: Row, answered: Answered, bytesBefore: number | undefined): Row {
  const change = row.behind && changeWithin(answered, rowValue(row), bytesBefore);
  return change === undefined ? row : { ...row, change };
}

/** Sums of an answer by a key of its groups; groups without a key are left out. */
export function sumsBy(answer: TopsAnswer, keyOf: (group: InstantSeries) => string | undefined): Map<string, number> {
  const sums = new Map<string, number>();
  for (const group of answer.groups) {
    const key = keyOf(group);
    if (key !== undefined) {
      sums.set(key, (sums.get(key) ?? 0) + group.value);
    }
  }
  return sums;
}

/** One side of things that send and receive: what is asked about it, and the title of its part of the bar. */
export interface Side {
  readonly ask: Ask;
  readonly title: string;
}

/** How a thing is shown, by the values of its side's fields. */
export type Describe = (values: readonly string[]) => Described | undefined;

type Described = Omit<Row, 'id' | 'parts' | 'atLeast' | 'change'> & { readonly behind: FlowsBehind };

/** How several things are shown that are folded together. */
function foldedTogether(
  values: readonly string[],
  { behind, scope, kind, ...described }: Described
): Omit<Described, 'behind'> {
  const told = linked(values, behind);
  return {
    ...described,
    ...told,
    ...(scope !== undefined && scope !== OTHER && { scope }),
    ...(kind !== undefined && kind !== OTHER && { kind: `${kind}, ${told.kind}` }),
  };
}

interface SideSums {
  readonly title: string;
  readonly answered: Answered;
  readonly now: ReadonlyMap<string, number>;
  readonly before?: ReadonlyMap<string, number>;
}

function sideSums({ ask, title }: Side, answered: Answered): SideSums {
  const key = (group: InstantSeries) => JSON.stringify(valuesOf(ask, group));
  return {
    title,
    answered,
    now: sumsBy(answered.now, key),
    before: answered.before && sumsBy(answered.before, key),
  };
}

function rowOf(sides: readonly SideSums[], key: string, described: Described): Row {
  const values = JSON.parse(key) as string[];
  const folded = values.includes(OTHER);
  const figures = sides.map(({ now, answered }) => known(now, key, answered.now));
  const figuresBefore = sides.map(({ before, answered }) => earlier(answered, before, key));
  const unknown = figures.includes(undefined);
  const total = figures.reduce<number>((sum, value) => sum + (value ?? 0), 0);
  const totalBefore = figuresBefore.reduce<number | undefined>(
    (sum, value) => (sum === undefined || value === undefined ? undefined : sum + value),
    0
  );
  const [first] = sides;
  // Others may have been among the smallest before.
  const change =
    folded || unknown || first?.answered.before === undefined
      ? undefined
      : changeOf(total, seconds(first.answered.now), totalBefore, seconds(first.answered.before));
  return {
    ...(folded ? foldedTogether(values, described) : described),
    id: key,
    parts: sides.map(({ title }, index) => ({ title, value: figures[index] })),
    ...(unknown && { atLeast: true }),
    ...(change !== undefined && { change }),
  };
}

/**
 * The largest things by what they send and receive together.
 * @param count rows wanted.
 */
export function largest(sides: readonly Side[], of: (ask: Ask) => Answered, describe: Describe, count: number): Row[] {
  const sums = sides.map((side) => sideSums(side, of(side.ask)));
  const keys = new Set(sums.flatMap(({ now }) => [...now.keys()]));
  return [...keys]
    .flatMap((key) => {
      const described = describe(JSON.parse(key) as string[]);
      return described === undefined ? [] : [rowOf(sums, key, described)];
    })
    .sort((a, b) => rowValue(b) - rowValue(a))
    .slice(0, count);
}

/** The field of a side by the name that both share. */
export function sided(side: 'Src' | 'Dst', ...names: readonly string[]): FieldName[] {
  return names.map((name) => `${side}${name}` as FieldName);
}

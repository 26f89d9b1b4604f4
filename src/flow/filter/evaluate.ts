import { addressHex, inRange } from '../values/address';
import { foldCase } from '../values/folding';
import { filterSetCondition, type Atom, type Condition, type Test, type TextMatch } from './condition';
import type { FilterSet } from './model';

/** A record as it may come from Loki: also with numbers as text, where a field is a stream label. */
export type RecordLike = Readonly<Record<string, unknown>>;

const COMPARE: Readonly<Record<TextMatch, (value: string, wanted: string) => boolean>> = {
  contains: (value, wanted) => value.includes(wanted),
  equals: (value, wanted) => value === wanted,
  starts: (value, wanted) => value.startsWith(wanted),
  ends: (value, wanted) => value.endsWith(wanted),
};

/** Loki's parser takes the replacement character out of values, so it counts for nothing here too. */
function textOf(value: unknown): string {
  return value === undefined || value === null ? '' : String(value).replace(/\ufffd/g, '');
}

function passes(text: string, test: Test): boolean {
  if (text === '') {
    return false;
  }
  switch (test.kind) {
    case 'present':
      return true;
    case 'true':
      return text === 'true';
    case 'number':
      return /^\d+$/.test(text) && test.ranges.some(({ from, to }) => Number(text) >= from && Number(text) <= to);
    case 'address': {
      const hex = addressHex(text);
      return hex !== undefined && test.ranges.some((range) => inRange(hex, range));
    }
    case 'text': {
      const fold = test.fold ? foldCase : (same: string) => same;
      const value = fold(text);
      return test.values.some((wanted) => COMPARE[test.how](value, fold(wanted)));
    }
  }
}

function atomHolds(atom: Atom, record: RecordLike): boolean {
  const value = record[atom.field];
  const holds =
    atom.list === undefined
      ? passes(textOf(value), atom.test)
      : Array.isArray(value) && value.some((element) => passes(String(element), atom.test));
  return holds !== atom.negated;
}

/** Whether a record meets a condition. */
export function conditionHolds(condition: Condition, record: RecordLike): boolean {
  if (condition.kind === 'atom') {
    return atomHolds(condition, record);
  }
  return condition.kind === 'all'
    ? condition.of.every((part) => conditionHolds(part, record))
    : condition.of.some((part) => conditionHolds(part, record));
}

/**
 * A test of records against a filter set, to run over many: the reference of what filters mean, which queries follow.
 * @throws FilterError for a filter that `validateFilter` refuses.
 */
export function flowMatcher(set: FilterSet): (record: RecordLike) => boolean {
  const condition = filterSetCondition(set);
  return (record) => conditionHolds(condition, record);
}

/**
 * Whether a flow meets a filter set.
 * @throws FilterError for a filter that `validateFilter` refuses.
 */
export function matchesFlow(set: FilterSet, record: RecordLike): boolean {
  return flowMatcher(set)(record);
}

import type { FieldName } from '@netobserv-flows/schema';
import { parseAddressRange, type AddressRange } from '../values/address';
import { parseMac, parseMacPrefix } from '../values/mac';
import { joinRanges, parseNumberRanges, type NumberRange } from '../values/number';
import { failure, success, type Result } from '../result';
import { filterField, recordFields, type FilterFieldInfo } from './fields';
import { activeFilters, affirmed, swapFilter, type Comparison, type Filter, type FilterSet } from './model';

/** How text is compared. */
export type TextMatch = 'contains' | 'equals' | 'starts' | 'ends';

/** What an atom asks of a value; several values or ranges are alternatives. An absent value meets none of these. */
export type Test =
  | { readonly kind: 'text'; readonly how: TextMatch; readonly fold: boolean; readonly values: readonly string[] }
  | { readonly kind: 'number'; readonly ranges: readonly NumberRange[] }
  | { readonly kind: 'address'; readonly ranges: readonly AddressRange[] }
  | { readonly kind: 'present' }
  | { readonly kind: 'true' };

/** One question to one field of a record. */
export interface Atom {
  readonly kind: 'atom';
  readonly field: FieldName;
  /** For fields that hold lists: the test is met where one element meets it. */
  readonly list?: 'text' | 'number';
  /** Turns the answer around, so that an absent value meets it. */
  readonly negated: boolean;
  readonly test: Test;
}

/** What a filter set asks of a record: the meaning that LogQL and the evaluation in memory both follow. */
export type Condition = Atom | { readonly kind: 'all' | 'any'; readonly of: readonly Condition[] };

/** A filter that cannot be true or cannot be understood; the message names field, value and remedy. */
export class FilterError extends Error {
  override readonly name = 'FilterError';
}

const MAX_VALUES = 200;
const MAX_LENGTH = 500;

/** Characters that no stored text can be searched by: they do not survive the way into Loki and out of its parser. */
const UNSEARCHABLE = /[\u0000\ufffd]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;

const ORDER: Readonly<Partial<Record<Comparison, (value: number) => NumberRange>>> = {
  less: (value) => ({ from: 0, to: value - 1 }),
  lessOrEqual: (value) => ({ from: 0, to: value }),
  greater: (value) => ({ from: value + 1, to: Infinity }),
  greaterOrEqual: (value) => ({ from: value, to: Infinity }),
};

/** The parsed values, or the first that cannot be parsed. */
function each<T>(values: readonly string[], parse: (value: string) => Result<T>): Result<T[]> {
  const parsed: T[] = [];
  for (const value of new Set(values)) {
    const result = parse(value);
    if (!result.ok) {
      return result;
    }
    parsed.push(result.value);
  }
  return success(parsed);
}

function numberTest(info: FilterFieldInfo, comparison: Comparison, values: readonly string[]): Result<Test> {
  const parsed = each(values, (value) => parseNumberRanges(value, info));
  if (!parsed.ok) {
    return parsed;
  }
  const order = ORDER[comparison];
  const ranges = parsed.value.flat();
  if (order === undefined) {
    return success({ kind: 'number', ranges: joinRanges(ranges) });
  }
  if (values.length !== 1 || ranges.length !== 1 || ranges[0]!.from !== ranges[0]!.to) {
    return failure(`${info.title} takes one number after ${comparison}, not a range or several`);
  }
  const range = order(ranges[0]!.from);
  return range.from > range.to
    ? failure(`nothing is less than ${values[0]}; no flow can match`)
    : success({ kind: 'number', ranges: [range] });
}

function textTest(how: TextMatch, values: readonly string[]): Result<Test> {
  const checked = each(values, (value) =>
    UNSEARCHABLE.test(value)
      ? failure(`${JSON.stringify(value)} holds a character that cannot be searched`)
      : success(value)
  );
  return checked.ok ? success({ kind: 'text', how, fold: how !== 'equals', values: checked.value }) : checked;
}

function macTest(how: TextMatch, values: readonly string[]): Result<Test> {
  const parsed = each(values, (value) => {
    const mac = how === 'equals' ? parseMac(value) : parseMacPrefix(value);
    return mac === undefined
      ? failure(`${value} is not ${how === 'equals' ? '' : 'the beginning of '}a MAC address such as 02:42:ac:11:00:02`)
      : success(mac);
  });
  return parsed.ok ? success({ kind: 'text', how, fold: true, values: parsed.value }) : parsed;
}

function booleanOf(value: string): Result<boolean> {
  const text = value.trim().toLowerCase();
  return text === 'true' || text === 'false' ? success(text === 'true') : failure(`${value} is neither true nor false`);
}

interface Meaning {
  readonly test: Test;
  readonly negated: boolean;
}

/** A boolean that is absent is false, so `false` is the negation of `true`. */
function booleanMeaning(values: readonly string[], negated: boolean): Result<Meaning> {
  const parsed = each(values, booleanOf);
  if (!parsed.ok) {
    return parsed;
  }
  if (parsed.value.length !== 1) {
    return failure('true or false, not both: every flow is one of them');
  }
  return success({ test: { kind: 'true' }, negated: negated !== !parsed.value[0] });
}

function testOf(info: FilterFieldInfo, comparison: Comparison, values: readonly string[]): Result<Test> {
  switch (info.type) {
    case 'string':
    case 'strings':
      return textTest(comparison as TextMatch, values);
    case 'mac':
      return macTest(comparison as TextMatch, values);
    case 'address': {
      const ranges = each(values, parseAddressRange);
      return ranges.ok ? success({ kind: 'address', ranges: ranges.value }) : ranges;
    }
    default:
      return numberTest(info, comparison, values);
  }
}

/** Problems of a filter that do not depend on what its values mean. */
function shapeProblem(filter: Filter, info: FilterFieldInfo | undefined): string | undefined {
  if (info === undefined) {
    return `${String(filter.field)} is not a field of flows`;
  }
  if (!info.comparisons.includes(filter.comparison)) {
    return `${info.title} cannot be compared by ${String(filter.comparison)}; ${info.comparisons.join(', ')} can`;
  }
  if (filter.side !== undefined && (!info.sided || !['src', 'dst', 'either'].includes(filter.side))) {
    return info.sided ? `${filter.side} is not a side; src, dst and either are` : `${info.title} has no side`;
  }
  const none = filter.comparison === 'empty' || filter.comparison === 'notEmpty';
  if (none !== (filter.values.length === 0)) {
    return none ? `${info.title} takes no value with ${filter.comparison}` : `${info.title} needs a value`;
  }
  if (filter.values.length > MAX_VALUES) {
    return `${info.title} has ${filter.values.length} values; up to ${MAX_VALUES} are allowed`;
  }
  if (
    filter.values.some((value) => value.trim() === '' && !/^strings?$/.test(info.type)) ||
    filter.values.includes('')
  ) {
    return `${info.title} has an empty value; to find flows without one, compare by empty`;
  }
  const long = filter.values.find((value) => value.length > MAX_LENGTH);
  return long === undefined
    ? undefined
    : `a value of ${info.title} has ${long.length} characters; up to ${MAX_LENGTH} are allowed`;
}

function meaningOf(filter: Filter): Result<Meaning & { info: FilterFieldInfo }> {
  const info = filterField(filter.field);
  const problem = shapeProblem(filter, info);
  if (problem !== undefined || info === undefined) {
    return failure(problem ?? '');
  }
  const positive = affirmed(filter.comparison);
  const [comparison, negated] = [positive ?? filter.comparison, positive !== undefined];
  if (comparison === 'notEmpty') {
    return success({ info, test: { kind: 'present' }, negated });
  }
  if (info.type === 'boolean') {
    const meaning = booleanMeaning(filter.values, negated);
    return meaning.ok ? success({ info, ...meaning.value }) : failure(`${info.title}: ${meaning.error}`);
  }
  const test = testOf(info, comparison, filter.values);
  return test.ok ? success({ info, test: test.value, negated }) : failure(`${info.title}: ${test.error}`);
}

/** Whether a filter can be applied; where it cannot, the reason in words for people. */
export function validateFilter(filter: Filter): { readonly ok: true } | { readonly ok: false; readonly error: string } {
  const meaning = meaningOf(filter);
  return meaning.ok ? { ok: true } : meaning;
}

/**
 * What one filter asks.
 * @throws FilterError where `validateFilter` refuses it.
 */
export function filterCondition(filter: Filter): Condition {
  const meaning = meaningOf(filter);
  if (!meaning.ok) {
    throw new FilterError(meaning.error);
  }
  const { info, test, negated } = meaning.value;
  const list = info.type === 'strings' ? 'text' : info.type === 'integers' ? 'number' : undefined;
  const atoms = recordFields(info.field, filter.side).map((field): Atom => ({
    kind: 'atom',
    field,
    list,
    negated,
    test,
  }));
  // Either side: one of them meets it. Negated: not so, that is, neither does.
  return atoms.length === 1 ? atoms[0]! : { kind: negated ? 'all' : 'any', of: atoms };
}

/** True for filters that say something else of the flow's other direction. */
function isDirected(filter: Filter): boolean {
  return filter.side === 'src' || filter.side === 'dst';
}

/**
 * What a filter set asks: the active filters joined by all or any, and where bidirectional, that or the same with
 * sides swapped. Filters without a side are asked once.
 * @throws FilterError for a filter that `validateFilter` refuses.
 */
export function filterSetCondition(set: FilterSet): Condition {
  const filters = activeFilters(set);
  const join = (of: readonly Condition[], kind: 'all' | 'any'): Condition => (of.length === 1 ? of[0]! : { kind, of });
  if (filters.length === 0) {
    return { kind: 'all', of: [] };
  }
  if (!set.bidirectional || !filters.some(isDirected)) {
    return join(filters.map(filterCondition), set.match);
  }
  const swapped = filters.filter(isDirected).map(swapFilter);
  if (set.match === 'any') {
    return join([...filters, ...swapped].map(filterCondition), 'any');
  }
  const common = filters.filter((filter) => !isDirected(filter)).map(filterCondition);
  const forward = join(filters.filter(isDirected).map(filterCondition), 'all');
  const either: Condition = { kind: 'any', of: [forward, join(swapped.map(filterCondition), 'all')] };
  return join([...common, either], 'all');
}

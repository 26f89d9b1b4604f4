import type { Atom } from '../filter/condition';
import { addressFilters } from './address';
import { listFilter } from './list';
import { alternatives, quote } from './literal';
import { numbersPattern, wholePatterns } from './pattern';

/**
 * Whole-value pattern for a label filter. Loki replaces simple patterns by comparisons of its own, which forget the
 * anchors (`80|8080` then also matches 18080); anchors written out, and `.` for newlines too, keep it from that.
 */
export function anchored(patterns: readonly string[]): string {
  return quote(`(?s)^${alternatives(patterns)}$`);
}

function textFilter({ field, negated, test }: Atom & { test: { kind: 'text' } }): string {
  const not = negated ? '!' : '=';
  if (test.how === 'equals' && !test.fold && test.values.length === 1) {
    return `${field}${negated ? '!=' : '='}${quote(test.values[0] ?? '')}`;
  }
  return `${field}${not}~${anchored(wholePatterns(test.how, test.values, test.fold))}`;
}

function numberFilter({ field, negated, test }: Atom & { test: { kind: 'number' } }): string {
  const [range] = test.ranges;
  if (test.ranges.length === 1 && range !== undefined && range.from === range.to) {
    return `${field}${negated ? '!=' : '='}${quote(String(range.from))}`;
  }
  return `${field}${negated ? '!' : '='}~${anchored([numbersPattern(test.ranges)])}`;
}

function addressFilter({ field, negated, test }: Atom & { test: { kind: 'address' } }): string {
  const filters = addressFilters(field, test.ranges);
  if (!negated) {
    return filters.length === 1 ? (filters[0] ?? '') : `(${filters.join(' or ')})`;
  }
  // `!= ip()` does not hold where the label is missing altogether: say that it may be.
  const not = filters.map((filter) => filter.replace('=~', '!~').replace(/^(\w+)=(?!~)/, '$1!='));
  return `(${field}="" or (${not.join(' and ')}))`;
}

/** A label filter that decides an atom, wherever it stands; it never sets an error and absent is the empty text. */
export function atomFilter(atom: Atom): string {
  if (atom.list !== undefined) {
    return listFilter(atom);
  }
  const { field, negated, test } = atom;
  switch (test.kind) {
    case 'text':
      return textFilter({ ...atom, test });
    case 'number':
      return numberFilter({ ...atom, test });
    case 'address':
      return addressFilter({ ...atom, test });
    case 'present':
      return `${field}${negated ? '=' : '!='}""`;
    case 'true':
      return `${field}${negated ? '!=' : '='}"true"`;
  }
}

/**
 * The form that reads best for an atom that must hold by itself: numbers are compared as numbers. A value that is no
 * number sets Loki's error and passes, so that the query must drop lines with errors afterwards.
 */
export function atomStages(atom: Atom): string[] {
  const { field, test } = atom;
  const range = test.kind === 'number' && !atom.negated && atom.list === undefined ? test.ranges : [];
  if (range.length !== 1 || range[0]!.from === range[0]!.to) {
    return [atomFilter(atom)];
  }
  const { from, to } = range[0]!;
  const low = from > 0 || to === Infinity ? [`${field}>=${from}`] : [];
  return to === Infinity ? low : [...low, `${field}<=${to}`];
}

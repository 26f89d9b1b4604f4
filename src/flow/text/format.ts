import { filterField } from '../filter/fields';
import type { Comparison, Filter } from '../filter/model';
import { nameOf } from './names';

const OPERATORS: Readonly<Record<Comparison, string>> = {
  contains: '=',
  notContains: '!=',
  equals: '=',
  notEquals: '!=',
  starts: '=',
  notStarts: '!=',
  ends: '=',
  notEnds: '!=',
  less: '<',
  lessOrEqual: '<=',
  greater: '>',
  greaterOrEqual: '>=',
  empty: '=""',
  notEmpty: '!=""',
};

const ESCAPED: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

function inQuotes(text: string): string {
  return `"${text.replace(/["\\\n\r\t]/g, (character) => ESCAPED[character] ?? `\\${character}`)}"`;
}

/** Text that reads the same without quotes: no blanks, commas, quotes, nor stars at its ends. */
function isWord(text: string): boolean {
  return /^[^\s,"*;](?:[^\s,";]*[^\s,"*;])?$/.test(text);
}

function formatText(value: string, comparison: Comparison): string {
  const word = isWord(value) ? value : inQuotes(value);
  switch (comparison) {
    case 'equals':
    case 'notEquals':
      return inQuotes(value);
    case 'starts':
    case 'notStarts':
      return `${word}*`;
    case 'ends':
    case 'notEnds':
      return `*${word}`;
    default:
      return isWord(value) ? value : `*${word}*`;
  }
}

/** A filter in the text form; `parseFilterText` reads it back to the same filter. */
export function formatFilter(filter: Filter): string {
  const info = filterField(filter.field);
  if (info === undefined) {
    throw new Error(`${String(filter.field)} is not a field of flows`);
  }
  const textual = info.type === 'string' || info.type === 'strings' || filter.comparison.endsWith('tarts');
  const values = filter.values.map((value) => {
    if (textual) {
      return formatText(value, filter.comparison);
    }
    return isWord(value) ? value : inQuotes(value);
  });
  const name = nameOf(info, filter.side);
  return `${filter.disabled === true ? 'off:' : ''}${name}${OPERATORS[filter.comparison]}${values.join(',')}`;
}

/** Filters in the text form, to be pasted into a search box. */
export function formatFilters(filters: readonly Filter[]): string {
  return filters.map(formatFilter).join(' ');
}

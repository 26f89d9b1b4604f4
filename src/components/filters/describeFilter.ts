import { filterField, type Comparison, type Filter, type FilterSide } from '../../flow';

/** Words for the comparisons, as chips and the editor show them. */
export const COMPARISON_WORDS: Readonly<Record<Comparison, string>> = {
  contains: 'contains',
  notContains: 'does not contain',
  equals: 'is',
  notEquals: 'is not',
  starts: 'starts with',
  notStarts: 'does not start with',
  ends: 'ends with',
  notEnds: 'does not end with',
  less: 'is less than',
  lessOrEqual: 'is at most',
  greater: 'is more than',
  greaterOrEqual: 'is at least',
  empty: 'is empty',
  notEmpty: 'is not empty',
};

/** Words for the ends that a filter looks at. */
export const SIDE_WORDS: Readonly<Record<FilterSide, string>> = {
  src: 'Source',
  dst: 'Destination',
  either: 'Source or destination',
};

/** Values that a chip spells out; the rest are counted. */
const SPELLED_OUT = 3;

/** `Source namespace`, `Protocol`: what a filter is about. */
export function filterSubject(filter: Filter): string {
  const info = filterField(filter.field);
  const title = info?.title ?? filter.field;
  if (info?.sided !== true) {
    return title;
  }
  const lower = /^[A-Z][a-z]/.test(title) ? title.charAt(0).toLowerCase() + title.slice(1) : title;
  return `${SIDE_WORDS[filter.side ?? 'either']} ${lower}`;
}

/** `demo or test or 2 more`: the alternatives of a filter. */
export function filterValues(values: readonly string[]): string {
  const spelled = values.length > SPELLED_OUT ? values.slice(0, SPELLED_OUT - 1) : values;
  const rest = values.length - spelled.length;
  return [...spelled, ...(rest > 0 ? [`${rest} more`] : [])].join(' or ');
}

/** A filter as a sentence: `Source namespace contains demo`. */
export function describeFilter(filter: Filter): string {
  return [filterSubject(filter), COMPARISON_WORDS[filter.comparison], filterValues(filter.values)]
    .filter((part) => part !== '')
    .join(' ');
}

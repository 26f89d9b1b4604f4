import {
  filterField,
  filterFields,
  formatFilter,
  parseFilterText,
  type Filter,
  type FilterFieldInfo,
} from '../../flow';

/** What is being typed at the end of a filter text. */
export interface Typing {
  /** The text before the clause being typed. */
  readonly before: string;
  /** The field named, once an operator follows; with an empty list of values. */
  readonly filter?: Filter;
  /** The part of a name, or of a value, typed so far. */
  readonly fragment: string;
}

/** One offer below the text. */
export interface Offer {
  /** The whole text once it is taken. */
  readonly text: string;
  readonly label: string;
  readonly hint?: string;
  /** Whether the clause is complete with it. */
  readonly complete: boolean;
}

const LAST_CLAUSE = /(?:off:)?(?:([A-Za-z][\w.]*)\s*(!=|<=|>=|=|:|<|>)\s*)?("?[^\s"]*"?)$/;
const MOST_OFFERS = 12;

/** A filter on the field of a name. The parser knows the names, and wants a value that goes with the field. */
function namedFilter(name: string): Filter | undefined {
  const readings = ['""', 'true'].map((value) => parseFilterText(`${name}=${value}`));
  return readings.flatMap((reading) => (reading.ok ? reading.value : []))[0];
}

/** Reads the end of a text: a name that is begun, or a field and the beginning of its value. */
export function readTyping(text: string): Typing {
  const match = LAST_CLAUSE.exec(text);
  const [clause = '', name, operator, value = ''] = match ?? [];
  const before = text.slice(0, text.length - clause.length);
  if (name === undefined || operator === undefined) {
    return { before, fragment: value };
  }
  const filter = namedFilter(name);
  const comparison = operator === '!=' ? 'notEquals' : 'equals';
  return {
    before,
    fragment: value.replace(/^"|"$/g, '').split(',').pop() ?? '',
    filter: filter === undefined ? undefined : { ...filter, comparison, values: [] },
  };
}

function keywordsOf(info: FilterFieldInfo): string[] {
  return info.sided ? [`src_${info.keyword}`, `dst_${info.keyword}`, info.keyword] : [info.keyword];
}

/** How well a name fits what is typed: 0 for its beginning, 1 for the beginning of a word in it, 2 for within. */
function fit(name: string, fragment: string): number | undefined {
  const at = name.toLowerCase().indexOf(fragment.toLowerCase());
  return at < 0 ? undefined : at === 0 ? 0 : /[_.\- ]/.test(name.charAt(at - 1)) ? 1 : 2;
}

/** The candidates that fit, the best first, as many as a list shows. */
function best<T>(candidates: readonly T[], nameOf: (candidate: T) => string, fragment: string): T[] {
  return candidates
    .flatMap((candidate) => {
      const score = fit(nameOf(candidate), fragment);
      return score === undefined ? [] : [{ candidate, score }];
    })
    .sort((a, b) => a.score - b.score)
    .slice(0, MOST_OFFERS)
    .map(({ candidate }) => candidate);
}

/** Names of fields that fit what is typed. */
export function fieldOffers({ before, fragment }: Typing): Offer[] {
  const names = filterFields().flatMap((info) => keywordsOf(info).map((keyword) => ({ keyword, info })));
  return best(names, ({ keyword }) => keyword, fragment).map(({ keyword, info }) => ({
    text: `${before}${keyword}=`,
    label: keyword,
    hint: info.title,
    complete: false,
  }));
}

/** Values that fit what is typed, as complete clauses that mean exactly that value. */
export function valueOffers({ before, fragment, filter }: Typing, values: readonly string[]): Offer[] {
  if (filter === undefined || filterField(filter.field)?.comparisons.includes(filter.comparison) !== true) {
    return [];
  }
  return best(values, (value) => value, fragment).map((value) => ({
    text: `${before}${formatFilter({ ...filter, values: [value] })}`,
    label: value,
    complete: true,
  }));
}

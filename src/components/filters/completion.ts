import { filterField, filterFields, formatFilter, type Comparison, type FilterFieldInfo } from '../../flow';
import { COMPARISON_WORDS } from './describeFilter';
import { namedField, type Typing } from './typing';

/** One offer below the text. */
export interface Offer {
  /** The whole text once it is taken. */
  readonly text: string;
  readonly label: string;
  readonly hint?: string;
  /** Whether the clause is complete with it. */
  readonly complete: boolean;
  /** How many characters before the end of the text typing goes on; 0 where left out. */
  readonly back?: number;
}

const MOST_OFFERS = 12;

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

/** How each comparison begins after a name, in the order offered; `back` says where its value goes. */
const TEXT_OPERATORS: ReadonlyArray<readonly [Comparison, operator: string, back?: number]> = [
  ['contains', '='],
  ['equals', '=""', 1],
  ['starts', '=*', 1],
  ['ends', '=*'],
  ['notContains', '!='],
  ['notEquals', '!=""', 1],
];
const OPERATORS: ReadonlyArray<readonly [Comparison, operator: string, back?: number]> = [
  ['equals', '='],
  ['notEquals', '!='],
  ['greater', '>'],
  ['greaterOrEqual', '>='],
  ['less', '<'],
  ['lessOrEqual', '<='],
  ['starts', '=*', 1],
];
/** These take no value: with them the filter is complete. */
const PRESENCE: ReadonlyArray<readonly [Comparison, operator: string]> = [
  ['notEmpty', '=*'],
  ['empty', '=""'],
];

/** How an operator looks in the list: an ellipsis stands for the value. */
const shape = (operator: string, back = 0) =>
  back === 0 ? operator : `${operator.slice(0, -back)}…${operator.slice(-back)}`;

/** The comparisons that a complete field name takes, in signs and in words; none for a name that is no field. */
export function comparisonOffers({ before, head, fragment }: Typing): Offer[] {
  const info = head === undefined ? filterField(namedField(fragment)?.field ?? '') : undefined;
  if (info === undefined) {
    return [];
  }
  const allowed = ([comparison]: readonly [Comparison, ...unknown[]]) => info.comparisons.includes(comparison);
  const operators = info.comparisons.includes('contains') ? TEXT_OPERATORS : OPERATORS;
  return [
    ...operators.filter(allowed).map(([comparison, operator, back]) => ({
      text: `${before}${fragment}${operator}`,
      label: `${fragment} ${shape(operator, back)}${comparison === 'ends' ? '…' : ''}`,
      hint: COMPARISON_WORDS[comparison],
      complete: false,
      back,
    })),
    ...PRESENCE.filter(allowed).map(([comparison, operator]) => ({
      text: `${before}${fragment}${operator}`,
      label: `${fragment} ${operator}`,
      hint: COMPARISON_WORDS[comparison],
      complete: true,
    })),
  ];
}

/** Names of fields that fit what is typed; the comparisons of the one that is typed completely come first. */
export function fieldOffers(typing: Typing): Offer[] {
  const { before, fragment } = typing;
  const names = filterFields().flatMap((info) => keywordsOf(info).map((keyword) => ({ keyword, info })));
  const fields = best(names, ({ keyword }) => keyword, fragment)
    .filter(({ keyword }) => keyword !== fragment.toLowerCase())
    .map(({ keyword, info }) => ({ text: `${before}${keyword}`, label: keyword, hint: info.title, complete: false }));
  return [...comparisonOffers(typing), ...fields];
}

/**
 * Values that fit what is typed, as complete clauses that mean exactly that value, or that value too where others are
 * typed before it.
 */
export function valueOffers({ before, fragment, filter }: Typing, values: readonly string[]): Offer[] {
  if (filter === undefined || filterField(filter.field)?.comparisons.includes(filter.comparison) !== true) {
    return [];
  }
  const others = values.filter((value) => !filter.values.includes(value));
  return best(others, (value) => value, fragment).map((value) => ({
    text: `${before}${formatFilter({ ...filter, values: [...filter.values, value] })}`,
    label: value,
    hint: filter.values.length > 0 ? 'too' : undefined,
    complete: true,
  }));
}

import type { FIELDS } from '@netobserv-flows/schema';

type Field = (typeof FIELDS)[number];
type SidedField = Extract<Field, { readonly pair: string }>;

/**
 * What a filter is about: the name that the source's and the destination's field share (`K8S_Namespace` for
 * `SrcK8S_Namespace` and `DstK8S_Namespace`), or the name of a field of the whole flow (`Proto`).
 */
export type FilterField = SidedField['pair'] | Exclude<Field, { readonly pair: string }>['name'];

/** Which end a filter on an endpoint field looks at; `either` is met where one of the ends meets it. */
export type FilterSide = 'src' | 'dst' | 'either';

/** Every way to compare. Those that begin with `not`, and `empty`, are met by flows that lack the field. */
export const COMPARISONS = [
  'contains',
  'notContains',
  'equals',
  'notEquals',
  'starts',
  'notStarts',
  'ends',
  'notEnds',
  'less',
  'lessOrEqual',
  'greater',
  'greaterOrEqual',
  'empty',
  'notEmpty',
] as const;

/** How a filter compares a flow's value with its own values. */
export type Comparison = (typeof COMPARISONS)[number];

/** One condition on flows: *field, comparison, values*. Several values are alternatives. */
export interface Filter {
  readonly field: FilterField;
  /** For endpoint fields; `either` where left out. Fields of the whole flow have none. */
  readonly side?: FilterSide;
  readonly comparison: Comparison;
  /** As typed, without quotes or stars: `demo`, `https`, `1024-65535`, `10.0.0.0/8`. None for empty and not empty. */
  readonly values: readonly string[];
  /** Kept in view, but not applied. */
  readonly disabled?: boolean;
}

/** The filters of a view. */
export interface FilterSet {
  readonly filters: readonly Filter[];
  /** Whether a flow has to meet all of the filters or any one of them. */
  readonly match: 'all' | 'any';
  /** Take flows that meet the filters, or would with source and destination swapped; each counts once. */
  readonly bidirectional: boolean;
}

/** No filters: every flow. */
export const NO_FILTERS: FilterSet = { filters: [], match: 'all', bidirectional: false };

const NEGATIONS: ReadonlyArray<readonly [Comparison, Comparison]> = [
  ['contains', 'notContains'],
  ['equals', 'notEquals'],
  ['starts', 'notStarts'],
  ['ends', 'notEnds'],
  ['notEmpty', 'empty'],
  ['less', 'greaterOrEqual'],
  ['lessOrEqual', 'greater'],
];

/**
 * The comparison that says the opposite. For the orders of numbers (`less` ↔ `greaterOrEqual`) neither is met by a
 * flow that lacks the field; in all other pairs exactly one is.
 */
export function oppositeComparison(comparison: Comparison): Comparison {
  const pair = NEGATIONS.find((candidates) => candidates.includes(comparison));
  return pair === undefined ? comparison : pair[0] === comparison ? pair[1] : pair[0];
}

/** For a comparison that is the negation of another, that other; undefined for comparisons that affirm. */
export function affirmed(comparison: Comparison): Comparison | undefined {
  return NEGATIONS.slice(0, 5).find(([, negative]) => negative === comparison)?.[0];
}

/** True for the comparisons that take no values. */
export function takesNoValues(comparison: Comparison): boolean {
  return comparison === 'empty' || comparison === 'notEmpty';
}

/** The same filter saying the opposite (a chip's 'negate'). */
export function negateFilter(filter: Filter): Filter {
  return { ...filter, comparison: oppositeComparison(filter.comparison) };
}

/** True for filters that look at one end and not at the other. */
export function isSided({ side }: Filter): boolean {
  return side === 'src' || side === 'dst';
}

/** The same filter looking at the other end; filters on either end or on the whole flow stay as they are. */
export function swapFilter(filter: Filter): Filter {
  if (filter.side === 'src') {
    return { ...filter, side: 'dst' };
  }
  return filter.side === 'dst' ? { ...filter, side: 'src' } : filter;
}

/** The set with source and destination swapped in every filter. */
export function swapSides(set: FilterSet): FilterSet {
  return { ...set, filters: set.filters.map(swapFilter) };
}

/** The filters of a set that are applied. */
export function activeFilters(set: FilterSet): Filter[] {
  return set.filters.filter((filter) => filter.disabled !== true);
}

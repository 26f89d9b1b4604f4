import type { Filter, FilterSet } from '../filter/model';
import { formatFilter } from './format';
import { parseFilterText } from './parse';

/** URL parameters as routers and scenes hand them over. */
export type UrlParameters = Readonly<Record<string, string | readonly string[] | null | undefined>>;

/** The parameters that a filter set is kept in. */
export const FILTER_PARAMETERS = { filter: 'filter', match: 'match', bidirectional: 'bidirectional' } as const;

const MAX_FILTERS = 100;

/**
 * A filter set as URL parameters: `filter` in the text form, once a filter; `match=any` and `bidirectional=true` where
 * so. What is as by default is left out.
 */
export function filtersToUrl(set: FilterSet): Record<string, string | string[]> {
  return {
    ...(set.filters.length > 0 ? { filter: set.filters.map(formatFilter) } : {}),
    ...(set.match === 'any' ? { match: 'any' } : {}),
    ...(set.bidirectional ? { bidirectional: 'true' } : {}),
  };
}

/** What a URL says of filters. */
export interface UrlFilters {
  readonly set: FilterSet;
  /** What could not be read, in words; the rest of the set stands. */
  readonly problems: readonly string[];
}

const listOf = (value: UrlParameters[string]): readonly string[] =>
  typeof value === 'string' ? [value] : (value ?? []);

/** Reads the parameters of `filtersToUrl`. Others are ignored; filters that cannot be read are told, not guessed. */
export function filtersFromUrl(parameters: UrlParameters): UrlFilters {
  const problems: string[] = [];
  const filters: Filter[] = [];
  for (const text of listOf(parameters[FILTER_PARAMETERS.filter])) {
    const parsed = parseFilterText(text);
    if (parsed.ok) {
      filters.push(...parsed.value);
    } else {
      problems.push(`${text.slice(0, 200)}: ${parsed.error}`);
    }
  }
  if (filters.length > MAX_FILTERS) {
    problems.push(`the address holds ${filters.length} filters; the first ${MAX_FILTERS} are taken`);
  }
  const [match] = listOf(parameters[FILTER_PARAMETERS.match]);
  const [bidirectional] = listOf(parameters[FILTER_PARAMETERS.bidirectional]);
  return {
    set: {
      filters: filters.slice(0, MAX_FILTERS),
      match: match === 'any' ? 'any' : 'all',
      bidirectional: bidirectional === 'true',
    },
    problems,
  };
}

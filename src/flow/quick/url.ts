import type { FilterSet } from '../filter/model';
import type { UrlParameters } from '../text/url';
import type { QuickFilter } from './quick';

/** The parameter that names the quick filters in use, once each. */
export const QUICK_PARAMETER = 'quick';

/** What a URL says of quick filters. */
export interface UrlQuickFilters {
  /** Names of those in use, as they are written where they are defined, each once. */
  readonly active: readonly string[];
  /** Names that stand for none, in words. */
  readonly problems: readonly string[];
}

/** Names of quick filters as a URL parameter; none leave no trace. */
export function quickToUrl(active: readonly string[]): Record<string, string[]> {
  return active.length > 0 ? { [QUICK_PARAMETER]: [...active] } : {};
}

/**
 * Reads the names that a URL gives, in any case.
 * @param available the quick filters that there are.
 */
export function quickFromUrl(parameters: UrlParameters, available: readonly QuickFilter[]): UrlQuickFilters {
  const value = parameters[QUICK_PARAMETER] ?? [];
  const active = new Set<string>();
  const problems = new Set<string>();
  for (const wanted of typeof value === 'string' ? [value] : value) {
    const known =
      available.find(({ name }) => name === wanted) ??
      available.find(({ name }) => name.toLowerCase() === wanted.trim().toLowerCase());
    if (known !== undefined) {
      active.add(known.name);
    } else if (wanted !== '') {
      const names = available.map(({ name }) => name).join(', ');
      problems.add(`quick=${wanted.slice(0, 100)}: there is no such quick filter; ${names || 'none'} can be named`);
    }
  }
  return { active: [...active], problems: [...problems] };
}

/** The sets of the quick filters in use, for `also` of a query. */
export function quickSets(active: readonly string[], available: readonly QuickFilter[]): FilterSet[] {
  return available.filter(({ name }) => active.includes(name)).map(({ set }) => set);
}

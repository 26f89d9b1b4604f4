import {
  activeFilters,
  failure,
  filtersFromUrl,
  formatFilter,
  isSided,
  QUICK_PARAMETER,
  success,
  type Filter,
  type FilterSet,
  type Result,
} from '../../flow';

/** What a pasted address makes of the filters of a page that is not its own. */
export interface TakenAddress {
  readonly set: FilterSet;
  /** Names of quick filters to switch on. */
  readonly quick: readonly string[];
  /** What of the address could not be taken, in words. */
  readonly problems: readonly string[];
}

/** What the flow table's address can say of flows besides filters, and what other pages do instead. */
const ELSEWHERE: ReadonlyArray<readonly [parameter: string, instead: string]> = [
  ['direction', 'flows of both directions are counted'],
  ['duplicates', 'each packet is counted once'],
];

/** Adds filters that are not there yet. */
export function withFilters(set: FilterSet, added: readonly Filter[]): FilterSet {
  const known = new Set(set.filters.map(formatFilter));
  return { ...set, filters: [...set.filters, ...added.filter((filter) => !known.has(formatFilter(filter)))] };
}

/** Why filters would mean something else in a set than they do in theirs; undefined where they would not. */
function misfit(own: FilterSet, added: FilterSet): string | undefined {
  const several = activeFilters(added).length > 1;
  const differ = added.match !== own.match && several;
  if (differ && added.match === 'any') {
    return 'Its filters join by any: remove yours first.';
  }
  if (differ && activeFilters(own).length > 1) {
    return 'Its filters must all hold, and yours join by any: remove yours first.';
  }
  if (added.bidirectional === own.bidirectional || ![...own.filters, ...added.filters].some(isSided)) {
    return undefined;
  }
  return added.bidirectional
    ? 'Its filters hold both ways, and yours one way: remove yours first.'
    : 'Its filters hold one way, and yours both ways: remove yours first.';
}

/**
 * The filters of a page with those of a pasted address of the flow table.
 * @param search the address from its question mark on.
 * @returns in words why they cannot be put together without meaning something else.
 */
export function withAddress(own: FilterSet, search: string): Result<TakenAddress> {
  const parameters = new URLSearchParams(search);
  const all = Object.fromEntries([...parameters.keys()].map((name) => [name, parameters.getAll(name)]));
  const { set: added, problems } = filtersFromUrl(all);
  const told = [
    ...problems,
    ...ELSEWHERE.filter(([name]) => parameters.has(name)).map(([name, instead]) => `${name}: is left out; ${instead}`),
  ];
  const taken = (set: FilterSet) => success({ set, quick: parameters.getAll(QUICK_PARAMETER), problems: told });
  if (added.filters.length === 0) {
    return taken(own);
  }
  if (own.filters.length === 0) {
    return taken(added);
  }
  const reason = misfit(own, added);
  // One filter is met alike by all and by any.
  const match = activeFilters(own).length > 1 ? own.match : added.match;
  return reason === undefined ? taken({ ...withFilters(own, added.filters), match }) : failure(reason);
}

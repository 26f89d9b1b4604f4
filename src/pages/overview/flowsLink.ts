import { PLUGIN_BASE_URL } from '../../constants';
import type { FlowsBehind } from '../../components/panels/types';
import { searchWith } from '../../data/savedViews';
import { activeFilters, filtersToUrl, isSided, quickToUrl, type Filter, type FilterSet } from '../../flow';
import { scopeFilters, type Scope } from './scope';

/** Whether filters can be joined to a set by 'and'. One filter is met alike by all and by any. */
function canJoin(set: FilterSet): boolean {
  return set.match === 'all' || activeFilters(set).length <= 1;
}

/** A filter on one end as one on either. */
function eitherSide(filter: Filter): Filter {
  return isSided(filter) ? { ...filter, side: 'either' } : filter;
}

/** Whether filters look at one end alone, whichever it is. */
function isOfOneEnd({ filters, bidirectional = false }: FlowsBehind): boolean {
  return bidirectional && new Set(filters.filter(isSided).map(({ side }) => side)).size === 1;
}

function onEither({ filters, ...behind }: FlowsBehind): FlowsBehind {
  return { ...behind, filters: filters.map(eitherSide), bidirectional: false };
}

/** What a page says of flows, as its links carry it along. */
export interface LinkedPage {
  readonly set: FilterSet;
  /** Names of quick filters. */
  readonly quick: readonly string[];
  readonly scope?: Scope;
}

function joined(set: FilterSet, { filters, bidirectional = false }: FlowsBehind): FilterSet {
  if (!canJoin(set)) {
    return { filters, match: 'all', bidirectional };
  }
  const sidedPage = activeFilters(set).some(isSided);
  if (sidedPage && (bidirectional || set.bidirectional)) {
    return { ...set, match: 'all', filters: [...set.filters, ...filters.map(eitherSide)] };
  }
  return { match: 'all', bidirectional, filters: [...set.filters, ...filters] };
}

/**
 * The filters of a page with those of a figure. Where the page's are alternatives, no set can say 'one of these, and
 * that': the figure's stand alone. Where the page's look at one end and the figure's at both directions, the figure's
 * look at either end: they find the flows wanted, and few others. So do those of a scope that has two, its namespace
 * and its name, where others look at one end; and beside such a scope those of a figure of one end, whichever it is.
 */
export function narrowed({ set, scope }: Pick<LinkedPage, 'set' | 'scope'>, behind: FlowsBehind): FilterSet {
  if (scope === undefined) {
    return joined(set, behind);
  }
  const either = scopeFilters(scope, 'either');
  const all = joined(set, either.length > 1 && isOfOneEnd(behind) ? onEither(behind) : behind);
  return either.length === 1 || activeFilters(all).some(isSided)
    ? { ...all, filters: [...either, ...all.filters] }
    : { ...all, filters: [...scopeFilters(scope, 'src'), ...all.filters], bidirectional: true };
}

/** Parameters of an address one by one, those with several values once each. */
function linkedParameters(
  values: Readonly<Record<string, string | readonly string[]>>
): ReadonlyArray<readonly [name: string, value: string]> {
  return Object.entries(values).flatMap(([name, all]) => [all].flat().map((value) => [name, value] as const));
}

/** Parameters of the flow table's address for the flows behind a figure. */
export function flowsParameters(
  page: LinkedPage,
  behind: FlowsBehind
): ReadonlyArray<readonly [name: string, value: string]> {
  return linkedParameters({
    ...filtersToUrl(narrowed(page, behind)),
    ...quickToUrl([...new Set([...page.quick, ...(behind.quick ?? [])])]),
  });
}

/**
 * Address of the flow table with the flows behind a figure; time range, data source and refresh go along.
 * @param search the page's address from the question mark on.
 */
export function flowsLink(page: LinkedPage, behind: FlowsBehind, search: string): string {
  const parameters = new URLSearchParams();
  flowsParameters(page, behind).forEach(([name, value]) => parameters.append(name, value));
  if (behind.span !== undefined) {
    parameters.set('from', String(behind.span.fromMs));
    parameters.set('to', String(behind.span.toMs));
    // By which the hour was chosen.
    const timeZone = new URLSearchParams(search).get('timezone');
    if (timeZone !== null) {
      parameters.set('timezone', timeZone);
    }
  }
  return `${PLUGIN_BASE_URL}/flows?${searchWith(parameters.toString(), search)}`;
}

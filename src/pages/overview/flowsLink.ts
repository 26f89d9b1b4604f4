import { PLUGIN_BASE_URL } from '../../constants';
import type { FlowsBehind } from '../../components/panels/types';
import { searchWith } from '../../data/savedViews';
import { activeFilters, filtersToUrl, quickToUrl, type Filter, type FilterSet } from '../../flow';

const isSided = ({ side }: Filter) => side === 'src' || side === 'dst';

/** Whether filters can be joined to a set by 'and'. One filter is met alike by all and by any. */
function canJoin(set: FilterSet): boolean {
  return set.match === 'all' || activeFilters(set).length <= 1;
}

/** A filter on one end as one on either. */
function eitherSide(filter: Filter): Filter {
  return isSided(filter) ? { ...filter, side: 'either' } : filter;
}

/**
 * The filters of a page with those of a figure. Where the page's are alternatives, no set can say 'one of these, and
 * that': the figure's stand alone. Where the page's look at one end and the figure's at both directions, the figure's
 * look at either end: they find the flows wanted, and few others.
 */
export function narrowed(set: FilterSet, { filters, bidirectional = false }: FlowsBehind): FilterSet {
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
 * Address of the flow table with the flows behind a figure; time range, data source and refresh go along.
 * @param search the page's address from the question mark on.
 */
export function flowsLink(set: FilterSet, quick: readonly string[], behind: FlowsBehind, search: string): string {
  const parameters = new URLSearchParams();
  const all = {
    ...filtersToUrl(narrowed(set, behind)),
    ...quickToUrl([...new Set([...quick, ...(behind.quick ?? [])])]),
  };
  for (const [name, values] of Object.entries(all)) {
    [values].flat().forEach((value) => parameters.append(name, value));
  }
  if (behind.span !== undefined) {
    parameters.set('from', String(behind.span.fromMs));
    parameters.set('to', String(behind.span.toMs));
  }
  return `${PLUGIN_BASE_URL}/flows?${searchWith(parameters.toString(), search)}`;
}

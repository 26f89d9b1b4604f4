import { locationUtil, type TimeRange } from '@grafana/data';
import { locationService } from '@grafana/runtime';
import { PLUGIN_BASE_URL } from '../../constants';
import { searchWith } from '../../data/savedViews';
import { GRAFANA_PARAMETERS } from '../../flow';

/** Parameters that make a view: what is shown and how, without when, where from and which flow is open. */
export const VIEW_PARAMETERS = [
  'filter',
  'match',
  'bidirectional',
  'quick',
  'direction',
  'duplicates',
  'limit',
  'top',
  'columns',
  'sort',
  'density',
  'widths',
  'histogram',
] as const;

const FLOWS_URL = `${PLUGIN_BASE_URL}/flows`;

/** Opens a view in the place of the one at hand, as one step of the browser's history. */
export function openView(view: string): void {
  locationService.push(`${FLOWS_URL}?${searchWith(view, locationService.getLocation().search)}`);
}

/**
 * The address of the page at hand with one flow open, for others: its time range is fixed, since a relative one would
 * soon have left the flow behind.
 */
export function linkToFlow(id: string, range: TimeRange): string {
  const parameters = new URLSearchParams(locationService.getLocation().search);
  parameters.set('from', String(range.from.valueOf()));
  parameters.set('to', String(range.to.valueOf()));
  parameters.delete('refresh');
  // Others have a login and a look of their own, but need the same organisation.
  GRAFANA_PARAMETERS.filter((name) => name !== 'orgId').forEach((name) => parameters.delete(name));
  parameters.set('flow', id);
  return `${window.location.origin}${locationUtil.assureBaseUrl(`${FLOWS_URL}?${parameters.toString()}`)}`;
}

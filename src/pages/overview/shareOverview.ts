import { locationService } from '@grafana/runtime';
import { PLUGIN_BASE_URL } from '../../constants';
import { searchWith } from '../../data/savedViews';

/** Parameters that make a view of the overview: what is shown and how, without when and where from. */
export const OVERVIEW_PARAMETERS = ['filter', 'match', 'bidirectional', 'quick', 'scope', 'compare', 'panels'] as const;

/** Opens a view in the place of the one at hand, as one step of the browser's history. */
export function openOverview(view: string): void {
  locationService.push(`${PLUGIN_BASE_URL}/overview?${searchWith(view, locationService.getLocation().search)}`);
}

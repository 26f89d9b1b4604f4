import { locationUtil } from '@grafana/data';
import { PLUGIN_BASE_URL } from '../../constants';

/** Address of the flow table by its search string. */
export function flowsUrl(search: string): string {
  return locationUtil.assureBaseUrl(`${PLUGIN_BASE_URL}/flows${search === '' ? '' : `?${search}`}`);
}

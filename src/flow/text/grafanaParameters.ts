/** Parameters of any address of Grafana's that say where a page is shown: they are kept from one page to the next. */
const PLACE_PARAMETERS = ['orgId', 'kiosk'] as const;

/**
 * Parameters of any address of Grafana's: another organisation, look or login is no part of a view, and whoever is given
 * a view must not get a login with it.
 */
export const GRAFANA_PARAMETERS: readonly string[] = [...PLACE_PARAMETERS, 'theme', 'auth_token', 'forceLogin'];

/** Whether a parameter says where a page is shown. */
export function isPlaceParameter(name: string): boolean {
  return (PLACE_PARAMETERS as readonly string[]).includes(name);
}

import { config } from '@grafana/runtime';

/** Gives the person who is logged in permissions, and a role that stands in for those which Grafana does not tell. */
export function permit(permissions: Readonly<Record<string, boolean>>, orgRole = 'Viewer'): void {
  config.bootData = { user: { permissions, orgRole } } as unknown as typeof config.bootData;
}

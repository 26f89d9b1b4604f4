import { config } from '@grafana/runtime';

const ROLES: readonly string[] = ['Admin', 'Editor'];

/** Whether the person who is logged in is an editor or an administrator, by their role. */
export function isEditor(): boolean {
  const { user } = config.bootData;
  return user.isGrafanaAdmin || ROLES.includes(user.orgRole);
}

/**
 * Whether the person who is logged in has a permission anywhere; Grafana has the last word when they use it.
 * @param permission such as `alert.rules:create`.
 * @param byRole what their role says: without access control Grafana hands over no permissions.
 */
export function mayDo(permission: string, byRole: boolean): boolean {
  const { permissions = {} } = config.bootData.user;
  return permissions[permission] ?? (Object.keys(permissions).length === 0 && byRole);
}

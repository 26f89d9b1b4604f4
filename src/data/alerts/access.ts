import { config } from '@grafana/runtime';

/** What a person may do with alert rules; Grafana has the last word when they do it. */
export interface AlertsAccess {
  /** True where Grafana's alerting is switched off: nobody may do anything then. */
  readonly off?: boolean;
  readonly read: boolean;
  readonly edit: boolean;
  /** Why rules cannot be made, in words; absent where they can. */
  readonly createProblem?: string;
}

const ROLES: readonly string[] = ['Admin', 'Editor'];

/** What the person who is logged in may do with alert rules. */
export function alertsAccess(): AlertsAccess {
  const { user } = config.bootData;
  const mayEdit = user.isGrafanaAdmin || ROLES.includes(user.orgRole);
  // Without access control Grafana hands over no permissions, and goes by roles.
  const has = (permission: string, byRole: boolean) => user.permissions?.[permission] ?? (hasNone(user) && byRole);
  if (!config.unifiedAlertingEnabled) {
    return { off: true, read: false, edit: false, createProblem: 'Grafana’s alerting is switched off.' };
  }
  const mayCreate = has('alert.rules:create', mayEdit) && has('folders:read', mayEdit);
  return {
    read: has('alert.rules:read', true),
    edit: has('alert.rules:write', mayEdit),
    ...(!mayCreate && {
      createProblem:
        'You may not create alert rules. An administrator can give you the role Editor, or the permission.',
    }),
  };
}

function hasNone({ permissions }: { permissions?: Record<string, boolean> }): boolean {
  return permissions === undefined || Object.keys(permissions).length === 0;
}

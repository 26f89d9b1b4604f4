import { config } from '@grafana/runtime';
import { isEditor, mayDo } from '../permissions';

/** What a person may do with alert rules; Grafana has the last word when they do it. */
export interface AlertsAccess {
  /** True where Grafana's alerting is switched off: nobody may do anything then. */
  readonly off?: boolean;
  readonly read: boolean;
  readonly edit: boolean;
  /** Why rules cannot be made, in words; absent where they can. */
  readonly createProblem?: string;
}

/** What the person who is logged in may do with alert rules. */
export function alertsAccess(): AlertsAccess {
  const mayEdit = isEditor();
  if (!config.unifiedAlertingEnabled) {
    return { off: true, read: false, edit: false, createProblem: 'Grafana’s alerting is switched off.' };
  }
  const mayCreate = mayDo('alert.rules:create', mayEdit) && mayDo('folders:read', mayEdit);
  return {
    read: mayDo('alert.rules:read', true),
    edit: mayDo('alert.rules:write', mayEdit),
    ...(!mayCreate && {
      createProblem:
        'You may not create alert rules. An administrator can give you the role Editor, or the permission.',
    }),
  };
}

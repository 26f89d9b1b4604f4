import { isEditor, mayDo } from '../permissions';

/** What a person may do with dashboards; Grafana has the last word when they do it. */
export interface DashboardsAccess {
  readonly create: boolean;
  readonly write: boolean;
  /** Why nothing can be added to any dashboard, in words; absent where it can. */
  readonly problem?: string;
}

/** What the person who is logged in may do with dashboards. */
export function dashboardsAccess(): DashboardsAccess {
  const [create, write] = [mayDo('dashboards:create', isEditor()), mayDo('dashboards:write', isEditor())];
  return {
    create,
    write,
    ...(!create &&
      !write && {
        problem: 'You may not change dashboards. An administrator can give you the role Editor, or the permission.',
      }),
  };
}

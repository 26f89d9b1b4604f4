import type { RawTimeRange } from '@grafana/data';
import { getBackendSrv, locationService } from '@grafana/runtime';
import { lastValueFrom } from 'rxjs';
import { planSource } from '../plan/planSource';
import { fittingRollups } from '../plan/fittingRollups';
import { dashboardPanel, type DashboardPanel } from './dashboardPanel';
import type { PanelSubject } from './panelSubject';

/** A dashboard that panels can be added to. */
export interface FoundDashboard {
  readonly uid: string;
  readonly title: string;
  /** Title of its folder; absent where it is in none. */
  readonly folder?: string;
}

/**
 * Where Grafana's own pages leave panels for the dashboard that is opened next, as Explore does: the dashboard shows
 * them as a change that is not saved. So Grafana itself minds permissions, versions and the format of dashboards.
 */
const HANDED_OVER = 'DASHBOARD_FROM_LS_KEY';
const SCHEMA_VERSION = 41;
const MOST_FOUND = 50;

/**
 * Dashboards that the person may change, by a part of their title.
 * @throws what Grafana says where it refuses.
 */
export async function findDashboards(title: string): Promise<readonly FoundDashboard[]> {
  const { data } = await lastValueFrom(
    getBackendSrv().fetch<unknown>({
      url: '/api/search',
      params: { type: 'dash-db', query: title, permission: 'Edit', limit: MOST_FOUND },
      showErrorAlert: false,
    })
  );
  const found = (Array.isArray(data) ? data : []) as ReadonlyArray<Readonly<Record<string, unknown>>>;
  return found.flatMap(({ uid, title: name, folderTitle }) =>
    typeof uid === 'string' && typeof name === 'string'
      ? [{ uid, title: name, ...(typeof folderTitle === 'string' && { folder: folderTitle }) }]
      : []
  );
}

/**
 * Panels for subjects, planned by what Loki has now.
 * @param uid of the Loki data source.
 * @throws what Grafana or Loki says (see `explainError`).
 */
export async function panelsFor(
  uid: string,
  subjects: readonly PanelSubject[],
  nowMs: number
): Promise<readonly DashboardPanel[]> {
  const span = { fromMs: nowMs - Math.max(...subjects.map(({ windowMs }) => windowMs)), toMs: nowMs };
  const source = fittingRollups(await planSource(uid, span, nowMs), span);
  return subjects.map((subject) => dashboardPanel(subject, { uid, source, nowMs }));
}

const pointInTime = (time: RawTimeRange['from']) => (typeof time === 'string' ? time : time.toISOString());

/**
 * Opens a dashboard with panels added, to be saved there.
 * @param dashboardUid a new dashboard where left out, which takes the time range too.
 * @throws what the browser says where it has no room.
 */
export function openWithPanels(panels: readonly DashboardPanel[], range: RawTimeRange, dashboardUid?: string): void {
  const time = { from: pointInTime(range.from), to: pointInTime(range.to) };
  const dashboard = {
    title: '',
    uid: '',
    schemaVersion: SCHEMA_VERSION,
    panels,
    ...(dashboardUid === undefined && { time }),
  };
  localStorage.setItem(HANDED_OVER, JSON.stringify({ meta: {}, dashboard }));
  locationService.push(dashboardUid === undefined ? '/dashboard/new' : `/d/${encodeURIComponent(dashboardUid)}`);
}

import React from 'react';
import { act, render, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { OrgRole } from '@grafana/data';
import { locationService } from '@grafana/runtime';
import { of, throwError, type Observable } from 'rxjs';
import { dashboardsAccess } from '../../data/dashboards/access';
import { findDashboards, openWithPanels, panelsFor } from '../../data/dashboards/addToDashboard';
import type { PanelSubject } from '../../data/dashboards/panelSubject';
import { forgetLabels } from '../../data/loki';
import { permit } from '../../data/permit.fixture';
import { NO_FILTERS } from '../../flow';
import { testIds } from '../testIds';
import AddToDashboard from './AddToDashboard';

const mockFetch = jest.fn<Observable<unknown>, unknown[]>();
const mockGetResource = jest.fn<Promise<unknown>, unknown[]>();

jest.mock('@grafana/runtime', () => ({
  ...jest.requireActual('@grafana/runtime'),
  getBackendSrv: () => ({ fetch: mockFetch }),
  getDataSourceSrv: () => ({
    get: () =>
      Promise.resolve({ type: 'loki', name: 'Loki', getResource: mockGetResource, query: () => of({ data: [] }) }),
  }),
}));

jest.mock('../../data/dashboards/addToDashboard', () => {
  const actual = jest.requireActual<typeof import('../../data/dashboards/addToDashboard')>(
    '../../data/dashboards/addToDashboard'
  );
  return { ...actual, panelsFor: jest.fn(actual.panelsFor) };
});

const SUBJECT: PanelSubject = {
  title: 'Which namespaces have the most traffic?',
  description: 'Bytes.',
  windowMs: 3_600_000,
  shape: 'table',
  queries: [
    { name: 'Sent', view: { groupBy: ['SrcK8S_Namespace'], measure: 'Bytes', filters: NO_FILTERS }, limit: 40 },
  ],
  flows: [],
};
const KEY = 'DASHBOARD_FROM_LS_KEY';

interface HandedOver {
  readonly dashboard: { readonly time?: unknown; readonly panels: ReadonlyArray<{ readonly title: string }> };
}

const handedOver = () => JSON.parse(localStorage.getItem(KEY) ?? 'null') as HandedOver | null;

function open() {
  const onClose = jest.fn();
  const { unmount } = render(
    <AddToDashboard uid="loki-1" subjects={[SUBJECT]} range={{ from: 'now-1h', to: 'now' }} onClose={onClose} />
  );
  return { onClose, unmount, user: userEvent.setup() };
}

beforeEach(() => {
  forgetLabels();
  jest.mocked(panelsFor).mockClear();
  localStorage.removeItem(KEY);
  locationService.push('/a/netobserv-flows-app/overview');
  mockGetResource.mockReset().mockResolvedValue({ data: ['app', 'SrcK8S_Namespace', 'DstK8S_Namespace'] });
  mockFetch.mockReset().mockReturnValue(of({ data: [] }));
  permit({ 'dashboards:create': true, 'dashboards:write': true });
});

// Grafana's dialogs take their time in jsdom where the machine is busy.
jest.setTimeout(30_000);

describe('adding a panel to a dashboard', () => {
  it('opens a new one with the panel and the page’s time range', async () => {
    const { onClose, user } = open();
    await user.click(screen.getByTestId(testIds.dashboards.open));
    await waitFor(() => expect(onClose).toHaveBeenCalled());
    expect(locationService.getLocation().pathname).toBe('/dashboard/new');
    expect(handedOver()?.dashboard).toMatchObject({
      time: { from: 'now-1h', to: 'now' },
      panels: [{ title: SUBJECT.title, type: 'table' }],
    });
  });

  it('opens nothing for whoever has cancelled meanwhile', async () => {
    let answer: (labels: unknown) => void = () => undefined;
    mockGetResource.mockReturnValue(new Promise((resolve) => (answer = resolve)));
    const { onClose, user, unmount } = open();
    // As the page does when the dialog is to be closed.
    onClose.mockImplementation(unmount);
    await user.click(screen.getByTestId(testIds.dashboards.open));
    await user.click(screen.getByRole('button', { name: 'Cancel' }));
    expect(screen.queryByTestId(testIds.dashboards.dialog)).not.toBeInTheDocument();
    answer({ data: ['app', 'SrcK8S_Namespace', 'DstK8S_Namespace'] });
    await act(async () => {
      expect(await jest.mocked(panelsFor).mock.results[0]?.value).toHaveLength(1);
    });
    expect(locationService.getLocation().pathname).toBe('/a/netobserv-flows-app/overview');
    expect(handedOver()).toBeNull();
    expect(onClose).toHaveBeenCalledTimes(1);
  });

  it('opens one that is there, and leaves its time range alone', () => {
    openWithPanels([{ type: 'table', title: 'x' }], { from: 'now-1h', to: 'now' }, 'abc');
    expect(locationService.getLocation().pathname).toBe('/d/abc');
    expect(handedOver()?.dashboard.time).toBeUndefined();
  });

  it('asks for one before it opens one that is there, of those that the person may change', async () => {
    mockFetch.mockReturnValue(of({ data: [{ uid: 'abc', title: 'Mine', folderTitle: 'Network' }, { uid: 7 }] }));
    const { user } = open();
    await user.click(screen.getByRole('radio', { name: 'Existing dashboard' }));
    expect(screen.getByTestId(testIds.dashboards.open)).toBeDisabled();
    expect(await findDashboards('mi')).toEqual([{ uid: 'abc', title: 'Mine', folder: 'Network' }]);
    expect(mockFetch).toHaveBeenLastCalledWith(
      expect.objectContaining({
        url: '/api/search',
        params: expect.objectContaining({ query: 'mi', permission: 'Edit' }) as unknown,
      })
    );
  });

  it('says why it could not be prepared, and leaves nothing behind', async () => {
    mockGetResource.mockRejectedValue({ status: 502, data: { message: 'connection refused' } });
    const { user, onClose } = open();
    await user.click(screen.getByTestId(testIds.dashboards.open));
    expect(await screen.findByTestId(testIds.dashboards.problem)).toHaveTextContent('Loki cannot be reached');
    expect(handedOver()).toBeNull();
    expect(onClose).not.toHaveBeenCalled();
  });

  it('says why dashboards could not be found', async () => {
    mockFetch.mockReturnValue(throwError(() => ({ status: 403, data: { message: 'Permission denied' } })));
    const { user } = open();
    await user.click(screen.getByRole('radio', { name: 'Existing dashboard' }));
    await user.click(screen.getByTestId(testIds.dashboards.existing));
    expect(await screen.findByTestId(testIds.dashboards.problem)).toHaveTextContent('Permission denied');
  });

  it('offers only what the person may do', () => {
    permit({ 'dashboards:write': true, 'dashboards:create': false });
    open();
    expect(screen.queryByRole('radio')).not.toBeInTheDocument();
    expect(screen.getByTestId(testIds.dashboards.existing)).toBeInTheDocument();
  });

  it.each([
    [OrgRole.Viewer, {}, true],
    [OrgRole.Editor, {}, false],
    [OrgRole.Viewer, { 'dashboards:create': true }, false],
    [OrgRole.Editor, { 'folders:read': true }, true],
  ] as const)('is refused in words to whom Grafana would refuse it: %s with %j', (orgRole, permissions, refused) => {
    permit(permissions, orgRole);
    expect(dashboardsAccess().problem !== undefined).toBe(refused);
  });
});

import { act, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { config } from '@grafana/runtime';
import { sceneGraph } from '@grafana/scenes';
import { NEVER, of, throwError, type Observable } from 'rxjs';
import { testIds } from '../../components/testIds';
import { permit } from '../../data/permit.fixture';
import { openView } from '../openView.fixture';
import { AlertsView } from './AlertsView';

const mockFetch = jest.fn<Observable<unknown>, unknown[]>();

jest.mock('@grafana/runtime', () => ({
  ...jest.requireActual('@grafana/runtime'),
  getBackendSrv: () => ({ fetch: mockFetch }),
}));

const rule = (name: string, more: object = {}) => ({
  uid: name,
  name,
  state: 'inactive',
  health: 'ok',
  labels: { app: 'netobserv-flows', severity: 'warning' },
  annotations: { runbook: `What to do about ${name}` },
  lastEvaluation: new Date().toISOString(),
  ...more,
});
const answer = (...rules: object[]) =>
  of({ data: { data: { groups: [{ name: 'Traffic', file: 'Network Observability', interval: 60, rules }] } } });

const open = () => openView(new AlertsView([]), { page: 'alerts', search: '', from: 'now-1h' }).view;

const READ = { 'alert.rules:read': true };
const cards = () => screen.queryAllByTestId(testIds.alerts.rule);

beforeEach(() => {
  config.unifiedAlertingEnabled = true;
  permit({ ...READ, 'alert.rules:write': true });
  mockFetch.mockReset().mockReturnValue(answer(rule('Telnet'), rule('Scan', { provenance: 'file' })));
});

describe('the Alerts page', () => {
  it('waits, then lists the rules; those of files cannot be edited', async () => {
    mockFetch.mockReturnValueOnce(NEVER);
    const view = open();
    expect(screen.getByTestId(testIds.alerts.loading)).toBeInTheDocument();
    act(() => view.retry());
    await waitFor(() => expect(cards()).toHaveLength(2));
    expect(screen.getAllByRole('link', { name: /^Edit/ })).toHaveLength(1);
    expect(screen.getByRole('link', { name: 'View the rule Scan' })).toHaveAttribute(
      'href',
      '/alerting/grafana/Scan/view'
    );
  });

  it.each([
    ['firing', 'ok', 'Alerting'],
    ['pending', 'ok', 'Pending'],
    ['recovering', 'ok', 'Recovering'],
    ['inactive', 'nodata', 'NoData'],
    ['inactive', 'error', 'Error'],
  ])('lists the alerts that it counts, whatever the state (%s, %s)', async (state, health, alertState) => {
    const labels = { alertname: 'Telnet', SrcK8S_OwnerName: 'web' };
    mockFetch.mockReturnValue(answer(rule('Telnet', { state, health, alerts: [{ state: alertState, labels }] })));
    open();
    await waitFor(() => expect(cards()).toHaveLength(1));
    expect(cards()[0]).toHaveTextContent('1 alert');
    expect(within(cards()[0]!).getByTestId(testIds.alerts.alert)).toHaveTextContent('SrcK8S_OwnerName=web');
  });

  it('offers no edit to whoever may not', async () => {
    permit(READ);
    open();
    await waitFor(() => expect(cards()).toHaveLength(2));
    expect(screen.queryByRole('link', { name: /^Edit/ })).toBeNull();
  });

  it('asks again at each refresh, and keeps what it had where that fails', async () => {
    const view = open();
    await waitFor(() => expect(cards()).toHaveLength(2));
    mockFetch.mockReturnValue(throwError(() => ({ status: 502, data: { message: 'bad gateway' } })));
    act(() => sceneGraph.getTimeRange(view).onRefresh());
    expect(await screen.findByTestId(testIds.alerts.error)).toHaveTextContent('bad gateway');
    expect(cards()).toHaveLength(2);
    mockFetch.mockReturnValue(answer());
    await userEvent.click(within(screen.getByTestId(testIds.alerts.error)).getByRole('button', { name: 'Try again' }));
    expect(await screen.findByTestId(testIds.alerts.empty)).toBeInTheDocument();
    expect(screen.queryByTestId(testIds.alerts.error)).toBeNull();
  });

  it('says what to do about a rule when asked', async () => {
    open();
    await waitFor(() => expect(cards()).toHaveLength(2));
    const button = screen.getByRole('button', { name: 'What Telnet means, and what to do' });
    expect(button).toHaveAttribute('aria-expanded', 'false');
    await userEvent.click(button);
    expect(screen.getByTestId(testIds.alerts.details)).toHaveTextContent('What to do about Telnet');
  });

  it('asks nothing for whoever may not see rules, and says whom to ask', async () => {
    permit({ 'alert.rules:write': true });
    open();
    expect(await screen.findByTestId(testIds.alerts.error)).toHaveTextContent('alert.rules:read');
    expect(mockFetch).not.toHaveBeenCalled();
  });

  it('says that alerting is off', async () => {
    config.unifiedAlertingEnabled = false;
    open();
    expect(await screen.findByTestId(testIds.alerts.error)).toHaveTextContent('switched off');
  });

  it('has its filter in the address', () => {
    const view = new AlertsView([]);
    view.updateFromUrl({ state: 'firing', search: 'shop' });
    expect(view.getUrlState()).toEqual({ state: 'firing', search: 'shop' });
    view.updateFromUrl({ state: 'made up', search: null });
    expect(view.getUrlState()).toEqual({ state: undefined, search: undefined });
  });
});

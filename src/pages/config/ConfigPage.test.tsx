import React from 'react';
import { act, render, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import type { AppPluginMeta, GrafanaPlugin } from '@grafana/data';
import { of, throwError } from 'rxjs';
import { serveFrom } from '../../components/subPath.fixture';
import { testIds } from '../../components/testIds';
import type { AppSettings } from '../../data/appSettings';
import { testConnection } from '../../data/connectionTest';
import ConfigPage from './ConfigPage';

const mockFetch = jest.fn();

beforeEach(() => mockFetch.mockReset());
afterEach(() => serveFrom(''));

jest.mock('@grafana/runtime', () => ({
  ...jest.requireActual('@grafana/runtime'),
  getBackendSrv: () => ({ fetch: mockFetch }),
  getDataSourceSrv: () => ({ getList: () => [{ uid: 'first-loki' }, { uid: 'default-loki', isDefault: true }] }),
  DataSourcePicker: ({ onChange, current }: { onChange(settings: { uid: string }): void; current: string }) => (
    <button type="button" onClick={() => onChange({ uid: 'other-loki' })}>
      {`Data source ${current}`}
    </button>
  ),
}));
jest.mock('../../data/connectionTest');
jest.mock('./ExportersSection', () => ({ ExportersSection: () => null }));

const META = {
  id: 'netobserv-flows-app',
  pinned: true,
  jsonData: { lokiUid: 'netobserv-loki', defaultLimit: 100 },
} as unknown as AppPluginMeta<AppSettings>;

function show(jsonData: Record<string, unknown> = META.jsonData as Record<string, unknown>) {
  const plugin = { meta: { ...META, jsonData } } as unknown as GrafanaPlugin<AppPluginMeta<AppSettings>>;
  render(<ConfigPage plugin={plugin} query={{}} />);
  return userEvent.setup();
}

/** Grafana's settings: those of `META` until others are posted. */
function grafana() {
  const posted: Array<Record<string, unknown>> = [];
  mockFetch.mockImplementation(({ method, data }: { method: string; data?: { jsonData: Record<string, unknown> } }) => {
    if (method === 'POST') {
      posted.push(JSON.parse(JSON.stringify(data?.jsonData)) as Record<string, unknown>);
      // What the page does next, a reload, jsdom cannot.
      return throwError(() => ({ status: 500, data: { message: 'stop here' } }));
    }
    return of({ data: { pinned: true, jsonData: META.jsonData } });
  });
  return posted;
}

// A whole form takes its time in jsdom where the machine is busy.
jest.setTimeout(30_000);

describe('the configuration page', () => {
  it('saves what was chosen, and keeps the rest', async () => {
    mockFetch
      .mockReturnValueOnce(of({ data: { pinned: true, jsonData: { ...META.jsonData, other: 1 } } }))
      .mockReturnValue(throwError(() => ({ status: 403, data: { message: 'Permission denied' } })));
    const user = show();
    await user.click(screen.getByRole('button', { name: 'Data source netobserv-loki' }));
    await user.click(screen.getByTestId(testIds.config.save));
    expect(await screen.findByRole('alert')).toHaveTextContent('Permission denied');
    expect(mockFetch).toHaveBeenCalledWith(
      expect.objectContaining({
        url: '/api/plugins/netobserv-flows-app/settings',
        method: 'POST',
        data: { enabled: true, pinned: true, jsonData: { lokiUid: 'other-loki', defaultLimit: 100, other: 1 } },
      })
    );
  });

  it('takes a list of quick filters, each checked as it is typed', async () => {
    const posted = grafana();
    const user = show();
    await user.click(screen.getByTestId(testIds.settings.addQuickFilter));
    await user.click(screen.getByTestId(testIds.settings.addQuickFilter));
    const [first, second] = screen.getAllByTestId(testIds.settings.quickFilter) as [HTMLElement, HTMLElement];
    expect(screen.getByTestId(testIds.config.save)).toBeDisabled();
    await user.type(within(first).getByRole('textbox', { name: 'Name' }), 'Web');
    await user.type(within(first).getByRole('textbox', { name: 'Filter' }), 'port:70000');
    expect(first).toHaveTextContent('70000');
    await user.clear(within(first).getByRole('textbox', { name: 'Filter' }));
    await user.type(within(first).getByRole('textbox', { name: 'Filter' }), 'port:https');
    await user.type(within(second).getByRole('textbox', { name: 'Name' }), 'DNS');
    await user.type(within(second).getByRole('textbox', { name: 'Filter' }), 'port:dns');
    await user.click(within(second).getByRole('radio', { name: 'Match any' }));
    await user.click(screen.getByRole('button', { name: 'Move quick filter 2 up' }));
    await user.click(screen.getByTestId(testIds.config.save));
    await waitFor(() => expect(posted).toHaveLength(1));
    expect(posted[0]?.quickFilters).toEqual([
      { name: 'DNS', filter: 'port:dns', match: 'any' },
      { name: 'Web', filter: 'port:https', match: 'all' },
    ]);
  });

  it('says what the default view means, and saves it with the cap', async () => {
    const posted = grafana();
    const user = show();
    const view = screen.getByTestId(testIds.settings.defaultView);
    await user.click(view);
    await user.paste('https://g.example/a/netobserv-flows-app/flows?filter=port%3Dhttps&columns=Bytes,Nope&var-ds=x');
    const form = screen.getByTestId(testIds.config.form);
    expect(form).toHaveTextContent('Filtersport=https');
    expect(form).toHaveTextContent('Nope: there is no such column.');
    await user.type(screen.getByTestId(testIds.settings.exportCap), '10');
    expect(form).toHaveTextContent('10 is no whole number from 1,000 to 1,000,000.');
    expect(screen.getByTestId(testIds.config.save)).toBeDisabled();
    await user.type(screen.getByTestId(testIds.settings.exportCap), '000');
    await user.click(screen.getByTestId(testIds.config.save));
    await waitFor(() => expect(posted).toHaveLength(1));
    expect(posted[0]).toMatchObject({ exportCap: 10_000, defaultView: 'filter=port%3Dhttps&columns=Bytes%2CNope' });
  });

  it('shows what is damaged, and stays usable', async () => {
    const posted = grafana();
    const user = show({
      lokiUid: 'netobserv-loki',
      exportCap: 'many',
      quickFilters: { odd: 1 },
      savedViews: [{ name: 'Ours', search: 'x=1' }, 7],
    });
    const problems = screen.getByTestId(testIds.settings.problems);
    expect(problems).toHaveTextContent('exportCap: "many"');
    expect(problems).toHaveTextContent('savedViews[1]');
    expect(problems).toHaveTextContent('quickFilters');
    await user.click(screen.getByRole('button', { name: 'Delete view Ours' }));
    await user.click(screen.getByTestId(testIds.config.save));
    await waitFor(() => expect(posted).toHaveLength(1));
    expect(posted[0]).toEqual({ lokiUid: 'netobserv-loki', defaultLimit: 100 });
  });

  it('leads to the flow table below Grafana’s sub path too', () => {
    serveFrom('/grafana');
    show();
    expect(screen.getByRole('link', { name: 'Open flow table' })).toHaveAttribute(
      'href',
      '/grafana/a/netobserv-flows-app/flows'
    );
  });

  it('shows what the test found of the data source chosen, and of no other', async () => {
    const answers = new Map<string | undefined, () => void>();
    jest
      .mocked(testConnection)
      .mockImplementation(
        (uid) =>
          new Promise((resolve) =>
            answers.set(uid, () => resolve([{ step: 'dataSource', state: 'ok', message: `“${uid}” answers.` }]))
          )
      );
    const user = show();
    await user.click(screen.getByTestId(testIds.config.test));
    expect(screen.getByTestId(testIds.config.test)).toBeDisabled();
    await user.click(screen.getByRole('button', { name: 'Data source netobserv-loki' }));
    expect(screen.getByTestId(testIds.config.test)).toBeEnabled();
    await act(async () => Promise.resolve(answers.get('netobserv-loki')?.()));
    expect(screen.queryByTestId(testIds.config.results)).not.toBeInTheDocument();
    await user.click(screen.getByTestId(testIds.config.test));
    await act(async () => Promise.resolve(answers.get('other-loki')?.()));
    expect(await screen.findByTestId(testIds.config.results)).toHaveTextContent('“other-loki” answers.');
  });

  it('tests the data source chosen, and says what is missing and what to do', async () => {
    mockFetch.mockReturnValue(of({}));
    jest.mocked(testConnection).mockResolvedValue([
      { step: 'dataSource', state: 'ok', message: 'The data source “Loki” answers.' },
      { step: 'labels', state: 'missing', message: 'No stream has the label.', remedy: 'Check the collector.' },
      { step: 'flows', state: 'odd', message: 'The newest flow ended in the future.' },
    ]);
    const user = show();
    await user.click(screen.getByTestId(testIds.config.test));
    const results = await screen.findByTestId(testIds.config.results);
    await waitFor(() => expect(testConnection).toHaveBeenCalledWith('netobserv-loki'));
    expect(results).toHaveTextContent('Data source: there');
    expect(results).toHaveTextContent('Labels of flows: missingNo stream has the label.Check the collector.');
    expect(results).toHaveTextContent('Recent flows: not right');

    await user.click(screen.getByRole('button', { name: 'Data source netobserv-loki' }));
    expect(screen.queryByTestId(testIds.config.results)).not.toBeInTheDocument();
  });

  it('shows and tests the data source that pages start with where none was chosen, and saves none', async () => {
    const posted = grafana();
    jest.mocked(testConnection).mockResolvedValue([]);
    const user = show({ exportCap: 5000 });
    expect(screen.getByRole('button', { name: 'Data source default-loki' })).toBeInTheDocument();
    await user.click(screen.getByTestId(testIds.config.test));
    await waitFor(() => expect(testConnection).toHaveBeenLastCalledWith('default-loki'));
    await user.clear(screen.getByTestId(testIds.settings.exportCap));
    await user.click(screen.getByTestId(testIds.config.save));
    await waitFor(() => expect(posted).toHaveLength(1));
    // As Grafana has it.
    expect(posted[0]).toEqual(META.jsonData);
  });
});

import React from 'react';
import { render, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import type { AppPluginMeta, GrafanaPlugin } from '@grafana/data';
import { of, throwError } from 'rxjs';
import { testIds } from '../../components/testIds';
import type { AppSettings } from '../../data/appSettings';
import { testConnection } from '../../data/connectionTest';
import ConfigPage from './ConfigPage';

const mockFetch = jest.fn();

jest.mock('@grafana/runtime', () => ({
  ...jest.requireActual('@grafana/runtime'),
  getBackendSrv: () => ({ fetch: mockFetch }),
  DataSourcePicker: ({ onChange, current }: { onChange(settings: { uid: string }): void; current: string }) => (
    <button type="button" onClick={() => onChange({ uid: 'other-loki' })}>
      {`Data source ${current}`}
    </button>
  ),
}));
jest.mock('../../data/connectionTest');

const META = {
  id: 'netobserv-flows-app',
  pinned: true,
  jsonData: { lokiUid: 'netobserv-loki', defaultLimit: 100 },
} as unknown as AppPluginMeta<AppSettings>;

function show() {
  const plugin = { meta: META } as unknown as GrafanaPlugin<AppPluginMeta<AppSettings>>;
  render(<ConfigPage plugin={plugin} query={{}} />);
  return userEvent.setup();
}

describe('the configuration page', () => {
  it('saves what was chosen, and keeps the rest', async () => {
    mockFetch.mockReturnValue(throwError(() => ({ status: 403, data: { message: 'Permission denied' } })));
    const user = show();
    await user.click(screen.getByRole('button', { name: 'Data source netobserv-loki' }));
    await user.click(screen.getByTestId(testIds.config.save));
    expect(mockFetch).toHaveBeenCalledWith(
      expect.objectContaining({
        url: '/api/plugins/netobserv-flows-app/settings',
        method: 'POST',
        data: { enabled: true, pinned: true, jsonData: { lokiUid: 'other-loki', defaultLimit: 100 } },
      })
    );
    expect(await screen.findByRole('alert')).toHaveTextContent('Permission denied');
  });

  it('tests the data source chosen, and says what is missing and what to do', async () => {
    mockFetch.mockReturnValue(of({}));
    jest.mocked(testConnection).mockResolvedValue([
      { step: 'dataSource', state: 'ok', message: 'The data source “Loki” answers.' },
      { step: 'labels', state: 'missing', message: 'No stream has the label.', remedy: 'Check the collector.' },
      { step: 'flows', state: 'unknown', message: 'Recent flows were not looked for.' },
    ]);
    const user = show();
    await user.click(screen.getByTestId(testIds.config.test));
    const results = await screen.findByTestId(testIds.config.results);
    await waitFor(() => expect(testConnection).toHaveBeenCalledWith('netobserv-loki'));
    expect(results).toHaveTextContent('Data source: there');
    expect(results).toHaveTextContent('Labels of flows: missingNo stream has the label.Check the collector.');
    expect(results).toHaveTextContent('Recent flows: not tested');

    await user.click(screen.getByRole('button', { name: 'Data source netobserv-loki' }));
    expect(screen.queryByTestId(testIds.config.results)).not.toBeInTheDocument();
  });
});

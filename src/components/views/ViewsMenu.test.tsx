import React from 'react';
import { render, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { config } from '@grafana/runtime';
import { of, throwError } from 'rxjs';
import { readAppSettings, setAppSettings } from '../../data/appSettings';
import { testIds } from '../testIds';
import { ViewsMenu, type ViewsMenuProps } from './ViewsMenu';

const mockFetch = jest.fn();
const mockAccount = new Map<string, string>();
const mockGetItem = jest.fn((key: string) => Promise.resolve(mockAccount.get(key) ?? null));
const mockSetItem = jest.fn((key: string, value: string) => {
  mockAccount.set(key, value);
  return Promise.resolve();
});

jest.mock('@grafana/runtime', () => ({
  ...jest.requireActual('@grafana/runtime'),
  getBackendSrv: () => ({ fetch: mockFetch }),
  usePluginUserStorage: () => ({ getItem: mockGetItem, setItem: mockSetItem }),
}));

/** Settings as Grafana keeps them; the last ones posted. */
function grafana(jsonData: Record<string, unknown>) {
  let stored = jsonData;
  setAppSettings(jsonData);
  mockFetch.mockImplementation(({ method, data }: { method: string; data?: { jsonData: Record<string, unknown> } }) => {
    stored = data?.jsonData ?? stored;
    return of({ data: method === 'GET' ? { pinned: true, jsonData: stored } : {} });
  });
  return { stored: () => JSON.parse(JSON.stringify(stored)) as Record<string, unknown> };
}

const SEARCH = '?from=now-1h&to=now&var-ds=loki&limit=500&filter=port%3Dhttps&flow=1';

async function open(props: Partial<ViewsMenuProps> = {}) {
  const onApply = jest.fn();
  const user = userEvent.setup();
  render(<ViewsMenu page="flows" search={SEARCH} canAdmin={false} onApply={onApply} {...props} />);
  await user.click(screen.getByTestId(testIds.views.button));
  await screen.findByTestId(testIds.views.mine);
  return { user, onApply };
}

const mine = () => screen.getByTestId(testIds.views.mine);
const org = () => screen.getByTestId(testIds.views.org);

function stored(): unknown {
  return (JSON.parse(mockAccount.get('savedViews') ?? '{}') as { views?: unknown }).views;
}

function keep(...views: Array<{ name: string; search: string }>) {
  mockAccount.set('savedViews', JSON.stringify({ at: 1, views }));
}

beforeEach(() => {
  mockAccount.clear();
  mockFetch.mockReset();
  mockGetItem.mockClear();
  mockSetItem.mockClear();
  grafana({});
});

// Opening Grafana's toggletip takes its time in jsdom where the machine is busy.
jest.setTimeout(30_000);

describe('the menu of views', () => {
  it('asks for nothing before it is opened', () => {
    render(<ViewsMenu page="flows" search={SEARCH} canAdmin={false} onApply={jest.fn()} />);
    expect(mockGetItem).not.toHaveBeenCalled();
  });

  it('applies a view with the time range and data source of the page, and closes', async () => {
    keep({ name: 'Web', search: 'columns=Bytes' });
    const { user, onApply } = await open();
    await user.click(within(mine()).getByRole('button', { name: 'Web' }));
    expect(onApply).toHaveBeenCalledWith('from=now-1h&to=now&var-ds=loki&columns=Bytes');
    expect(screen.queryByTestId(testIds.views.menu)).not.toBeInTheDocument();
  });

  it('marks the view that is shown', async () => {
    keep({ name: 'This', search: 'filter=port%3Dhttps&limit=500' }, { name: 'Other', search: 'columns=Bytes' });
    await open();
    expect(screen.getByRole('button', { name: 'This' })).toHaveAttribute('aria-current', 'true');
    expect(screen.getByRole('button', { name: 'Other' })).not.toHaveAttribute('aria-current');
  });

  it('saves the view shown, without time range unless asked to', async () => {
    const { user } = await open();
    await user.click(screen.getByTestId(testIds.views.save));
    await user.type(screen.getByTestId(testIds.views.name), 'Secure web');
    await user.click(screen.getByRole('button', { name: 'Save' }));
    expect(await within(mine()).findByRole('button', { name: 'Secure web' })).toBeInTheDocument();
    expect(stored()).toEqual([{ name: 'Secure web', search: 'limit=500&filter=port%3Dhttps' }]);

    await user.click(screen.getByTestId(testIds.views.save));
    await user.type(screen.getByTestId(testIds.views.name), 'Secure web');
    await user.click(screen.getByRole('checkbox', { name: 'Keep the time range' }));
    await user.click(screen.getByRole('button', { name: 'Overwrite' }));
    await waitFor(() =>
      expect(stored()).toEqual([{ name: 'Secure web', search: 'from=now-1h&to=now&limit=500&filter=port%3Dhttps' }])
    );
  });

  it('says in place that a view needs a name', async () => {
    const { user } = await open();
    await user.click(screen.getByTestId(testIds.views.save));
    await user.click(screen.getByRole('button', { name: 'Save' }));
    expect(screen.getByText('A view needs a name.')).toBeInTheDocument();
    expect(mockSetItem).not.toHaveBeenCalled();
  });

  it('overwrites and deletes only after a second click', async () => {
    keep({ name: 'Web', search: 'columns=Bytes' });
    const { user } = await open();
    await user.click(screen.getByRole('button', { name: 'Overwrite Web' }));
    expect(screen.getByRole('button', { name: 'Keep' })).toHaveFocus();
    await user.click(screen.getByRole('button', { name: 'Overwrite' }));
    await waitFor(() => expect(stored()).toEqual([{ name: 'Web', search: 'limit=500&filter=port%3Dhttps' }]));

    await user.click(await screen.findByRole('button', { name: 'Delete Web' }));
    await user.click(screen.getByRole('button', { name: 'Delete' }));
    await waitFor(() => expect(stored()).toEqual([]));
    expect(await screen.findByText('None yet')).toBeInTheDocument();
  });

  it('lets people use, but not change, the views of everyone', async () => {
    grafana({ savedViews: [{ name: 'Ours', search: 'columns=Bytes' }] });
    const { user, onApply } = await open();
    expect(screen.queryByRole('button', { name: 'Delete Ours' })).not.toBeInTheDocument();
    expect(screen.queryByRole('button', { name: 'Make default' })).not.toBeInTheDocument();
    await user.click(screen.getByTestId(testIds.views.save));
    expect(screen.queryByRole('radio', { name: 'For everyone' })).not.toBeInTheDocument();
    await user.click(within(org()).getByRole('button', { name: 'Ours' }));
    expect(onApply).toHaveBeenCalledTimes(1);
  });

  it('lets administrators save for everyone, over what others have saved meanwhile', async () => {
    const { stored: settings } = grafana({ lokiUid: 'loki', savedViews: [{ name: 'Theirs', search: 'x=1' }] });
    setAppSettings({ lokiUid: 'loki' });
    const { user } = await open({ canAdmin: true });
    await user.click(screen.getByTestId(testIds.views.save));
    await user.type(screen.getByTestId(testIds.views.name), 'Ours');
    await user.click(screen.getByRole('radio', { name: 'For everyone' }));
    await user.click(screen.getByRole('button', { name: 'Save' }));
    expect(await within(org()).findByRole('button', { name: 'Ours' })).toBeInTheDocument();
    expect(settings()).toEqual({
      lokiUid: 'loki',
      savedViews: [
        { name: 'Theirs', search: 'x=1' },
        { name: 'Ours', search: 'limit=500&filter=port%3Dhttps' },
      ],
    });
  });

  it('makes the view shown the default, and clears it', async () => {
    const { stored: settings } = grafana({});
    const { user } = await open({ canAdmin: true });
    await user.click(screen.getByRole('button', { name: 'Make default' }));
    const clear = await screen.findByRole('button', { name: 'Clear default' });
    expect(settings()).toEqual({ defaultView: 'limit=500&filter=port%3Dhttps' });
    await user.click(clear);
    await waitFor(() => expect(readAppSettings(settings())).toEqual(readAppSettings({})));
  });

  it('restores the default', async () => {
    grafana({ defaultView: 'columns=Bytes' });
    const { user, onApply } = await open();
    await user.click(screen.getByTestId(testIds.views.restore));
    expect(onApply).toHaveBeenCalledWith('from=now-1h&to=now&var-ds=loki&columns=Bytes');
  });

  it('says why it was not saved', async () => {
    mockFetch.mockReturnValue(throwError(() => ({ status: 403, data: { message: 'Permission denied' } })));
    const { user } = await open({ canAdmin: true });
    await user.click(screen.getByRole('button', { name: 'Make default' }));
    await waitFor(() => expect(screen.getByTestId(testIds.views.notice)).toHaveTextContent('Permission denied'));
  });

  it('says that views are kept in this browser only', async () => {
    config.bootData.user = { ...config.bootData.user, uid: 'me' };
    const { user } = await open();
    mockSetItem.mockImplementationOnce((name, value) => {
      // What Grafana's own storage does where it cannot reach the account.
      localStorage.setItem(`netobserv-flows-app:me:${name}`, value);
      return Promise.resolve();
    });
    await user.click(screen.getByTestId(testIds.views.save));
    await user.type(screen.getByTestId(testIds.views.name), 'Mine');
    await user.click(screen.getByRole('button', { name: 'Save' }));
    await waitFor(() => expect(screen.getByTestId(testIds.views.notice)).toHaveTextContent('in this browser only'));
    localStorage.clear();
  });

  it('copies the address of a view, and of what is shown', async () => {
    // Grafana uses the clipboard's API only where browsers allow it.
    Object.defineProperty(window, 'isSecureContext', { value: true, configurable: true });
    keep({ name: 'Web', search: 'columns=Bytes' });
    const { user } = await open();
    await user.click(screen.getByRole('button', { name: 'Copy link to Web' }));
    expect(await navigator.clipboard.readText()).toBe(`${window.location.origin}/?columns=Bytes`);
    await user.click(screen.getByRole('button', { name: 'Copy link' }));
    expect(await navigator.clipboard.readText()).toBe(`${window.location.origin}/${SEARCH}`);
  });
});

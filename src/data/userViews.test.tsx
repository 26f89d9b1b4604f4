import React, { type PropsWithChildren } from 'react';
import { renderHook } from '@testing-library/react';
import { PluginContextProvider, type AppPluginMeta } from '@grafana/data';
import { config, setBackendSrv, usePluginUserStorage } from '@grafana/runtime';
import { of, throwError } from 'rxjs';
import { changeUserViews, loadUserViews } from './userViews';
import { withView } from './savedViews';

/** A user storage API with the account's data; Grafana's own client in front of it is the real one. */
function grafana(uid: string, { signedIn = true } = {}) {
  let spec: { data: Record<string, string> } | undefined;
  let failing = false;
  config.bootData.user = { ...config.bootData.user, uid, id: 7, isSignedIn: signedIn };
  const fetch = jest.fn(({ method, data }: { method: string; data?: { spec: { data: Record<string, string> } } }) => {
    if (failing) {
      return throwError(() => ({ status: 500 }));
    }
    if (method === 'GET') {
      return spec === undefined ? throwError(() => ({ status: 404 })) : of({ data: { spec } });
    }
    spec = { data: { ...spec?.data, ...data?.spec.data } };
    return of({ data: {} });
  });
  setBackendSrv({ fetch } as never);
  const meta = { id: 'netobserv-flows-app' } as AppPluginMeta;
  const wrapper = ({ children }: PropsWithChildren) => (
    <PluginContextProvider meta={meta}>{children}</PluginContextProvider>
  );
  const { result } = renderHook(() => usePluginUserStorage(), { wrapper });
  return {
    storage: result.current,
    fetch,
    fail: (now: boolean) => {
      failing = now;
    },
    account: () => spec?.data.savedViews,
    put: (text: string) => {
      spec = { data: { savedViews: text } };
    },
  };
}

const add = (name: string) => (views: Parameters<typeof withView>[0]) => withView(views, { name, search: 'x=1' });
const names = async (storage: Parameters<typeof loadUserViews>[0]) =>
  (await loadUserViews(storage)).views.map(({ name }) => name);

beforeEach(() => localStorage.clear());

describe('a person’s own views', () => {
  it('are none at first', async () => {
    const { storage } = grafana('new');
    expect(await loadUserViews(storage)).toEqual({ views: [], problems: [], place: 'account' });
  });

  it('are kept with the account', async () => {
    const { storage, account } = grafana('kept');
    expect(await changeUserViews(storage, add('one'))).toMatchObject({ place: 'account', views: [{ name: 'one' }] });
    expect(await changeUserViews(storage, add('two'))).toMatchObject({ place: 'account' });
    expect(await names(storage)).toEqual(['one', 'two']);
    expect(account()).toContain('"name":"two"');
    expect(localStorage).toHaveLength(0);
  });

  it('are kept in the browser, and said to be, where nobody is signed in', async () => {
    const { storage, fetch } = grafana('', { signedIn: false });
    expect(await changeUserViews(storage, add('one'))).toMatchObject({ place: 'browser' });
    expect(await loadUserViews(storage)).toMatchObject({ place: 'browser', views: [{ name: 'one' }] });
    expect(fetch).not.toHaveBeenCalled();
  });

  it('are kept in the browser where the account cannot be reached, and go back to it', async () => {
    jest.spyOn(Date, 'now').mockReturnValueOnce(1).mockReturnValueOnce(2).mockReturnValueOnce(3);
    const { storage, fail, account } = grafana('flaky');
    await changeUserViews(storage, add('one'));
    fail(true);
    expect(await changeUserViews(storage, add('two'))).toMatchObject({ place: 'browser' });
    // Grafana's client answers with what the account has: the copy in the browser is later.
    expect(await loadUserViews(storage)).toMatchObject({ place: 'browser', views: [{ name: 'one' }, { name: 'two' }] });
    fail(false);
    expect(await changeUserViews(storage, add('three'))).toMatchObject({ place: 'account' });
    expect(account()).toMatch(/one.*two.*three/);
    expect(localStorage).toHaveLength(0);
  });

  it('leave the copies of others in the same browser alone', async () => {
    localStorage.setItem('netobserv-flows-app:someone:savedViews', 'theirs');
    const { storage } = grafana('me');
    await changeUserViews(storage, add('one'));
    expect(localStorage.getItem('netobserv-flows-app:someone:savedViews')).toBe('theirs');
  });

  it.each(['{', 'null', '7', '{"at":1,"views":7}'])('tells that %j is damaged, and goes on', async (text) => {
    const { storage, put } = grafana(`damaged ${text}`);
    put(text);
    const { views, problems } = await loadUserViews(storage);
    expect(views).toEqual([]);
    expect(problems).toHaveLength(1);
    expect(await changeUserViews(storage, add('one'))).toMatchObject({ views: [{ name: 'one' }] });
  });

  it('are not changed where the change is refused', async () => {
    const { storage, account } = grafana('refused');
    expect(await changeUserViews(storage, add(''))).toHaveProperty('problem');
    expect(account()).toBeUndefined();
  });
});

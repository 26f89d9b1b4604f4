import { of, throwError } from 'rxjs';
import { appSettings, readAppSettings } from './appSettings';
import { changeSettings, mayChangeSettings } from './saveSettings';

const mockFetch = jest.fn();
const mockUser: Record<string, unknown> = {};

jest.mock('@grafana/runtime', () => ({
  ...jest.requireActual('@grafana/runtime'),
  config: {
    bootData: {
      get user() {
        return mockUser;
      },
    },
  },
  getBackendSrv: () => ({ fetch: mockFetch }),
}));

const URL_ = '/api/plugins/netobserv-flows-app/settings';
const STORED = { enabled: true, pinned: false, jsonData: { lokiUid: 'loki', exportCap: 5000, other: 1 } };

beforeEach(() => mockFetch.mockReset());

describe('changing settings', () => {
  it('changes what Grafana has now, and leaves the rest as it is', async () => {
    mockFetch.mockReturnValue(of({ data: STORED }));
    const settings = await changeSettings(({ exportCap }) => ({ exportCap: (exportCap ?? 0) * 2, lokiUid: undefined }));
    expect(mockFetch.mock.calls.map(([{ method, url }]) => [method, url])).toEqual([
      ['GET', URL_],
      ['POST', URL_],
    ]);
    const { data } = mockFetch.mock.calls[1][0];
    expect(JSON.parse(JSON.stringify(data))).toEqual({
      enabled: true,
      pinned: false,
      jsonData: { exportCap: 10_000, other: 1 },
    });
    expect(settings.exportCap).toBe(10_000);
    expect(appSettings().exportCap).toBe(10_000);
  });

  it('takes away the last one too, though Grafana keeps what it had where it gets nothing', async () => {
    mockFetch.mockReturnValue(of({ data: { ...STORED, jsonData: { savedViews: [{ name: 'Ours', search: 'x=1' }] } } }));
    const settings = await changeSettings(() => ({ savedViews: undefined }));
    const { jsonData } = JSON.parse(JSON.stringify(mockFetch.mock.calls[1][0].data)) as { jsonData: object };
    expect(Object.keys(jsonData)).not.toHaveLength(0);
    expect(readAppSettings(jsonData)).toEqual(readAppSettings({}));
    expect(settings.savedViews).toBeUndefined();
  });

  it('throws what Grafana says, and keeps what was', async () => {
    mockFetch.mockReturnValueOnce(of({ data: STORED })).mockReturnValueOnce(throwError(() => ({ status: 403 })));
    const before = appSettings();
    await expect(changeSettings(() => ({ exportCap: 1000 }))).rejects.toEqual({ status: 403 });
    expect(appSettings()).toBe(before);
  });

  it.each([
    [{ permissions: { 'plugins:write': true }, orgRole: 'Editor' }, true],
    [{ permissions: { 'plugins:write': false }, orgRole: 'Admin' }, false],
    [{ permissions: {}, orgRole: 'Admin' }, true],
    [{ orgRole: 'Editor', isGrafanaAdmin: true }, true],
    [{ orgRole: 'Viewer', isGrafanaAdmin: false }, false],
  ])('offers it to %j: %p', (user, may) => {
    Object.keys(mockUser).forEach((key) => delete mockUser[key]);
    Object.assign(mockUser, user);
    expect(mayChangeSettings()).toBe(may);
  });
});

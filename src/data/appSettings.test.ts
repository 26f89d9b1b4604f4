import fc from 'fast-check';
import {
  allowedExportCap,
  allowedLimit,
  appSettings,
  examineSettings,
  openAppSettings,
  readAppSettings,
  setAppSettings,
} from './appSettings';

describe('settings', () => {
  it.each([
    [500, 500],
    ['1000', 1000],
    [51, 100],
    [9_999_999, 5000],
    [0, undefined],
    [-5, undefined],
    ['many', undefined],
    ['', undefined],
    [null, undefined],
    [Number.NaN, undefined],
  ])('takes a limit of %p for %p', (wish, limit) => {
    expect(allowedLimit(wish)).toBe(limit);
  });

  it.each([
    [1000, 1000],
    ['250000', 250_000],
    [1_000_000, 1_000_000],
    [999, undefined],
    [1_000_001, undefined],
    [1000.5, undefined],
    ['1e9', undefined],
    [{}, undefined],
  ])('takes a cap of %p for %p', (wish, cap) => {
    expect(allowedExportCap(wish)).toBe(cap);
  });

  it.each([undefined, null, 'text', { lokiUid: 7, defaultLimit: 'x' }])('passes over %p', (jsonData) => {
    expect(readAppSettings(jsonData)).toEqual({ lokiUid: undefined, defaultLimit: undefined });
  });

  it('takes what was provisioned', () => {
    const settings = {
      lokiUid: 'netobserv-loki',
      defaultLimit: 100,
      exportCap: 20_000,
      quickFilters: [{ name: 'Web', filter: 'port:https', match: 'all' }],
      savedViews: [{ name: 'Web', search: 'filter=port%3Dhttps' }],
      defaultView: 'columns=Bytes&density=compact&quick=Applications',
    };
    expect(examineSettings(settings)).toEqual({ settings, problems: [] });
  });

  it('keeps quick filters as they are stored', () => {
    const quickFilters = { anything: ['at', 'all'] };
    expect(readAppSettings({ quickFilters }).quickFilters).toBe(quickFilters);
  });

  it('tells what it cannot use, by name and value', () => {
    const { problems } = examineSettings({
      lokiUid: 7,
      defaultLimit: -1,
      exportCap: 'many',
      savedViews: [{ name: 'x' }],
      defaultView: ['a'],
    });
    expect(problems.map(({ setting }) => setting).sort()).toEqual([
      'defaultLimit',
      'defaultView',
      'exportCap',
      'lokiUid',
      'savedViews',
    ]);
    expect(problems.find(({ setting }) => setting === 'exportCap')?.problem).toBe(
      'exportCap: "many" is no whole number from 1000 to 1000000; 100000 is used.'
    );
  });

  it('takes a default view from a whole address, and none that is too long', () => {
    expect(readAppSettings({ defaultView: 'https://g/a/x/flows?columns=Bytes&flow=1' }).defaultView).toBe(
      'columns=Bytes'
    );
    const login = 'https://g/a/x/flows?orgId=2&auth_token=eyJ&columns=Bytes';
    expect(readAppSettings({ defaultView: login }).defaultView).toBe('columns=Bytes');
    expect(readAppSettings({ defaultView: `a=${'x'.repeat(5000)}` }).defaultView).toBeUndefined();
  });

  it('never fails and keeps within bounds, whatever is stored', () => {
    const hostile = fc.oneof(
      fc.anything({ withBigInt: false }),
      fc.string(),
      fc.double(),
      fc.array(fc.anything({ withBigInt: false }))
    );
    fc.assert(
      fc.property(
        fc.record(
          {
            lokiUid: hostile,
            defaultLimit: hostile,
            exportCap: hostile,
            quickFilters: hostile,
            savedViews: hostile,
            defaultView: hostile,
            other: hostile,
          },
          { requiredKeys: [] }
        ),
        (jsonData) => {
          const { settings, problems } = examineSettings(jsonData);
          expect(settings.lokiUid === undefined || typeof settings.lokiUid === 'string').toBe(true);
          expect(settings.exportCap ?? 1000).toBeGreaterThanOrEqual(1000);
          expect(settings.exportCap ?? 1000).toBeLessThanOrEqual(1_000_000);
          expect((settings.savedViews ?? []).length).toBeLessThanOrEqual(100);
          expect((settings.defaultView ?? '').length).toBeLessThan(13_000);
          expect(settings).not.toHaveProperty('other');
          problems.forEach(({ problem }) => expect(problem.length).toBeLessThan(400));
        }
      )
    );
  });
});

describe('the settings of the open app', () => {
  it('are not undone by what Grafana hands over once more', () => {
    const jsonData = { exportCap: 1000 };
    openAppSettings(jsonData);
    expect(appSettings().exportCap).toBe(1000);
    setAppSettings({ exportCap: 5000 });
    openAppSettings(jsonData);
    expect(appSettings().exportCap).toBe(5000);
    openAppSettings({ exportCap: 2000 });
    expect(appSettings().exportCap).toBe(2000);
  });
});

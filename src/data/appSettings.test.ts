import { allowedLimit, readAppSettings } from './appSettings';

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

  it.each([undefined, null, 'text', { lokiUid: 7, defaultLimit: 'x' }])('passes over %p', (jsonData) => {
    expect(readAppSettings(jsonData)).toEqual({ lokiUid: undefined, defaultLimit: undefined });
  });

  it('takes what was provisioned', () => {
    expect(readAppSettings({ lokiUid: 'netobserv-loki', defaultLimit: 100 })).toEqual({
      lokiUid: 'netobserv-loki',
      defaultLimit: 100,
    });
  });
});

import { startingLoki } from './startingLoki';

const mockList = jest.fn();

jest.mock('@grafana/runtime', () => ({
  getDataSourceSrv: () => ({ getList: mockList }),
}));

const FIRST = { uid: 'a', isDefault: false };
const DEFAULT = { uid: 'd', isDefault: true };
const PROVISIONED = { uid: 'netobserv-loki', isDefault: false };

it.each([
  ['the one that was chosen', 'x', [FIRST, DEFAULT, PROVISIONED], 'x'],
  ['else the one that is provisioned beside the app', undefined, [FIRST, DEFAULT, PROVISIONED], 'netobserv-loki'],
  ['else the default one', undefined, [FIRST, DEFAULT], 'd'],
  ['else the first', undefined, [FIRST], 'a'],
  ['none where there is none', undefined, [], undefined],
])('pages start with %s', (_, chosen, all, uid) => {
  mockList.mockImplementation(({ type }: { type: string }) => (type === 'loki' ? all : []));
  expect(startingLoki(chosen)).toBe(uid);
});

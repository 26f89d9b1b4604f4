import { rowValue } from '../../../components/panels/types';
import { setAppSettings } from '../../../data/appSettings';
import { answer, answersTo, type Group } from '../answers.fixture';
import { INSECURE, INSECURE_PROTOCOLS } from '../insecureAsk';
import { insecurePanel } from './insecure';

const use = (Application: string, from: string, value: number): Group => [
  {
    Application,
    SrcK8S_Namespace: 'shop',
    SrcK8S_OwnerName: from,
    DstK8S_Namespace: 'shop',
    DstK8S_OwnerName: 'server',
  },
  value,
];
const MANY = Array.from({ length: 60 }, (_, index) => use('http', `w${index}`, 1e9));

function show(
  uses: readonly Group[],
  protocols: Record<string, number>,
  complete: { uses: boolean; protocols: boolean }
) {
  const sums = Object.entries(protocols).map(([Application, bytes]): Group => [{ Application }, bytes]);
  const look = insecurePanel.look(
    answersTo(
      [INSECURE, { now: answer(uses, complete.uses) }],
      [INSECURE_PROTOCOLS, { now: answer(sums, complete.protocols) }]
    )
  );
  if (look.kind !== 'rows') {
    throw new Error('the panel shows rows');
  }
  return { headline: look.headline, rows: look.rows };
}

describe('insecure protocols', () => {
  it('are added up by protocol where those who use them are too many to be told', () => {
    const { headline } = show(MANY, { http: 300e9, telnet: 2000 }, { uses: false, protocols: true });
    expect(headline).toBe('300.0 GB between 60 or more pairs: http 300.0 GB, telnet 2.00 kB');
  });

  it('are no less than what is told where even the protocols are not all', () => {
    const { headline } = show(MANY, { http: 300e9 }, { uses: false, protocols: false });
    expect(headline).toMatch(/^≥ 300\.0 GB between 60 or more pairs/);
  });

  it('have a row each, however little they are used: that of its pairs where none is told', () => {
    const uses = [...MANY, use('ftp', 'backup', 3000)];
    const { rows } = show(uses, { http: 300e9, ftp: 3000, telnet: 2000 }, { uses: false, protocols: true });
    expect(rows).toHaveLength(8);
    expect(rows.slice(-2).map(({ scope, name }) => [scope, name])).toEqual([
      ['ftp', 'shop/backup ↔ shop/server'],
      ['telnet', 'all pairs'],
    ]);
    expect(rows.map(rowValue)).toEqual([...rows.map(rowValue)].sort((a, b) => b - a));
    expect(rows.at(-1)?.behind).toMatchObject({ filters: [{ field: 'Application', values: ['telnet'] }] });
  });

  it('are told exactly where all is known', () => {
    const { headline, rows } = show([use('telnet', 'web', 2000)], { telnet: 2000 }, { uses: true, protocols: true });
    expect(headline).toBe('2.00 kB between 1 pair: telnet 2.00 kB');
    expect(rows).toHaveLength(1);
  });
});

describe('a row of insecure protocols', () => {
  afterEach(() => setAppSettings({}));

  it.each([
    ['as it comes with the app', undefined, ['Insecure protocols']],
    ['in another case', [{ name: 'INSECURE protocols', filter: 'port=23' }], ['INSECURE protocols']],
    ['hidden', [{ name: 'Insecure protocols', hidden: true }], []],
  ])('leads to flows by the quick filter %s', (_, quickFilters, quick) => {
    setAppSettings({ quickFilters });
    const [row] = show([use('telnet', 'web', 2000)], { telnet: 2000 }, { uses: true, protocols: true }).rows;
    expect(row?.behind?.quick).toEqual(quick);
  });
});

import { NO_FILTERS, type Filter, type FilterSet } from '../../flow';
import { flowsLink, narrowed } from './flowsLink';
import { exactly } from './questions';
import { scopeNamed } from './scope';

const namespace: Filter = { field: 'K8S_Namespace', side: 'either', comparison: 'equals', values: ['shop'] };
const source: Filter = { field: 'K8S_Namespace', side: 'src', comparison: 'equals', values: ['shop'] };
const to = (name: string): Filter => ({ field: 'K8S_OwnerName', side: 'dst', comparison: 'equals', values: [name] });
const tcp: Filter = { field: 'Proto', comparison: 'equals', values: ['6'] };

describe('the flows behind a figure', () => {
  it.each<[what: string, page: FilterSet, expected: Partial<FilterSet>]>([
    ['no filters: the figure’s alone', NO_FILTERS, { filters: [source, to('db')], bidirectional: true }],
    [
      'filters on the whole flow: both',
      { ...NO_FILTERS, filters: [tcp] },
      { filters: [tcp, source, to('db')], bidirectional: true },
    ],
    [
      'one of any: the same as all',
      { ...NO_FILTERS, filters: [tcp], match: 'any' },
      { filters: [tcp, source, to('db')], match: 'all' },
    ],
    [
      'alternatives, which nothing can be joined to: the figure’s alone',
      { ...NO_FILTERS, filters: [tcp, namespace], match: 'any' },
      { filters: [source, to('db')], match: 'all' },
    ],
    [
      'filters on one end: the figure’s on either, so that no way is lost',
      { ...NO_FILTERS, filters: [to('web')] },
      { filters: [to('web'), { ...source, side: 'either' }, { ...to('db'), side: 'either' }], bidirectional: false },
    ],
  ])('%s', (_, page, expected) => {
    expect(narrowed({ set: page }, { filters: [source, to('db')], bidirectional: true })).toMatchObject(expected);
  });

  it('keep time, data source and refresh of the page; its other parameters stay behind', () => {
    const search = '?from=now-6h&to=now&var-ds=loki-1&refresh=1m&compare=false&panels=totals';
    const address = new URL(
      flowsLink({ set: NO_FILTERS, quick: ['DNS'] }, { filters: [namespace], quick: ['DNS'] }, search),
      'http://g'
    );
    expect([...address.searchParams].sort()).toEqual([
      ['filter', 'namespace="shop"'],
      ['from', 'now-6h'],
      ['quick', 'DNS'],
      ['refresh', '1m'],
      ['to', 'now'],
      ['var-ds', 'loki-1'],
    ]);
  });

  it('are of the hour alone where the figure is of an hour, in the page’s time zone', () => {
    const link = flowsLink(
      { set: NO_FILTERS, quick: [] },
      { filters: [], span: { fromMs: 1000, toMs: 2000 } },
      '?from=now-6h&to=now&timezone=Asia%2FTokyo'
    );
    expect(Object.fromEntries(new URL(link, 'http://g').searchParams)).toEqual({
      from: '1000',
      to: '2000',
      timezone: 'Asia/Tokyo',
    });
  });

  it('are found by a value that looks like a query', () => {
    const value = 'a" or |= "b&filter=x';
    const link = flowsLink({ set: NO_FILTERS, quick: [] }, { filters: [{ ...namespace, values: [value] }] }, '');
    expect(new URL(link, 'http://g').searchParams.getAll('filter')).toEqual([`namespace=${JSON.stringify(value)}`]);
  });

  it('are those of the scope too: of the one end that is its object, where no filter minds the end', () => {
    const page = { set: { ...NO_FILTERS, filters: [tcp] }, scope: scopeNamed('workload', 'shop/web') };
    expect(narrowed(page, { filters: [namespace] })).toEqual({
      filters: [exactly('K8S_Namespace', 'shop', 'src'), exactly('K8S_OwnerName', 'web', 'src'), tcp, namespace],
      match: 'all',
      bidirectional: true,
    });
    expect(narrowed(page, { filters: [to('db')] })).toEqual({
      filters: [exactly('K8S_Namespace', 'shop', 'either'), exactly('K8S_OwnerName', 'web', 'either'), tcp, to('db')],
      match: 'all',
      bidirectional: false,
    });
  });

  it('are those of the scope too where the page’s filters are alternatives', () => {
    const set: FilterSet = { filters: [tcp, namespace], match: 'any', bidirectional: false };
    const page = { set, quick: [], scope: scopeNamed('node', 'node-1') };
    const link = flowsLink(page, { filters: [to('db')] }, '');
    expect(new URL(link, 'http://g').searchParams.getAll('filter')).toEqual(['node="node-1"', 'dst_workload="db"']);
  });
});

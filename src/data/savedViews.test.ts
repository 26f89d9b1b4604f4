import fc from 'fast-check';
import {
  LONGEST_VIEW,
  MOST_VIEWS,
  openingSearch,
  readSavedViews,
  sameView,
  searchWith,
  viewOf,
  viewSearch,
  viewsOf,
  withoutView,
  withView,
  type SavedView,
} from './savedViews';

const ADDRESS =
  'https://grafana.example/a/netobserv-flows-app/flows?from=now-1h&to=now&timezone=utc&var-ds=loki&filter=port%3Dhttps&filter=src_namespace%3Ddemo&columns=Bytes&flow=123&refresh=10s#top';

describe('the view that an address shows', () => {
  it('is what it says without time, data source, open flow and refresh', () => {
    expect(viewSearch(ADDRESS)).toBe('filter=port%3Dhttps&filter=src_namespace%3Ddemo&columns=Bytes');
  });

  it.each(['filter=name=a?b&x=1', '?filter=name=a?b&x=1', 'grafana.example/flows?filter=name=a?b&x=1'])(
    'takes %j for what it says, question marks in values included',
    (text) => {
      expect(viewSearch(text)).toBe('filter=name%3Da%3Fb&x=1');
    }
  );

  it('has the time range where that is to be kept', () => {
    expect(viewSearch('?from=now-1h&to=now&columns=Bytes', { keepTime: true })).toBe(
      'from=now-1h&to=now&columns=Bytes'
    );
  });

  it('has nothing of Grafana’s own: no organisation, no look, no login', () => {
    const grafana = 'orgId=2&kiosk&theme=dark&auth_token=eyJ&forceLogin=true';
    expect(viewSearch(`?${grafana}&columns=Bytes`, { keepTime: true })).toBe('columns=Bytes');
    expect(viewSearch(`?${grafana}`)).toBe('');
    expect(sameView('columns=Bytes', `?columns=Bytes&${grafana}`)).toBe(true);
    expect(readSavedViews([{ name: 'Mine', search: `columns=Bytes&${grafana}` }]).views).toEqual([
      { name: 'Mine', search: 'columns=Bytes' },
    ]);
  });

  it('has no parameters but those of the page, where it names them', () => {
    expect(viewSearch(ADDRESS, { parameters: ['columns', 'flow'] })).toBe('columns=Bytes');
  });

  it.each(['', ' ', '?', 'https://grafana.example/flows', '/a/x/flows', '?from=1'])('is empty for %j', (text) => {
    expect(viewSearch(text)).toBe('');
  });

  it('is the same for whatever order', () => {
    expect(sameView('a=1&b=2', '?b=2&from=now-1h&a=1')).toBe(true);
    expect(sameView('a=1&from=now-1h', '?a=1&from=now-3h')).toBe(false);
    expect(sameView('a=1', 'a=2')).toBe(false);
  });
});

describe('applying a view', () => {
  it('keeps time range and data source of the page, and nothing else of it', () => {
    expect(searchWith('columns=Bytes', '?from=now-3h&to=now&var-ds=loki&filter=port%3D80&flow=1&refresh=10s')).toBe(
      'from=now-3h&to=now&var-ds=loki&refresh=10s&columns=Bytes'
    );
  });

  it('stays in the organisation and in kiosk mode, and hands on no login', () => {
    const current = '?orgId=1&kiosk=1&auth_token=eyJ&theme=dark&from=now-3h';
    expect(searchWith('columns=Bytes', current)).toBe('orgId=1&kiosk=1&from=now-3h&columns=Bytes');
    expect(searchWith('columns=Bytes&orgId=2&auth_token=x', current)).toBe('orgId=1&kiosk=1&from=now-3h&columns=Bytes');
    expect(openingSearch('?orgId=1&kiosk', 'columns=Bytes')).toBe('orgId=1&kiosk=&columns=Bytes');
  });

  it('takes the time range of a view that has one', () => {
    expect(searchWith('from=now-1d&to=now&columns=Bytes', '?from=now-3h&to=now&timezone=utc')).toBe(
      'from=now-1d&to=now&columns=Bytes'
    );
  });

  it('opens the default view where the address says nothing of one', () => {
    expect(openingSearch('?from=now-3h&to=now&var-ds=loki', 'columns=Bytes')).toBe(
      'from=now-3h&to=now&var-ds=loki&columns=Bytes'
    );
    expect(openingSearch('', 'columns=Bytes')).toBe('columns=Bytes');
    expect(openingSearch('?filter=port%3D80', 'columns=Bytes')).toBeUndefined();
    expect(openingSearch('', undefined)).toBeUndefined();
  });

  it('shows the same view again, whatever it says', () => {
    const parameter = fc.tuple(fc.constantFrom('filter', 'columns', 'sort', 'match', 'x'), fc.string());
    fc.assert(
      fc.property(fc.array(parameter), fc.array(parameter), (view, current) => {
        const search = viewSearch(new URLSearchParams(view).toString());
        expect(viewSearch(searchWith(search, `?${new URLSearchParams(current).toString()}`))).toBe(search);
      })
    );
  });
});

describe('stored views', () => {
  it('reads what can be used, and tells the rest', () => {
    const { views, problems } = readSavedViews([
      { name: ' Mine ', search: '?columns=Bytes&flow=1' },
      { name: 'Mine', search: 'x=1' },
      { name: '', search: 'x=1' },
      { name: 'Long', search: 'x'.repeat(LONGEST_VIEW + 1) },
      { name: 7, search: 'x' },
      null,
      'text',
    ]);
    expect(views).toEqual([{ name: 'Mine', search: 'columns=Bytes' }]);
    expect(problems).toHaveLength(6);
    expect(problems[0]).toMatch(/^savedViews\[1\].*“Mine”/);
    expect(problems[2]).toMatch(/4001 characters; 4000 are the most/);
  });

  it('is bounded, and never fails, whatever is stored', () => {
    fc.assert(
      fc.property(fc.oneof(fc.anything(), fc.array(fc.anything(), { maxLength: 150 })), (value) => {
        const { views } = readSavedViews(value);
        expect(views.length).toBeLessThanOrEqual(MOST_VIEWS);
        expect(new Set(views.map(({ name }) => name)).size).toBe(views.length);
      })
    );
    const many = Array.from({ length: MOST_VIEWS + 5 }, (_, index) => ({ name: `view ${index}`, search: 'x=1' }));
    const { views, problems } = readSavedViews(many);
    expect(views).toHaveLength(MOST_VIEWS);
    expect(problems).toEqual([`savedViews: has 105 views; the first 100 were taken.`]);
  });

  const VIEWS: SavedView[] = [
    { name: 'a', search: 'x=1' },
    { name: 'b', search: 'x=2' },
  ];

  it('adds, overwrites and deletes', () => {
    expect(withView(VIEWS, { name: ' c ', search: 'x=3' })).toEqual({
      views: [...VIEWS, { name: 'c', search: 'x=3' }],
    });
    expect(withView(VIEWS, { name: 'a', search: 'x=3' })).toEqual({ views: [{ name: 'a', search: 'x=3' }, VIEWS[1]] });
    expect(withoutView(VIEWS, { name: 'a' })).toEqual({ views: [VIEWS[1]] });
  });

  it('keeps those of two pages apart, whatever their names', () => {
    const overview = viewOf('overview', 'a', 'panels=totals');
    const both = withView(VIEWS, overview);
    expect(both).toEqual({ views: [...VIEWS, overview] });
    expect(viewsOf([...VIEWS, overview], 'overview')).toEqual([overview]);
    expect(viewsOf([...VIEWS, overview], 'flows')).toEqual(VIEWS);
    expect(withoutView([...VIEWS, overview], overview)).toEqual({ views: VIEWS });
    expect(withoutView([...VIEWS, overview], { name: 'a' })).toEqual({ views: [VIEWS[1], overview] });
    const read = readSavedViews([
      ...VIEWS,
      overview,
      { name: 'a', page: 'flows', search: '' },
      { name: 'c', page: 'x', search: '' },
    ]);
    expect(read.views).toEqual([...VIEWS, overview]);
    expect(read.problems).toEqual([
      expect.stringMatching(/^savedViews\[3\].*“a” before it/),
      expect.stringMatching(/^savedViews\[4\] “c”: is of a page/),
    ]);
  });

  it('refuses in words', () => {
    const full = Array.from({ length: MOST_VIEWS }, (_, index) => ({ name: `view ${index}`, search: '' }));
    expect(withView(full, { name: 'one more', search: '' })).toMatchObject({
      problem: expect.stringMatching(/Delete/),
    });
    expect(withView(VIEWS, { name: ' ', search: '' })).toMatchObject({ problem: expect.stringMatching(/name/) });
    expect(withView(VIEWS, { name: 'x', search: 'x'.repeat(5000) })).toHaveProperty('problem');
  });
});

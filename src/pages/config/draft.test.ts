import fc from 'fast-check';
import { examineSettings, type AppSettings } from '../../data/appSettings';
import {
  canSave,
  capProblem,
  changesOf,
  defaultViewProblem,
  draftOf,
  newQuickFilter,
  quickFilterDrafts,
  quickFilterProblems,
  viewNameProblem,
  type SettingsDraft,
} from './draft';

const STORED: AppSettings = {
  lokiUid: 'loki',
  exportCap: 5000,
  quickFilters: [{ name: 'Web', filter: 'port:https', match: 'any' }],
  savedViews: [
    { name: 'a', search: 'x=1' },
    { name: 'b', search: 'x=2' },
  ],
  defaultView: 'columns=Bytes',
};

function changes(edit: (draft: SettingsDraft) => Partial<SettingsDraft>, stored: unknown = STORED, now = STORED) {
  const examined = examineSettings(stored);
  const draft = draftOf(examined.settings);
  return changesOf({ ...draft, ...edit(draft) }, examined, now);
}

describe('the form of settings', () => {
  it('saves nothing where nothing was changed', () => {
    expect(changes(() => ({}))).toEqual({});
  });

  it('saves what was changed alone', () => {
    expect(changes(() => ({ exportCap: '20000' }))).toEqual({ exportCap: 20_000 });
    expect(changes(() => ({ exportCap: '', defaultView: ' ' }))).toEqual({
      exportCap: undefined,
      defaultView: undefined,
    });
    expect(changes(() => ({ defaultView: 'https://g/a/netobserv-flows-app/flows?sort=-Bytes&flow=1' }))).toEqual({
      defaultView: 'sort=-Bytes',
    });
    const added = { ...newQuickFilter(), name: ' DNS ', filter: 'port:dns' };
    expect(changes(({ quickFilters }) => ({ quickFilters: [added, ...quickFilters] }))).toEqual({
      quickFilters: [
        { name: 'DNS', filter: 'port:dns', match: 'all' },
        { name: 'Web', filter: 'port:https', match: 'any' },
      ],
    });
    expect(changes(() => ({ quickFilters: [] }))).toEqual({ quickFilters: undefined });
  });

  it('renames and deletes views, and keeps those saved meanwhile', () => {
    const now = { ...STORED, savedViews: [...(STORED.savedViews ?? []), { name: 'new', search: 'x=3' }] };
    expect(
      changes(
        ({ views: [a, b] }) => ({
          views: [
            { ...a!, name: 'z ' },
            { ...b!, deleted: true },
          ],
        }),
        STORED,
        now
      )
    ).toEqual({
      savedViews: [
        { name: 'z', search: 'x=1' },
        { name: 'new', search: 'x=3' },
      ],
    });
  });

  it('removes what cannot be used', () => {
    const stored = { lokiUid: 'loki', exportCap: 'many', quickFilters: [7], defaultView: {} };
    const removed = changes(() => ({}), stored, { lokiUid: 'loki' });
    expect(Object.keys(removed).sort()).toEqual(['defaultView', 'exportCap', 'quickFilters']);
    expect(Object.values(removed)).toEqual([undefined, undefined, undefined]);
  });

  it('reads quick filters whatever is stored, and tells what it passes over', () => {
    const { drafts, problems } = quickFilterDrafts([{ name: 'Web', filter: 'port:https' }, { name: 1 }, null]);
    expect(drafts).toMatchObject([{ name: 'Web', filter: 'port:https', match: 'all' }]);
    expect(problems).toHaveLength(2);
    fc.assert(fc.property(fc.anything(), (stored) => quickFilterDrafts(stored).drafts.length <= 30));
  });

  it('keeps entries that hide a built-in quick filter', () => {
    const stored = { quickFilters: [{ name: 'External', hidden: true }] };
    expect(quickFilterDrafts(stored.quickFilters)).toMatchObject({ drafts: [{ hidden: true }], problems: [] });
    const added = { ...newQuickFilter(), name: 'Web', filter: 'port:https' };
    const edited = changes(({ quickFilters }) => ({ quickFilters: [...quickFilters, added] }), stored, {});
    expect(edited.quickFilters).toEqual([
      { name: 'External', hidden: true },
      { name: 'Web', filter: 'port:https', match: 'all' },
    ]);
    expect(canSave(draftOf(stored))).toBe(true);
  });

  it.each([
    ['Web', 'port:https', {}],
    ['x'.repeat(41), 'port:https', { name: /1 to 40/ }],
    ['oTHER', 'port:https', { name: /another/ }],
    ['', 'port:https', { name: /Needs a name of 1/ }],
    ['Other', 'port:https', { name: /another “Other”/ }],
    ['Web', '', { filter: /Needs a filter/ }],
    ['Web', 'port:70000', { filter: /70000/ }],
    ['Web', 'nonsense=1', { filter: /nonsense/ }],
  ])('says of a quick filter %j with %j what is wrong', (name, filter, wrong) => {
    const other = { ...newQuickFilter(), name: 'Other', filter: 'port:dns' };
    const draft = { ...newQuickFilter(), name, filter };
    const problems = quickFilterProblems(draft, [other, draft]);
    for (const part of ['name', 'filter'] as const) {
      const expected = (wrong as Record<string, RegExp | undefined>)[part];
      if (expected === undefined) {
        expect(problems[part]).toBeUndefined();
      } else {
        expect(problems[part]).toMatch(expected);
      }
    }
    expect(canSave({ ...draftOf({}), quickFilters: [draft] })).toBe(
      quickFilterProblems(draft, [draft]).name === undefined && quickFilterProblems(draft, [draft]).filter === undefined
    );
  });

  it('cannot be saved with a wrong cap, default view or name of a view', () => {
    const draft = draftOf(STORED);
    expect(canSave(draft)).toBe(true);
    expect(capProblem('10')).toMatch(/1,000 to 1,000,000/);
    expect(canSave({ ...draft, exportCap: '10' })).toBe(false);
    expect(defaultViewProblem('https://grafana.example/')).toMatch(/no filters/);
    expect(canSave({ ...draft, defaultView: 'https://grafana.example/?from=x' })).toBe(true);
    const [a, b] = draft.views;
    expect(viewNameProblem({ ...a!, name: 'b' }, draft.views)).toMatch(/another “b”/);
    expect(canSave({ ...draft, views: [{ ...a!, name: 'b' }, b!] })).toBe(false);
    expect(
      canSave({
        ...draft,
        views: [
          { ...a!, name: 'b' },
          { ...b!, deleted: true },
        ],
      })
    ).toBe(true);
  });
});

import { dashboardPanel } from '../../data/dashboards/dashboardPanel';
import { NO_FILTERS } from '../../flow';
import { dashboardSubjects } from './dashboardSubjects';
import { PANELS } from './panels';
import { scopeNamed, scopeSet } from './scope';

const SPAN = { fromMs: 0, toMs: 6 * 3_600_000 };
const PAGE = { set: NO_FILTERS, also: [], quick: [] };
const panel = (id: string) => PANELS.find((one) => one.id === id)!;
const SOURCE = { labels: ['app'], recordSource: 'own', rollups: [] } as const;

describe('what of a panel a dashboard can show', () => {
  it.each(PANELS.map(({ id }) => id))('is something for %s, each with a name and queries', (id) => {
    const subjects = dashboardSubjects(panel(id), PAGE, SPAN);
    expect(subjects.length).toBeGreaterThan(0);
    expect(new Set(subjects.map(({ title }) => title)).size).toBe(subjects.length);
    for (const subject of subjects) {
      const { targets, type } = dashboardPanel(subject, { uid: 'loki', source: SOURCE, nowMs: 0 });
      expect(type).not.toBe('');
      expect((targets as unknown[]).length).toBe(subject.queries.length);
      expect(subject.queries.length).toBeGreaterThan(0);
    }
  });

  it('is one table for what is sent and received, and one each for things of two kinds', () => {
    const [namespaces, ...more] = dashboardSubjects(panel('namespaces'), PAGE, SPAN);
    expect(more).toHaveLength(0);
    expect(namespaces?.queries.map(({ name }) => name)).toEqual(['Sent', 'Received']);
    const fresh = dashboardSubjects(panel('new'), PAGE, SPAN);
    expect(fresh.map(({ queries }) => queries.length)).toEqual([1, 2]);
    expect(fresh.flatMap(({ queries }) => queries).every(({ onlyNew }) => onlyNew)).toBe(true);
  });

  it('is of the scope alone, and says so', () => {
    const scope = scopeNamed('namespace', 'shop');
    const page = { ...PAGE, also: [scopeSet(scope)], scope };
    const [totals] = dashboardSubjects(panel('totals'), page, SPAN);
    expect(totals?.title).toBe('How much traffic is there, and where does it go? (namespace="shop")');
    expect(totals?.queries.map(({ name }) => name)).toEqual(['All traffic', 'In', 'Out', 'Inside']);
    totals?.queries.forEach(({ view }) => expect(view.also).toContainEqual(scopeSet(scope)));
    expect(totals?.flows).toEqual([['filter', 'namespace="shop"']]);
  });
});

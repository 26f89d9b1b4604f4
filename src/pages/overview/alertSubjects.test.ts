import { setAppSettings } from '../../data/appSettings';
import { NO_FILTERS, QUICK_FILTERS, readQuickFilters, type Filter, type FilterSet } from '../../flow';
import { alertSubjects } from './alertSubjects';
import { PANELS } from './panels';
import { scopeNamed, scopeSet } from './scope';

const HOUR_MS = 3_600_000;
const SPAN = { fromMs: 0, toMs: 6 * HOUR_MS };
const NAMESPACE: Filter = { field: 'K8S_Namespace', side: 'src', comparison: 'equals', values: ['shop'] };
const PROTOCOL: Filter = { field: 'Proto', comparison: 'equals', values: ['tcp'] };

const panel = (id: string) => PANELS.find((one) => one.id === id)!;
const page = (set: Partial<FilterSet> = {}, quick: readonly string[] = []) => ({
  set: { ...NO_FILTERS, ...set },
  also: QUICK_FILTERS.filter(({ name }) => quick.includes(name)).map((one) => one.set),
  quick,
});
const titles = (id: string) => alertSubjects(panel(id), page(), SPAN).map(({ title }) => title);

afterEach(() => setAppSettings({}));

describe('what of a panel a rule can watch', () => {
  it.each(PANELS.map(({ id }) => id))('is something for %s, each with a name', (id) => {
    expect(titles(id).length).toBeGreaterThan(0);
    expect(titles(id)).not.toContain('');
    expect(new Set(titles(id)).size).toBe(titles(id).length);
  });

  it('is each of its questions, as long as the page’s time range, with the page’s filters', () => {
    const [sent, received] = alertSubjects(panel('namespaces'), page({ filters: [PROTOCOL] }, ['DNS']), SPAN);
    expect(sent).toMatchObject({
      title: 'Bytes sent by namespace',
      windowMs: 6 * HOUR_MS,
      limit: 40,
      where: 'DNS, proto=tcp',
      view: { groupBy: ['SrcK8S_Namespace'], filters: { filters: [PROTOCOL] } },
    });
    expect(sent?.view.also).toHaveLength(1);
    expect(received?.title).toBe('Bytes received by namespace');
    expect(sent?.flows).toEqual([
      ['filter', 'proto=tcp'],
      ['quick', 'DNS'],
    ]);
  });

  it('is the rate of the last step for the course over time', () => {
    const [course] = alertSubjects(panel('course'), page(), SPAN, 600_000);
    expect(course).toMatchObject({ windowMs: 600_000, perSecond: true });
  });

  it('is any traffic at all for insecure protocols, and for what is new', () => {
    const [insecure] = alertSubjects(panel('insecure'), page(), SPAN);
    expect(insecure).toMatchObject({ any: true });
    expect(insecure?.flows).toEqual([['quick', 'Insecure protocols']]);
    expect(alertSubjects(panel('new'), page(), SPAN).every((one) => one.onlyNew === true && one.any === true)).toBe(
      true
    );
  });

  it.each([
    ['replaced', { name: 'Insecure protocols', filter: 'port=21,23 application="legacy"', match: 'any' }],
    ['written in another case', { name: 'INSECURE Protocols', filter: 'port=23' }],
  ])('leads to the quick filter for insecure protocols where the configuration has it %s', (_, entry) => {
    setAppSettings({ quickFilters: [entry] });
    const [insecure] = alertSubjects(panel('insecure'), page(), SPAN);
    expect(insecure?.flows).toEqual([['quick', entry.name]]);
    expect(insecure?.view.also).toEqual([readQuickFilters([entry]).quick.find(({ name }) => name === entry.name)?.set]);
  });

  it('leads to flows by their filters where the quick filter for insecure protocols is hidden', () => {
    setAppSettings({ quickFilters: [{ name: 'insecure protocols', hidden: true }] });
    const [insecure] = alertSubjects(panel('insecure'), page(), SPAN);
    expect(insecure?.flows).toEqual([['filter', expect.stringMatching(/^port=20,21,/)]]);
  });

  it('leads to flows by filters on either end where the page’s look at both directions', () => {
    const [sent] = alertSubjects(panel('namespaces'), page({ filters: [NAMESPACE], bidirectional: true }), SPAN);
    expect(sent?.eitherSide).toBe(true);
  });

  it('leads to flows without the page’s filters where these are alternatives, which nothing can narrow', () => {
    const [sent] = alertSubjects(panel('namespaces'), page({ filters: [NAMESPACE, PROTOCOL], match: 'any' }), SPAN);
    expect(sent?.flows).toEqual([]);
    expect(sent?.where).toBe('any of src_namespace="shop" proto=tcp');
  });

  it('is of the scope alone, which goes into its name and its flows', () => {
    const scope = scopeNamed('workload', 'shop/web');
    const [sent] = alertSubjects(panel('namespaces'), { ...page(), also: [scopeSet(scope)], scope }, SPAN);
    expect(sent?.where).toBe('namespace="shop" workload="web"');
    expect(sent?.view.also).toEqual([scopeSet(scope)]);
    expect(sent?.flows).toEqual([
      ['filter', 'src_namespace="shop"'],
      ['filter', 'src_workload="web"'],
      ['bidirectional', 'true'],
    ]);
    expect(sent?.eitherSide).toBe(true);
  });
});

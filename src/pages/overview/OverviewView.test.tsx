import { act, cleanup, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { DEFAULT_LABELS, NETOBSERV_LABELS } from '@netobserv-flows/schema';
import { testIds } from '../../components/testIds';
import { forgetLabels } from '../../data/loki';
import { formatByteRate } from '../../flow';
import {
  answer,
  coverage,
  GROUP,
  HOUR_MS,
  instant,
  loki,
  mockGetResource,
  NOW,
  openPage,
  panel,
  settled,
  setUp,
  type Target,
} from './OverviewView.harness';
import { PANELS } from './panels';

// Whole pages take their time in jsdom where the machine is busy.
jest.setTimeout(30_000);

beforeEach(setUp);

afterEach(() => jest.restoreAllMocks());

describe('the overview', () => {
  it.each(['', '?from=now-24h&to=now', '?from=now-15m&to=now', '?from=now-7d&to=now'])(
    'costs at most six requests to Loki, the period before and all panels included (%s)',
    async (search) => {
      const { requests } = loki();
      const { view } = openPage(search);
      await settled(view);
      expect(screen.getAllByTestId(testIds.overview.panel)).toHaveLength(PANELS.length);
      expect(screen.queryByTestId(testIds.overview.failed)).not.toBeInTheDocument();
      expect(screen.queryByTestId(testIds.overview.loading)).not.toBeInTheDocument();
      expect(requests()).toBeLessThanOrEqual(6);
    }
  );

  it.each<[what: string, labels: readonly string[], sinceMs: number, most: number]>([
    ['sums begin within the range', DEFAULT_LABELS, NOW - 3 * HOUR_MS, 6],
    ['labels do not tell whose flows they are', NETOBSERV_LABELS, NOW - 30 * 24 * HOUR_MS, 6],
    ['both', NETOBSERV_LABELS, NOW - 3 * HOUR_MS, 7],
  ])('costs no more than docs/overview.md says where %s', async (_, labels, sinceMs, most) => {
    const cost = async (maxSeries: number) => {
      forgetLabels();
      mockGetResource
        .mockReset()
        .mockImplementation((path) =>
          Promise.resolve(
            path === 'drilldown-limits' ? { limits: { max_query_series: maxSeries } } : { data: ['app', ...labels] }
          )
        );
      const { requests } = loki((target) =>
        target.expr.includes('"fact"') ? coverage(target.refId, sinceMs) : answer(target)
      );
      const { view } = openPage('?from=now-24h&to=now');
      await settled(view);
      cleanup();
      return requests();
    };
    expect(await cost(10_000)).toBe(most);
    expect(await cost(500)).toBe(most + 1);
  });

  it('reads sums once for all panels where Loki gives so many series, within six requests', async () => {
    mockGetResource.mockImplementation((path) =>
      Promise.resolve(path === 'drilldown-limits' ? { limits: { max_query_series: 10_000 } } : { data: ['app'] })
    );
    const { requests, targets } = loki(({ expr, ...target }) =>
      expr.includes('Application="Application"') && !expr.includes('"plan"')
        ? instant(target.refId, [[GROUP, 5_000_000]])
        : answer({ expr, ...target })
    );
    const { view } = openPage('?from=now-24h&to=now');
    await settled(view);
    expect(requests()).toBeLessThanOrEqual(6);
    // Ten questions of each period, in three stretches of hours and of ten minutes.
    const reads = targets.flatMap(({ expr }) => [...expr.matchAll(/level="workload"/g)]);
    expect(reads.length).toBeLessThanOrEqual(2 * 3 + 3);
    expect(panel('namespaces')).toHaveTextContent(/shop.*5\.00 MB/);
  });

  it('asks rollups alone for six hours', async () => {
    const { targets } = loki();
    await settled(openPage().view);
    for (const { expr } of targets) {
      expect(expr).toContain('app="netobserv-rollup"');
      expect(expr).not.toContain('netobserv-flowcollector');
    }
  });

  it('shows the answers, and leads from each to its flows with the page’s filters and time', async () => {
    loki();
    const { view } = openPage('?filter=proto%3Dtcp&quick=Applications&from=now-24h&to=now&var-ds=netobserv-loki');
    await settled(view);
    const rows = within(panel('namespaces')).getAllByTestId(testIds.overview.row);
    expect(rows.map((row) => row.textContent)).toEqual([
      expect.stringMatching(/^shop.*5\.00 MB \(sent 5\.00 MB, received 0 B\)$/),
      expect.stringMatching(/^database.*5\.00 MB \(sent 0 B, received 5\.00 MB\)$/),
    ]);
    const link = within(rows[0]!).getByRole('link', { name: 'shop' });
    const address = new URL(link.getAttribute('href')!, 'http://grafana');
    expect(address.pathname).toBe('/a/netobserv-flows-app/flows');
    expect(address.searchParams.getAll('filter')).toEqual(['proto=tcp', 'namespace="shop"']);
    expect(Object.fromEntries(address.searchParams)).toMatchObject({
      quick: 'Applications',
      from: 'now-24h',
      to: 'now',
      'var-ds': 'netobserv-loki',
    });
    expect(panel('insecure')).toHaveTextContent('telnet / database/postgresql ↔ shop/frontend');
    expect(panel('totals')).toHaveTextContent(/Estimated from 1 in 100 packets: ±/);
  });

  it('asks again without the period before, and keeps that in the address', async () => {
    const { targets } = loki();
    const { view, url } = openPage();
    await settled(view);
    const before = targets.length;
    await userEvent.click(screen.getByTestId(testIds.overview.compare));
    await waitFor(() => expect(targets.length).toBeGreaterThan(before));
    await settled(view);
    expect(url()).toMatchObject({ compare: 'false' });
    expect(panel('new')).toHaveTextContent('switch on “Compare with the period before”');
  });

  it('compares nothing where sums begin within the period before', async () => {
    const answerSince = (sinceMs: number) => (target: Target) =>
      target.expr.includes('"fact"') ? coverage(target.refId, sinceMs) : answer(target);
    loki(answerSince(NOW - 7 * HOUR_MS));
    const { view } = openPage();
    await settled(view);
    expect(view.state.before.size).toBe(0);
    expect(screen.getByText(/nothing is compared with it/)).toBeInTheDocument();
    expect(panel('new')).toHaveTextContent('a time range whose period before is covered');
    expect(panel('totals')).toHaveTextContent(/MB/);
    loki(answerSince(NOW - 13 * HOUR_MS));
    act(() => view.retry());
    await settled(view);
    await waitFor(() => expect(view.state.before.size).toBeGreaterThan(0));
    expect(screen.queryByText(/nothing is compared with it/)).not.toBeInTheDocument();
  });

  it('counts today up to now where it is added up from single flows', async () => {
    loki((target) => (target.expr.includes('"fact"') ? [] : answer(target)));
    const { view } = openPage('?from=now%2Fd&to=now%2Fd&panels=totals,course');
    await settled(view);
    const hours = (NOW - Date.UTC(2026, 4, 4)) / HOUR_MS;
    const { course, span } = view.state;
    expect(span).toEqual({ fromMs: NOW - hours * HOUR_MS, toMs: NOW });
    const rate = 5_000_000 / (hours * 3600);
    expect(panel('totals')).toHaveTextContent(formatByteRate(rate));
    // Whole hours, of which the last is the one before now.
    expect(course).toMatchObject({ answer: { plan: { span: { toMs: NOW - (NOW % HOUR_MS) } } } });
  });

  it('shows the panels that the address names, in their order, and asks for these alone', async () => {
    const { targets } = loki();
    const { view } = openPage('?panels=nodes,namespaces,nonsense');
    await settled(view);
    expect(screen.getAllByTestId(testIds.overview.panel).map((one) => one.dataset.panel)).toEqual([
      'nodes',
      'namespaces',
    ]);
    expect(targets.some(({ expr }) => expr.includes('Application'))).toBe(false);
  });

  it('does not ask again for panels in another order, nor for one less', async () => {
    const { targets } = loki();
    const { view, url } = openPage('?panels=nodes,namespaces,applications');
    await settled(view);
    const asked = targets.length;
    act(() => view.state.options.change({ panels: ['applications', 'nodes'] }));
    expect(screen.getAllByTestId(testIds.overview.panel).map((one) => one.dataset.panel)).toEqual([
      'applications',
      'nodes',
    ]);
    expect(url()).toMatchObject({ panels: 'applications,nodes' });
    await settled(view);
    expect(targets).toHaveLength(asked);
    act(() => view.state.options.change({ panels: ['applications', 'nodes', 'pods'] }));
    await settled(view);
    expect(targets.length).toBeGreaterThan(asked);
  });

  it('is narrowed to one object in both directions, with its filters in links', async () => {
    const { targets } = loki();
    const { view } = openPage('?scope=workload:shop/frontend&panels=namespaces,course');
    await settled(view);
    expect(screen.getByRole('heading', { level: 1 })).toHaveTextContent('Overview: workload shop/frontend');
    const questions = targets.filter(({ expr }) => !expr.includes('"fact"'));
    expect(questions.length).toBeGreaterThan(1);
    for (const { expr } of questions) {
      for (const field of ['SrcK8S_OwnerName', 'DstK8S_OwnerName', 'SrcK8S_Namespace', 'DstK8S_Namespace']) {
        expect(expr).toMatch(new RegExp(`${field}\\s*=~?\\s*["\`](?:shop|frontend)["\`]`));
      }
    }
    const [link] = within(panel('namespaces')).getAllByRole('link', { name: 'shop' });
    const address = new URL(link!.getAttribute('href')!, 'http://grafana');
    expect(address.searchParams.getAll('filter')).toEqual([
      'src_namespace="shop"',
      'src_workload="frontend"',
      'namespace="shop"',
    ]);
    expect(address.searchParams.get('bidirectional')).toBe('true');
    const before = targets.length;
    act(() => view.state.options.change({ scope: undefined }));
    await settled(view);
    expect(targets.length).toBeGreaterThan(before);
    expect(screen.getByRole('heading', { level: 1 })).toHaveTextContent(/^Overview$/);
  });
});

import React from 'react';
import { act, render, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { FieldType, toDataFrame, type DataFrame, type DataQueryRequest } from '@grafana/data';
import { config, locationService } from '@grafana/runtime';
import { EmbeddedScene, SceneTimeRange, sceneUtils } from '@grafana/scenes';
import { MemoryRouter } from 'react-router-dom';
import { finalize, NEVER, of, throwError, type Observable } from 'rxjs';
import { testIds } from '../../components/testIds';
import { forgetLabels } from '../../data/loki';
import { OverviewView } from './OverviewView';
import { PANELS } from './panels';

const NOW = Date.UTC(2026, 4, 4, 12, 20);
const HOUR_MS = 3_600_000;
const LEVELS = ['namespace', 'workload', 'pod', 'external', 'node'];

interface Target {
  readonly refId: string;
  readonly expr: string;
  readonly queryType: string;
}

const mockGetResource = jest.fn<Promise<unknown>, unknown[]>();
const mockQuery = jest.fn<Observable<unknown>, [DataQueryRequest]>();

jest.setTimeout(30_000);

jest.mock('@grafana/runtime', () => ({
  ...jest.requireActual('@grafana/runtime'),
  getDataSourceSrv: () => ({
    get: () => Promise.resolve({ type: 'loki', name: 'Loki', getResource: mockGetResource, query: mockQuery }),
    getInstanceSettings: () => ({ uid: 'netobserv-loki', type: 'loki', name: 'Loki' }),
    getList: () => [],
  }),
}));

/** One group of every question: a pod of one workload that talks to another over telnet. */
const GROUP = {
  SrcK8S_Namespace: 'shop',
  SrcK8S_OwnerName: 'frontend',
  SrcK8S_OwnerType: 'Deployment',
  SrcK8S_Name: 'frontend-1',
  SrcK8S_Type: 'Pod',
  SrcK8S_HostName: 'node-1',
  SrcK8S_Service: 'web',
  SrcAddr: '203.0.113.7',
  DstK8S_Namespace: 'database',
  DstK8S_OwnerName: 'postgresql',
  DstK8S_OwnerType: 'StatefulSet',
  DstK8S_Name: 'postgresql-0',
  DstK8S_Type: 'Pod',
  DstK8S_HostName: 'node-2',
  DstK8S_Service: 'postgresql',
  DstAddr: '203.0.113.7',
  Application: 'telnet',
  Sampling: '100',
};

function instant(refId: string, series: ReadonlyArray<readonly [labels: Record<string, string>, value: number]>) {
  return series.map(([labels, value]) =>
    toDataFrame({
      refId,
      fields: [
        { name: 'Time', type: FieldType.time, values: [NOW] },
        { name: 'Value', type: FieldType.number, values: [value], labels },
      ],
    })
  );
}

/** All levels in buckets of an hour, and workloads of ten minutes too, without a gap, for a month unless told otherwise. */
function coverage(refId: string, sinceMs = NOW - 30 * 24 * HOUR_MS): DataFrame[] {
  const written = [...LEVELS.map((Level) => ({ Level, tier: '1h' })), { Level: 'workload', tier: '10m' }];
  return instant(
    refId,
    written.flatMap((one) => [
      [{ ...one, fact: 'since' }, sinceMs],
      [{ ...one, fact: 'last' }, NOW - (one.tier === '1h' ? HOUR_MS : HOUR_MS / 6)],
      [{ ...one, fact: 'keys' }, 400],
    ])
  );
}

/** What Loki would say to one target: one group for each of the questions that share it. */
function answer({ refId, expr, queryType }: Target): DataFrame[] {
  if (expr.includes('"fact"')) {
    return coverage(refId);
  }
  if (queryType === 'range') {
    return instant(refId, [[{ SrcK8S_Type: 'Pod', DstK8S_Type: 'Pod' }, 3600]]);
  }
  const plans = [...expr.matchAll(/"plan", "(\d+)"/g)].map(([, plan]) => plan ?? '');
  return instant(
    refId,
    plans.length === 0 ? [[GROUP, 5_000_000]] : plans.map((plan) => [{ ...GROUP, plan }, 5_000_000])
  );
}

function loki(respond: (target: Target) => DataFrame[] = answer) {
  const targets: Target[] = [];
  mockQuery.mockReset().mockImplementation((request) => {
    const asked = request.targets as unknown as Target[];
    targets.push(...asked);
    try {
      return of({ data: asked.flatMap(respond) });
    } catch (error) {
      return throwError(() => error);
    }
  });
  return { targets, requests: () => targets.length + mockGetResource.mock.calls.length };
}

function open(search = '') {
  locationService.push(`/a/netobserv-flows-app/overview${search}`);
  const view = new OverviewView([]);
  const scene = new EmbeddedScene({ $timeRange: new SceneTimeRange({ from: 'now-6h', to: 'now' }), body: view });
  // The chart is Grafana's panel, which is not to be had here: browser tests look at it.
  const Nothing = () => null;
  Object.defineProperty(view.state.chart, 'Component', { value: Nothing });
  sceneUtils.syncStateFromSearchParams(scene, new URLSearchParams(search));
  render(
    <MemoryRouter>
      <scene.Component model={scene} />
    </MemoryRouter>
  );
  return { view, url: () => sceneUtils.getUrlState(scene) };
}

/** Gives the person who is logged in permissions. */
function permit(permissions: Record<string, boolean>) {
  config.bootData = { user: { permissions } } as unknown as typeof config.bootData;
}

const panel = (id: string) => screen.getAllByTestId(testIds.overview.panel).find((one) => one.dataset.panel === id)!;
const settled = (view: OverviewView) => waitFor(() => expect(view.state.loading).toBe(false));

beforeEach(() => {
  forgetLabels();
  permit({ 'plugins:write': true });
  jest.spyOn(Date, 'now').mockReturnValue(NOW);
  mockGetResource
    .mockReset()
    .mockResolvedValue({ data: ['app', 'SrcK8S_Namespace', 'DstK8S_Namespace', 'FlowDirection'] });
});

afterEach(() => jest.restoreAllMocks());

describe('the overview', () => {
  it.each(['', '?from=now-24h&to=now', '?from=now-15m&to=now', '?from=now-7d&to=now'])(
    'costs at most six requests to Loki, the period before and all panels included (%s)',
    async (search) => {
      const { requests } = loki();
      const { view } = open(search);
      await settled(view);
      expect(screen.getAllByTestId(testIds.overview.panel)).toHaveLength(PANELS.length);
      expect(screen.queryByTestId(testIds.overview.failed)).not.toBeInTheDocument();
      expect(screen.queryByTestId(testIds.overview.loading)).not.toBeInTheDocument();
      expect(requests()).toBeLessThanOrEqual(6);
    }
  );

  it('reads sums once for all panels where Loki gives so many series, within six requests', async () => {
    mockGetResource.mockImplementation((path) =>
      Promise.resolve(path === 'drilldown-limits' ? { limits: { max_query_series: 10_000 } } : { data: ['app'] })
    );
    const { requests, targets } = loki(({ expr, ...target }) =>
      expr.includes('Application="Application"') && !expr.includes('"plan"')
        ? instant(target.refId, [[GROUP, 5_000_000]])
        : answer({ expr, ...target })
    );
    const { view } = open('?from=now-24h&to=now');
    await settled(view);
    expect(requests()).toBeLessThanOrEqual(6);
    // Ten questions of each period, in three stretches of hours and of ten minutes.
    const reads = targets.flatMap(({ expr }) => [...expr.matchAll(/level="workload"/g)]);
    expect(reads.length).toBeLessThanOrEqual(2 * 3 + 3);
    expect(panel('namespaces')).toHaveTextContent(/shop.*5\.00 MB/);
  });

  it('asks rollups alone for six hours', async () => {
    const { targets } = loki();
    await settled(open().view);
    for (const { expr } of targets) {
      expect(expr).toContain('app="netobserv-rollup"');
      expect(expr).not.toContain('netobserv-flowcollector');
    }
  });

  it('shows the answers, and leads from each to its flows with the page’s filters and time', async () => {
    loki();
    const { view } = open('?filter=proto%3Dtcp&quick=Applications&from=now-24h&to=now&var-ds=netobserv-loki');
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
    const { view, url } = open();
    await settled(view);
    const before = targets.length;
    await userEvent.click(screen.getByTestId(testIds.overview.compare));
    await waitFor(() => expect(targets.length).toBeGreaterThan(before));
    await settled(view);
    expect(url()).toMatchObject({ compare: 'false' });
    expect(panel('new')).toHaveTextContent('Switch on “Compare with the period before”');
  });

  it('compares nothing where sums begin within the period before', async () => {
    const answerSince = (sinceMs: number) => (target: Target) =>
      target.expr.includes('"fact"') ? coverage(target.refId, sinceMs) : answer(target);
    loki(answerSince(NOW - 7 * HOUR_MS));
    const { view } = open();
    await settled(view);
    expect(view.state.before.size).toBe(0);
    expect(screen.getByText(/nothing is compared with it/)).toBeInTheDocument();
    expect(panel('new')).toHaveTextContent('It needs a time range that has one');
    expect(panel('totals')).toHaveTextContent(/MB/);
    loki(answerSince(NOW - 13 * HOUR_MS));
    act(() => view.retry());
    await settled(view);
    await waitFor(() => expect(view.state.before.size).toBeGreaterThan(0));
    expect(screen.queryByText(/nothing is compared with it/)).not.toBeInTheDocument();
  });

  it('shows the panels that the address names, in their order, and asks for these alone', async () => {
    const { targets } = loki();
    const { view } = open('?panels=nodes,namespaces,nonsense');
    await settled(view);
    expect(screen.getAllByTestId(testIds.overview.panel).map((one) => one.dataset.panel)).toEqual([
      'nodes',
      'namespaces',
    ]);
    expect(targets.some(({ expr }) => expr.includes('Application'))).toBe(false);
  });

  it('does not ask again for panels in another order, nor for one less', async () => {
    const { targets } = loki();
    const { view, url } = open('?panels=nodes,namespaces,applications');
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
    const { view } = open('?scope=workload:shop/frontend&panels=namespaces,course');
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

  it('says what failed in the panels that it concerns, with a way to ask again', async () => {
    let down = true;
    loki((target) => {
      if (down && target.queryType === 'range') {
        throw new Error('context deadline exceeded');
      }
      return answer(target);
    });
    const { view } = open();
    await settled(view);
    expect(panel('hours')).toHaveTextContent('Loki did not answer in time');
    expect(panel('namespaces')).toHaveTextContent('shop');
    down = false;
    await userEvent.click(within(panel('hours')).getByRole('button', { name: 'Try again' }));
    await waitFor(() => expect(panel('hours')).not.toHaveTextContent('Loki did not answer in time'));
  });

  it('asks in shares where Loki finds too many series', async () => {
    const isShare = (expr: string) => expr.includes('|~ "^[');
    const { targets } = loki((target) => {
      if (target.queryType === 'instant' && target.expr.includes('<SrcK8S_Name>') && !isShare(target.expr)) {
        throw new Error('maximum number of series (500) reached for a single query');
      }
      return answer(target);
    });
    const { view } = open('?panels=pods');
    await settled(view);
    expect(panel('pods')).toHaveTextContent('frontend-1');
    expect(targets.some(({ expr }) => isShare(expr))).toBe(true);
  });

  it('works over flows of NetObserv’s, and says that they take longer', async () => {
    mockGetResource.mockResolvedValue({ data: ['app', 'SrcK8S_Namespace', 'SrcK8S_Type', '_RecordType'] });
    const { targets } = loki();
    const { view } = open();
    await settled(view);
    expect(screen.getByTestId(testIds.overview.notice)).toHaveTextContent('NetObserv’s collector');
    expect(panel('namespaces')).toHaveTextContent('shop');
    const questions = targets.filter(({ expr }) => !expr.includes('"fact"'));
    expect(questions.length).toBeGreaterThan(1);
    expect(questions.every(({ expr }) => expr.includes('netobserv-flowcollector'))).toBe(true);
  });

  it('says where nothing is in the data source, and leads to the connection test', async () => {
    mockGetResource.mockResolvedValue({ data: [] });
    loki(() => []);
    const { view } = open();
    await settled(view);
    const notice = screen.getByTestId(testIds.overview.notice);
    expect(notice).toHaveTextContent(/^No flows are in this data source in this time range/);
    expect(within(notice).getByRole('link', { name: /connection test/ })).toBeInTheDocument();
    for (const { id } of PANELS.filter((one) => one.id !== 'totals')) {
      expect(within(panel(id)).getByTestId(testIds.overview.empty)).toHaveTextContent(
        'No flows are in this data source'
      );
    }
  });

  it('says what to do where nothing is found, in charts too', async () => {
    loki((target) => (target.expr.includes('"fact"') ? coverage(target.refId) : []));
    const { view } = open('?panels=course,hours,namespaces');
    await settled(view);
    for (const id of ['course', 'hours', 'namespaces']) {
      expect(panel(id)).toHaveTextContent('Choose a longer one, or remove a filter');
    }
    expect(screen.queryByTestId(testIds.overview.notice)).not.toBeInTheDocument();
  });

  it('says why nothing can be asked, and leads to the connection test those alone who may see it', async () => {
    mockGetResource.mockRejectedValue({ status: 502, data: { message: 'dial tcp: connection refused' } });
    loki();
    permit({ 'plugins:write': true });
    const { view } = open();
    await settled(view);
    const error = screen.getByTestId(testIds.overview.error);
    expect(error).toHaveTextContent('Loki cannot be reached');
    expect(within(error).getByRole('link', { name: /connection test/ })).toBeInTheDocument();
    permit({ 'plugins:write': false });
    act(() => view.retry());
    await settled(view);
    expect(screen.getByTestId(testIds.overview.error)).toHaveTextContent('Ask an administrator');
    expect(within(screen.getByTestId(testIds.overview.error)).queryByRole('link')).toBeNull();
  });

  it('says of what was stopped before its first answer that it was, with a way to ask again', async () => {
    loki();
    mockQuery.mockImplementation(() => NEVER);
    const { view } = open('?panels=namespaces,totals');
    expect(screen.getAllByTestId(testIds.overview.loading)).toHaveLength(2);
    await userEvent.click(screen.getByRole('button', { name: 'Cancel' }));
    expect(screen.queryByTestId(testIds.overview.loading)).not.toBeInTheDocument();
    expect(screen.getAllByTestId(testIds.overview.stopped)).toHaveLength(2);
    expect(panel('totals')).toHaveAttribute('aria-busy', 'false');
    loki();
    await userEvent.click(within(panel('totals')).getByRole('button', { name: 'Try again' }));
    await settled(view);
    expect(panel('totals')).toHaveTextContent(/MB/);
    expect(screen.queryByTestId(testIds.overview.stopped)).not.toBeInTheDocument();
  });

  it('stops what it asked when told so, and keeps the answers that it has', async () => {
    const stopped = jest.fn();
    loki();
    const { view } = open('?panels=namespaces');
    await settled(view);
    const asked = mockQuery.mock.calls.length;
    mockQuery.mockImplementation(() => NEVER.pipe(finalize(stopped)));
    act(() => view.retry());
    await waitFor(() => expect(mockQuery.mock.calls.length).toBeGreaterThan(asked));
    act(() => view.cancel());
    expect(stopped).toHaveBeenCalled();
    expect(panel('namespaces')).toHaveTextContent('shop');
    expect(screen.queryByTestId(testIds.overview.error)).not.toBeInTheDocument();
  });
});

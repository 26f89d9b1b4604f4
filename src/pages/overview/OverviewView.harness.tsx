import { screen, waitFor } from '@testing-library/react';
import { FieldType, toDataFrame, type DataFrame, type DataQueryRequest } from '@grafana/data';
import { setDataSourceSrv, type DataSourceSrv } from '@grafana/runtime';
import { of, throwError, type Observable } from 'rxjs';
import { testIds } from '../../components/testIds';
import { forgetLabels } from '../../data/loki';
import { permit } from '../../data/permit.fixture';
import { openView } from '../openView.fixture';
import { OverviewView } from './OverviewView';

/** The time of the tests, in ms since the Unix epoch. */
export const NOW = Date.UTC(2026, 4, 4, 12, 20);
export const HOUR_MS = 3_600_000;
const LEVELS = ['namespace', 'workload', 'pod', 'external', 'node'];

/** One query of a request. */
export interface Target {
  readonly refId: string;
  readonly expr: string;
  readonly queryType: string;
}

/** What is asked of Loki below its API. */
export const mockGetResource = jest.fn<Promise<unknown>, unknown[]>();
/** What is asked of Loki in queries. */
export const mockQuery = jest.fn<Observable<unknown>, [DataQueryRequest]>();

/** One group of every question: a pod of one workload that talks to another over telnet. */
export const GROUP = {
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

/** Series of an instant query, as Grafana hands them over. */
export function instant(
  refId: string,
  series: ReadonlyArray<readonly [labels: Record<string, string>, value: number]>
) {
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
export function coverage(refId: string, sinceMs = NOW - 30 * 24 * HOUR_MS): DataFrame[] {
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
export function answer({ refId, expr, queryType }: Target): DataFrame[] {
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

/** Has Loki answer as given, and notes what it is asked. */
export function loki(respond: (target: Target) => DataFrame[] = answer) {
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

/** Opens the overview at an address. */
export function openPage(search = '') {
  const view = new OverviewView([]);
  // The chart is Grafana's panel, which is not to be had here: browser tests look at it.
  const Nothing = () => null;
  Object.defineProperty(view.state.chart, 'Component', { value: Nothing });
  return openView(view, { page: 'overview', search, from: 'now-6h' });
}

/** The panel of an id. */
export const panel = (id: string) =>
  screen.getAllByTestId(testIds.overview.panel).find((one) => one.dataset.panel === id)!;
/** Waits until nothing is asked any more. */
export const settled = (view: OverviewView) => waitFor(() => expect(view.state.loading).toBe(false));

/** Sets up a Grafana with one Loki, for a person who may see the configuration. */
export function setUp(): void {
  forgetLabels();
  permit({ 'plugins:write': true });
  jest.spyOn(Date, 'now').mockReturnValue(NOW);
  setDataSourceSrv({
    get: () => Promise.resolve({ type: 'loki', name: 'Loki', getResource: mockGetResource, query: mockQuery }),
    getInstanceSettings: () => ({ uid: 'netobserv-loki', type: 'loki', name: 'Loki' }),
    getList: () => [],
  } as unknown as DataSourceSrv);
  mockGetResource
    .mockReset()
    .mockResolvedValue({ data: ['app', 'SrcK8S_Namespace', 'DstK8S_Namespace', 'FlowDirection'] });
}

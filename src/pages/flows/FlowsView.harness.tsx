import { act, waitFor } from '@testing-library/react';
import {
  FieldType,
  LoadingState,
  toDataFrame,
  type DataFrame,
  type DataQueryRequest,
  type DataQueryResponse,
  type PanelData,
} from '@grafana/data';
import { setDataSourceSrv, setRunRequest, type DataSourceSrv } from '@grafana/runtime';
import { BehaviorSubject, Observable } from 'rxjs';
import { forgetLabels } from '../../data/loki';
import { openView } from '../openView.fixture';
import { FlowsView } from './FlowsView';

/** When the flows of the tests ended, unless they say so, in ms since the Unix epoch. */
export const END = 1_764_000_000_000;

const LABELS = ['app', 'SrcK8S_Namespace', 'DstK8S_Namespace', 'FlowDirection'];

/** A flow as a line, and when it ended. */
export interface Line {
  readonly TimeFlowEndMs?: number;
  readonly [field: string]: unknown;
}

function idOf(line: unknown, index: number): string {
  const { SrcK8S_Name: name } = typeof line === 'object' && line !== null ? (line as Line) : {};
  return `flow-${String(name ?? index)}`;
}

/** Flows as Grafana's Loki data source hands them over. One of a name has the same id each time. */
export function frameOf(lines: readonly unknown[]): DataFrame {
  return toDataFrame({
    refId: 'flows',
    fields: [
      { name: 'labels', type: FieldType.other, values: lines.map(() => ({ SrcK8S_Namespace: 'demo' })) },
      { name: 'Time', type: FieldType.time, values: lines.map((line) => (line as Line).TimeFlowEndMs ?? END) },
      { name: 'Line', type: FieldType.string, values: lines.map((line) => JSON.stringify(line)) },
      { name: 'id', type: FieldType.string, values: lines.map(idOf) },
    ],
  });
}

/** A question beside the table's: of counts, tops, older flows, one flow. */
export interface AskedBeside {
  readonly request: DataQueryRequest;
  /** True once nobody waits for the answer any more. */
  readonly stopped: () => boolean;
  answer(lines: readonly unknown[]): void;
}

/** What the page's Grafana was asked, and a hand on what it answers. */
export function fakeGrafana() {
  const asked: Array<Record<string, unknown>> = [];
  const beside: AskedBeside[] = [];
  const labels = jest.fn<Promise<unknown>, unknown[]>().mockResolvedValue({ data: LABELS });
  let data: BehaviorSubject<PanelData> | undefined;

  const query = (request: DataQueryRequest) =>
    new Observable<DataQueryResponse>((subscriber) => {
      let stopped = false;
      beside.push({
        request,
        stopped: () => stopped,
        answer: (lines) => {
          subscriber.next({ data: lines.length === 0 ? [] : [frameOf(lines)] });
          subscriber.complete();
        },
      });
      return () => {
        stopped = true;
      };
    });
  const dataSource = (uid = 'netobserv-loki') => ({
    type: 'loki',
    name: 'Loki',
    uid,
    getRef: () => ({ type: 'loki', uid }),
    getResource: labels,
    query,
  });
  setDataSourceSrv({
    get: (ref: { uid?: string }) => Promise.resolve(dataSource(ref.uid)),
    getInstanceSettings: () => ({ uid: 'netobserv-loki', type: 'loki', name: 'Loki' }),
    getList: () => [],
  } as unknown as DataSourceSrv);
  setRunRequest((_, request): Observable<PanelData> => {
    asked.push(request.targets[0] as unknown as Record<string, unknown>);
    data = new BehaviorSubject<PanelData>({ state: LoadingState.Loading, series: [], timeRange: request.range });
    return data;
  });
  const say = async (part: Partial<PanelData>) => {
    await waitFor(() => expect(data).toBeDefined());
    await act(async () => data!.next({ ...data!.value, ...part }));
  };
  forgetLabels();
  return {
    asked,
    beside,
    labels,
    last: () => asked[asked.length - 1],
    /** Answers the table's question; all of it, or its newest part. */
    flows: (lines: readonly unknown[], state = LoadingState.Done) => say({ state, series: [frameOf(lines)] }),
    fail: (message: string) => say({ state: LoadingState.Error, series: [], errors: [{ message, refId: 'flows' }] }),
  };
}

/** Opens the page at an address. */
export function openPage(address = '') {
  // The chart is Grafana's panel, which is not to be had here: browser tests look at it.
  const search = `${address === '' ? '?' : `${address}&`}histogram=off`;
  return openView(new FlowsView([]), { page: 'flows', search, from: 'now-15m' });
}

import React from 'react';
import { act, render, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { FieldType, LoadingState, toDataFrame, type DataFrame, type PanelData } from '@grafana/data';
import { locationService, setRunRequest } from '@grafana/runtime';
import { EmbeddedScene, SceneTimeRange, sceneUtils } from '@grafana/scenes';
import { MemoryRouter } from 'react-router-dom';
import { BehaviorSubject, type Observable } from 'rxjs';
import { testIds } from '../../components/testIds';
import { forgetLabels } from '../../data/loki';
import { FlowsView } from './FlowsView';

const END = 1_764_000_000_000;

const mockGetResource = jest.fn<Promise<unknown>, unknown[]>();

// Whole pages take their time in jsdom where the machine is busy.
jest.setTimeout(30_000);

jest.mock('@grafana/runtime', () => ({
  ...jest.requireActual('@grafana/runtime'),
  getDataSourceSrv: () => ({
    get: () =>
      Promise.resolve({
        type: 'loki',
        name: 'Loki',
        uid: 'netobserv-loki',
        getRef: () => ({ type: 'loki', uid: 'netobserv-loki' }),
        getResource: mockGetResource,
      }),
    getInstanceSettings: () => ({ uid: 'netobserv-loki', type: 'loki', name: 'Loki' }),
    getList: () => [],
  }),
}));

function answer(lines: readonly object[]): DataFrame {
  return toDataFrame({
    refId: 'flows',
    fields: [
      { name: 'labels', type: FieldType.other, values: lines.map(() => ({ SrcK8S_Namespace: 'demo' })) },
      { name: 'Time', type: FieldType.time, values: lines.map(() => END) },
      { name: 'Line', type: FieldType.string, values: lines.map((line) => JSON.stringify(line)) },
      { name: 'id', type: FieldType.string, values: lines.map((_, index) => `flow-${index}`) },
    ],
  });
}

/** What Grafana would be asked, and a hand on what it answers. */
function grafana() {
  const asked: Array<Record<string, unknown>> = [];
  let data: BehaviorSubject<PanelData> | undefined;
  setRunRequest((_, request): Observable<PanelData> => {
    asked.push(request.targets[0] as unknown as Record<string, unknown>);
    data = new BehaviorSubject<PanelData>({ state: LoadingState.Loading, series: [], timeRange: request.range });
    return data;
  });
  const say = async (part: Partial<PanelData>) => {
    await waitFor(() => expect(data).toBeDefined());
    act(() => data!.next({ ...data!.value, ...part }));
  };
  return {
    asked,
    last: () => asked[asked.length - 1],
    flows: (lines: readonly object[]) => say({ state: LoadingState.Done, series: [answer(lines)] }),
    fail: (message: string) => say({ state: LoadingState.Error, series: [], errors: [{ message, refId: 'flows' }] }),
  };
}

function open(address = '') {
  // The chart is Grafana's panel, which is not to be had here: browser tests look at it.
  const search = `${address === '' ? '?' : `${address}&`}histogram=off`;
  locationService.push(`/a/netobserv-flows-app/flows${search}`);
  const view = new FlowsView([]);
  const scene = new EmbeddedScene({ $timeRange: new SceneTimeRange({ from: 'now-15m', to: 'now' }), body: view });
  sceneUtils.syncStateFromSearchParams(scene, new URLSearchParams(search));
  render(
    <MemoryRouter>
      <scene.Component model={scene} />
    </MemoryRouter>
  );
  return { view, url: () => sceneUtils.getUrlState(scene) };
}

beforeEach(() => {
  forgetLabels();
  mockGetResource
    .mockReset()
    .mockResolvedValue({ data: ['app', 'SrcK8S_Namespace', 'DstK8S_Namespace', 'FlowDirection'] });
  jest.spyOn(Element.prototype, 'clientHeight', 'get').mockReturnValue(600);
});

afterEach(() => jest.restoreAllMocks());

describe('the flow table’s page', () => {
  it('asks Loki for its labels, then for flows, and shows them', async () => {
    const loki = grafana();
    open();
    expect(screen.getByTestId(testIds.flows.loading)).toBeInTheDocument();
    expect(screen.getByTestId(testIds.flows.summary)).toHaveTextContent('Loading flows…');

    await loki.flows([{ Bytes: 1500, SrcK8S_Name: 'web-1' }, { Bytes: 9 }]);
    expect(loki.last()).toMatchObject({ queryType: 'range', direction: 'backward', maxLines: 500 });
    expect(screen.getAllByTestId(testIds.flows.row)).toHaveLength(2);
    expect(screen.getByText('web-1')).toBeInTheDocument();
    expect(screen.getByTestId(testIds.flows.summary)).toHaveTextContent('2 flows');
    expect(screen.queryByTestId(testIds.flows.loading)).not.toBeInTheDocument();
  });

  it('takes filters, options, columns and sort from the address, and writes them back', async () => {
    const loki = grafana();
    const search =
      '?filter=src_namespace%3D%22demo%22&filter=port%3Dhttps&match=any&bidirectional=true&direction=ingress&duplicates=true&limit=100&columns=Bytes,SrcAddr&sort=-Bytes';
    const { url } = open(search);
    await loki.flows([{ Bytes: 1 }]);
    expect(loki.last()).toMatchObject({ maxLines: 100 });
    expect(String(loki.last()?.expr)).not.toContain('Duplicate');
    expect(screen.getAllByTestId(testIds.filters.chip)).toHaveLength(2);
    expect(screen.getByRole('columnheader', { name: 'Bytes' })).toHaveAttribute('aria-sort', 'descending');
    expect(url()).toMatchObject({
      filter: ['src_namespace="demo"', 'port=https'],
      match: 'any',
      bidirectional: 'true',
      direction: 'ingress',
      duplicates: 'true',
      limit: '100',
      columns: 'Bytes,SrcAddr',
      sort: '-Bytes',
    });
  });

  it('takes what it can of a bad address, and says what it could not', async () => {
    const loki = grafana();
    const { url } = open(
      '?filter=port%3D70000&filter=namespace%3Ddemo&limit=many&sort=nonsense&columns=x&direction=up'
    );
    await loki.flows([]);
    expect(screen.getAllByTestId(testIds.filters.chip)).toHaveLength(1);
    expect(screen.getByTestId(testIds.filters.problem)).toHaveTextContent(/70000/);
    expect(url()).toMatchObject({ limit: '500', filter: ['namespace=demo'] });
    expect(url()).not.toHaveProperty('sort');
  });

  it('asks again for a new filter, and keeps the rows until the answer is there', async () => {
    const user = userEvent.setup();
    const loki = grafana();
    open();
    await loki.flows([{ SrcK8S_Name: 'old' }]);
    await user.type(screen.getByTestId(testIds.filters.input), 'name=new{Enter}');
    await waitFor(() => expect(loki.asked).toHaveLength(2));
    expect(String(loki.last()?.expr)).toContain('new');
    expect(screen.getByText('old')).toBeInTheDocument();
    expect(screen.getByTestId(testIds.flows.loading)).toBeInTheDocument();

    await loki.flows([{ SrcK8S_Name: 'new' }]);
    expect(screen.queryByText('old')).not.toBeInTheDocument();
    expect(screen.getAllByTestId(testIds.flows.row)).toHaveLength(1);
  });

  it('says that nothing was found, and what to try', async () => {
    const user = userEvent.setup();
    const loki = grafana();
    open('?filter=name%3Dnope');
    await loki.flows([]);
    const empty = within(screen.getByTestId(testIds.flows.empty));
    expect(empty.getByText(/longer time range/)).toBeInTheDocument();
    expect(empty.getByRole('link', { name: 'Test the connection' })).toHaveAttribute(
      'href',
      expect.stringContaining('/plugins/netobserv-flows-app')
    );
    await user.click(empty.getByRole('button', { name: 'Show duplicates' }));
    await waitFor(() => expect(loki.asked).toHaveLength(2));
    expect(String(loki.last()?.expr)).not.toContain('Duplicate');
  });

  it('says what Loki said, and what to do', async () => {
    const loki = grafana();
    open();
    await loki.fail('max entries limit per query exceeded, limit > max_entries_limit_per_query (5000 > 1000)');
    const error = screen.getByTestId(testIds.flows.error);
    expect(error).toHaveTextContent('5000 > 1000');
    expect(error).toHaveTextContent('Choose a lower limit');
    expect(screen.queryByTestId(testIds.flows.empty)).not.toBeInTheDocument();
  });

  it('keeps the rows where a refresh of the same query fails', async () => {
    const loki = grafana();
    const { view } = open();
    await loki.flows([{ SrcK8S_Name: 'kept' }]);
    act(() => view.retry());
    await waitFor(() => expect(loki.asked).toHaveLength(2));
    await loki.fail('connection refused');
    expect(screen.getByTestId(testIds.flows.error)).toBeInTheDocument();
    expect(screen.getByText('kept')).toBeInTheDocument();
  });

  it('stops a query on request, and says so rather than that nothing was found', async () => {
    const user = userEvent.setup();
    const loki = grafana();
    open();
    await waitFor(() => expect(loki.asked).toHaveLength(1));
    await user.click(screen.getByRole('button', { name: 'Cancel' }));
    expect(screen.getByTestId(testIds.flows.error)).toHaveTextContent('cancelled');
    expect(screen.queryByTestId(testIds.flows.loading)).not.toBeInTheDocument();
    expect(screen.queryByTestId(testIds.flows.empty)).not.toBeInTheDocument();
    await user.click(screen.getByRole('button', { name: 'Try again' }));
    await waitFor(() => expect(loki.asked).toHaveLength(2));
  });

  it('says so where the labels cannot be asked for', async () => {
    const loki = grafana();
    mockGetResource.mockRejectedValue({ status: 502, data: { message: 'dial tcp: connection refused' } });
    open();
    expect(await screen.findByTestId(testIds.flows.error)).toHaveTextContent('cannot be reached');
    expect(loki.asked).toHaveLength(0);
  });

  it('counts lines that are no flows', async () => {
    const loki = grafana();
    open('?limit=50');
    await loki.flows(['no flow', { Bytes: 1 }] as object[]);
    expect(screen.getByTestId(testIds.flows.summary)).toHaveTextContent('1 flow; 1 line left out');
  });

  it('opens the details of a flow, and filters for one of its values', async () => {
    const user = userEvent.setup();
    const loki = grafana();
    const { url } = open();
    await loki.flows([{ SrcK8S_Name: 'web-1', DstPort: 443 }]);
    await user.click(screen.getByTestId(testIds.flows.row));
    const fields = await screen.findAllByTestId(testIds.details.field);
    const port = within(fields.find((field) => field.dataset.field === 'DstPort')!);
    await user.click(port.getByRole('button', { name: /Only/ }));
    await waitFor(() => expect(url()).toMatchObject({ filter: ['dst_port=443'] }));
    // The details stay: one filter after another can be chosen from them.
    expect(screen.getByTestId(testIds.details.drawer)).toBeInTheDocument();
  });
});

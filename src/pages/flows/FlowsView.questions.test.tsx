import { act, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { LoadingState } from '@grafana/data';
import { sceneGraph } from '@grafana/scenes';
import { testIds } from '../../components/testIds';
import type { Filter } from '../../flow';
import type { FlowsView } from './FlowsView';
import { END, fakeGrafana, openPage, type Line } from './FlowsView.harness';

const DAY = 86_400_000;

// Whole pages take their time in jsdom where the machine is busy.
jest.setTimeout(30_000);

beforeEach(() => jest.spyOn(Element.prototype, 'clientHeight', 'get').mockReturnValue(600));

afterEach(() => jest.restoreAllMocks());

function flow(name: string, before = 0): Line {
  return { SrcK8S_Name: name, TimeFlowEndMs: END - before };
}

/** As many flows as the least limit asks for, so that there may be more. */
function fifty(name: string): Line[] {
  return Array.from({ length: 50 }, (_, index) => flow(`${name}${index}`, index * 1000));
}

const names = (view: FlowsView) => view.state.shown.flows.rows.map((row) => row.value('SrcK8S_Name'));
const summary = () => screen.getByTestId(testIds.flows.summary);

function filterFor(view: FlowsView, name: string): void {
  const filter: Filter = { field: 'K8S_Name', side: 'either', comparison: 'contains', values: [name] };
  act(() => view.state.filters.change({ ...view.state.filters.state.set, filters: [filter] }));
}

const refresh = (view: FlowsView) => act(() => sceneGraph.getTimeRange(view).onRefresh());

describe('answers that come in parts', () => {
  const today = [flow('today')];
  const whole = [flow('today'), flow('yesterday', DAY)];

  it('are shown as they come, and nothing of them is marked as new', async () => {
    const loki = fakeGrafana();
    const { view } = openPage();
    await loki.flows(today, LoadingState.Streaming);
    expect(names(view)).toEqual(['today']);
    expect(summary()).toHaveTextContent('Showing the newest 1 flow');
    expect(screen.getByTestId(testIds.flows.loading)).toBeInTheDocument();
    expect(screen.queryByTestId(testIds.flows.older)).not.toBeInTheDocument();

    await loki.flows(whole);
    expect(names(view)).toEqual(['today', 'yesterday']);
    expect(summary()).toHaveTextContent('2 flows');
    expect(view.state.shown.fresh.size).toBe(0);
  });

  it('take nothing away while a refresh is on its way', async () => {
    const loki = fakeGrafana();
    const { view } = openPage();
    await loki.flows(whole);
    refresh(view);
    await waitFor(() => expect(loki.asked).toHaveLength(2));
    await loki.flows(today, LoadingState.Streaming);
    expect(names(view)).toEqual(['today', 'yesterday']);
    await loki.flows([flow('new', -1000), ...whole]);
    expect(names(view)).toEqual(['new', 'today', 'yesterday']);
    expect([...view.state.shown.fresh]).toEqual(['flow-new']);
  });

  it('are all shown where the pointer is at a row', async () => {
    const loki = fakeGrafana();
    const { view } = openPage();
    await loki.flows(whole);
    act(() => view.hold(true));
    filterFor(view, 'day');
    await waitFor(() => expect(loki.asked).toHaveLength(2));
    await loki.flows(today, LoadingState.Streaming);
    await loki.flows(whole);
    expect(names(view)).toEqual(['today', 'yesterday']);
    expect(screen.queryByTestId(testIds.flows.held)).not.toBeInTheDocument();
  });

  it('stay where the rest is cancelled or fails, with the way to older flows', async () => {
    const loki = fakeGrafana();
    const { view } = openPage();
    await loki.flows(today, LoadingState.Streaming);
    act(() => view.cancel());
    expect(names(view)).toEqual(['today']);
    expect(screen.getByTestId(testIds.flows.error)).toHaveTextContent('Below is what had come until then.');
    expect(screen.getByTestId(testIds.flows.older)).toBeInTheDocument();

    act(() => view.retry());
    await waitFor(() => expect(loki.asked).toHaveLength(2));
    filterFor(view, 'other');
    await waitFor(() => expect(loki.asked).toHaveLength(3));
    await loki.flows([flow('other')], LoadingState.Streaming);
    await loki.fail('context deadline exceeded');
    expect(names(view)).toEqual(['other']);
    expect(screen.getByTestId(testIds.flows.error)).toHaveTextContent('did not answer in time');
  });

  it('of the largest flows are awaited whole', async () => {
    const loki = fakeGrafana();
    const { view } = openPage('?top=Bytes');
    await waitFor(() => expect(loki.beside).toHaveLength(1));
    act(() => loki.beside[0]!.answer([]));
    await loki.flows([{ ...flow('small'), Bytes: 1 }], LoadingState.Streaming);
    expect(names(view)).toEqual([]);
    await loki.flows([
      { ...flow('small'), Bytes: 1 },
      { ...flow('large', DAY), Bytes: 9 },
    ]);
    expect(names(view)).toEqual(['large', 'small']);
  });
});

describe('a question that takes the place of another', () => {
  it('does not get older flows of the one before', async () => {
    const loki = fakeGrafana();
    const { view } = openPage('?limit=50&filter=name%3DA');
    await loki.flows(fifty('A'));
    await waitFor(() => expect(loki.beside.length).toBeGreaterThan(0));
    const before = loki.beside.length;
    act(() => void view.loadOlder());
    await waitFor(() => expect(loki.beside).toHaveLength(before + 1));
    filterFor(view, 'B');
    await waitFor(() => expect(loki.asked).toHaveLength(2));
    await loki.flows([flow('B')]);
    await act(async () => loki.beside[before]!.answer([flow('A-old', 60_000)]));
    expect(names(view)).toEqual(['B']);
    expect(view.state.older).toEqual({ state: 'idle' });
  });

  it('is not ended by the answer of the one before', async () => {
    const loki = fakeGrafana();
    const { view } = openPage('?limit=50');
    await waitFor(() => expect(loki.asked).toHaveLength(1));
    act(() => view.state.options.change({ top: 'Bytes' }));
    await waitFor(() => expect(loki.beside).toHaveLength(1));
    await loki.flows(fifty('A'));
    expect(names(view)).toEqual([]);
    expect(screen.getByRole('button', { name: 'Cancel' })).toBeInTheDocument();
  });

  it('shows no rows of the one before where its labels cannot be asked for', async () => {
    const loki = fakeGrafana();
    const { view } = openPage('?filter=name%3DA');
    await loki.flows([flow('A')]);
    loki.labels.mockRejectedValue({ status: 502, data: { message: 'dial tcp: connection refused' } });
    jest.spyOn(view, 'dataSourceUid').mockReturnValue('other-loki');
    filterFor(view, 'B');
    expect(await screen.findByTestId(testIds.flows.error)).toHaveTextContent('cannot be reached');
    expect(names(view)).toEqual([]);
  });

  it('has no total of the one before, neither beside its first rows nor where it is then cancelled', async () => {
    const loki = fakeGrafana();
    const { view } = openPage('?limit=50');
    await loki.flows(fifty('A'));
    act(() => view.setState({ total: { kind: 'counted', count: 12_345 } }));
    expect(summary()).toHaveTextContent('Showing the newest 50 of 12,345 flows');
    refresh(view);
    await waitFor(() => expect(loki.asked).toHaveLength(2));
    await loki.flows(fifty('A'));
    expect(summary()).toHaveTextContent('Showing the newest 50 of 12,345 flows');
    filterFor(view, 'B');
    expect(summary()).toHaveTextContent(/^Showing the newest 50 flows$/);
    await waitFor(() => expect(loki.asked).toHaveLength(3));
    await loki.flows([flow('B')], LoadingState.Streaming);
    expect(summary()).toHaveTextContent(/^Showing the newest 1 flow$/);
    act(() => view.cancel());
    expect(summary()).toHaveTextContent(/^Showing the newest 1 flow$/);
  });

  it('leaves the rows as they are described where it is cancelled', async () => {
    const loki = fakeGrafana();
    const { view } = openPage('?limit=50');
    await loki.flows(fifty('A'));
    act(() => view.state.options.change({ limit: 500 }));
    await waitFor(() => expect(loki.asked).toHaveLength(2));
    act(() => view.cancel());
    expect(summary()).toHaveTextContent('Showing the newest 50 flows');
    expect(screen.getByTestId(testIds.flows.error)).toHaveTextContent('Below is the last answer.');
    expect(screen.getByTestId(testIds.flows.older)).toBeInTheDocument();
  });
});

describe('refreshes that come faster than answers', () => {
  it('let the same question run on', async () => {
    const loki = fakeGrafana();
    const { view } = openPage('?limit=50&top=Bytes');
    await waitFor(() => expect(loki.beside).toHaveLength(1));
    refresh(view);
    refresh(view);
    await act(async () => loki.beside[0]!.answer([]));
    await waitFor(() => expect(loki.asked).toHaveLength(1));
    expect(loki.beside).toHaveLength(1);
    refresh(view);
    await loki.flows([flow('A')]);
    expect(names(view)).toEqual(['A']);
    refresh(view);
    await waitFor(() => expect(loki.beside).toHaveLength(2));
  });

  it('do not keep the day of another time zone', async () => {
    const loki = fakeGrafana();
    const { view } = openPage('?from=now-1d%2Fd&to=now-1d%2Fd&timezone=utc');
    await waitFor(() => expect(loki.asked).toHaveLength(1));
    act(() => sceneGraph.getTimeRange(view).onTimeZoneChange('Asia/Tokyo'));
    await waitFor(() => expect(loki.asked).toHaveLength(2));
  });

  it('let a count run on, and a new question stops it', async () => {
    const loki = fakeGrafana();
    const { view } = openPage('?limit=50');
    await loki.flows(fifty('A'));
    await waitFor(() => expect(loki.beside).toHaveLength(1));
    refresh(view);
    await waitFor(() => expect(loki.asked).toHaveLength(2));
    await loki.flows(fifty('A'));
    expect(loki.beside).toHaveLength(1);
    expect(loki.beside[0]!.stopped()).toBe(false);
    filterFor(view, 'B');
    expect(loki.beside[0]!.stopped()).toBe(true);
  });
});

describe('what Loki refuses', () => {
  const refusal = (asked: number, allowed: number) =>
    `max entries limit per query exceeded, limit > max_entries_limit_per_query (${asked} > ${allowed})`;

  it('is asked for again in fewer lines where that finds the largest flows as well', async () => {
    const loki = fakeGrafana();
    openPage('?limit=50&top=Bytes');
    await waitFor(() => expect(loki.beside).toHaveLength(1));
    await act(async () => loki.beside[0]!.answer([]));
    await waitFor(() => expect(loki.asked).toHaveLength(1));
    expect(loki.last()).toMatchObject({ maxLines: 5000 });
    await loki.fail(refusal(5000, 1000));
    expect(screen.queryByTestId(testIds.flows.error)).not.toBeInTheDocument();
    await waitFor(() => expect(loki.beside).toHaveLength(2));
    await act(async () => loki.beside[1]!.answer([]));
    await waitFor(() => expect(loki.last()).toMatchObject({ maxLines: 1000 }));
  });

  it('is offered with the next lower limit, as long as there is one', async () => {
    const user = userEvent.setup();
    const loki = fakeGrafana();
    const { url } = openPage('?limit=100');
    await waitFor(() => expect(loki.asked).toHaveLength(1));
    await loki.fail(refusal(100, 60));
    await user.click(screen.getByRole('button', { name: 'Load 50 flows at most' }));
    await waitFor(() => expect(loki.last()).toMatchObject({ maxLines: 50 }));
    expect(url()).toMatchObject({ limit: '50' });
    await loki.fail(refusal(50, 10));
    const error = within(screen.getByTestId(testIds.flows.error));
    expect(error.queryByRole('button', { name: /at most/ })).not.toBeInTheDocument();
  });
});

describe('the flow of the address', () => {
  it('is looked for again in another data source', async () => {
    const loki = fakeGrafana();
    const { view } = openPage('?flow=1763999000000000000_gone');
    await loki.flows([flow('A')]);
    await waitFor(() => expect(loki.beside).toHaveLength(1));
    await act(async () => loki.beside[0]!.answer([]));
    expect(await screen.findByTestId(testIds.details.missing)).toBeInTheDocument();

    refresh(view);
    await waitFor(() => expect(loki.asked).toHaveLength(2));
    await loki.flows([flow('A')]);
    expect(loki.beside).toHaveLength(1);

    jest.spyOn(view, 'dataSourceUid').mockReturnValue('other-loki');
    act(() => view.retry());
    await waitFor(() => expect(loki.asked).toHaveLength(3));
    await loki.flows([flow('B')]);
    await waitFor(() => expect(loki.beside).toHaveLength(2));
  });

  it('is asked for again where Loki could not be asked', async () => {
    const user = userEvent.setup();
    const loki = fakeGrafana();
    const { view } = openPage('?flow=1763999000000000000_gone');
    await loki.flows([flow('A')]);
    await waitFor(() => expect(loki.beside).toHaveLength(1));
    act(() => view.state.open.setState({ finding: 'missing', error: { title: 'Loki cannot be reached', remedy: '' } }));
    await user.click(within(screen.getByTestId(testIds.details.missing)).getByRole('button', { name: 'Try again' }));
    await waitFor(() => expect(loki.beside).toHaveLength(2));
  });
});

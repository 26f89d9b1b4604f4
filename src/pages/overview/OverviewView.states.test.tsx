import { act, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { sceneGraph } from '@grafana/scenes';
import { finalize, NEVER, of } from 'rxjs';
import { testIds } from '../../components/testIds';
import { permit } from '../../data/permit.fixture';
import { TOPS_REQUESTS } from './asking';
import {
  answer,
  coverage,
  HOUR_MS,
  loki,
  mockGetResource,
  mockQuery,
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

describe('the overview, where not all is well', () => {
  it('says what failed in the panels that it concerns, with a way to ask again', async () => {
    let down = true;
    loki((target) => {
      if (down && target.queryType === 'range') {
        throw new Error('context deadline exceeded');
      }
      return answer(target);
    });
    const { view } = openPage();
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
    const { view } = openPage('?panels=pods');
    await settled(view);
    expect(panel('pods')).toHaveTextContent('frontend-1');
    expect(targets.some(({ expr }) => isShare(expr))).toBe(true);
  });

  it('works over flows of NetObserv’s, and says that they take longer', async () => {
    mockGetResource.mockResolvedValue({ data: ['app', 'SrcK8S_Namespace', 'SrcK8S_Type', '_RecordType'] });
    const { targets } = loki();
    const { view } = openPage();
    await settled(view);
    expect(screen.getByTestId(testIds.overview.notice)).toHaveTextContent('NetObserv’s collector');
    expect(panel('namespaces')).toHaveTextContent('shop');
    expect(panel('totals')).toHaveTextContent('real traffic is about 100 times as much');
    const questions = targets.filter(({ expr }) => !expr.includes('"fact"'));
    expect(questions.length).toBeGreaterThan(1);
    expect(questions.every(({ expr }) => expr.includes('netobserv-flowcollector'))).toBe(true);
  });

  it('says where nothing is in the data source, and leads to the connection test', async () => {
    mockGetResource.mockResolvedValue({ data: [] });
    loki(() => []);
    const { view } = openPage();
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
    const { view } = openPage('?panels=course,hours,namespaces');
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
    const { view } = openPage();
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

  it('asks nothing of a time range that runs backwards, and says so', async () => {
    const { requests } = loki();
    const { view } = openPage(`?from=${NOW}&to=${NOW - HOUR_MS}`);
    await settled(view);
    expect(screen.getByTestId(testIds.overview.error)).toHaveTextContent('The time range is empty or runs backwards');
    expect(requests()).toBe(0);
  });

  it('says of what was stopped before its first answer that it was, with a way to ask again', async () => {
    loki();
    mockQuery.mockImplementation(() => NEVER);
    const { view } = openPage('?panels=namespaces,totals');
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
    const { view } = openPage('?panels=namespaces');
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

describe('refreshes that come faster than answers', () => {
  /** What a load asks: which sums there are, and lists in two requests. */
  const REQUESTS = 1 + TOPS_REQUESTS;

  /** Has Loki say which sums there are, and leave what is asked of them unanswered. */
  const neverAnswered = (stopped: () => void) =>
    mockQuery.mockImplementation(({ targets }) => {
      const asked = targets as unknown as Target[];
      return asked.every(({ expr }) => expr.includes('"fact"'))
        ? of({ data: asked.flatMap(answer) })
        : NEVER.pipe(finalize(stopped));
    });

  it('let the same questions run on; others, and asking again by hand, take their place', async () => {
    const stopped = jest.fn();
    loki();
    neverAnswered(stopped);
    const { view } = openPage('?panels=namespaces');
    await waitFor(() => expect(mockQuery).toHaveBeenCalledTimes(REQUESTS));
    act(() => sceneGraph.getTimeRange(view).onRefresh());
    act(() => sceneGraph.getTimeRange(view).onRefresh());
    expect(stopped).not.toHaveBeenCalled();
    act(() => view.state.options.change({ panels: ['namespaces', 'nodes'] }));
    expect(stopped).toHaveBeenCalledTimes(TOPS_REQUESTS);
    await waitFor(() => expect(mockQuery).toHaveBeenCalledTimes(2 * REQUESTS));
    act(() => view.retry());
    expect(stopped).toHaveBeenCalledTimes(2 * TOPS_REQUESTS);
    await waitFor(() => expect(mockQuery).toHaveBeenCalledTimes(3 * REQUESTS));
    loki();
    act(() => view.retry());
    await settled(view);
    const before = mockQuery.mock.calls.length;
    act(() => sceneGraph.getTimeRange(view).onRefresh());
    await waitFor(() => expect(mockQuery.mock.calls.length).toBeGreaterThan(before));
    await settled(view);
  });

  it('do not keep the day of another time zone', async () => {
    loki();
    neverAnswered(jest.fn());
    const { view } = openPage('?from=now-1d%2Fd&to=now-1d%2Fd&timezone=utc&panels=namespaces');
    await waitFor(() => expect(mockQuery).toHaveBeenCalledTimes(REQUESTS));
    const fromMs = view.state.span!.fromMs;
    act(() => sceneGraph.getTimeRange(view).onTimeZoneChange('Asia/Tokyo'));
    expect(view.state.span?.fromMs).toBe(fromMs - 9 * HOUR_MS);
    await waitFor(() => expect(mockQuery).toHaveBeenCalledTimes(2 * REQUESTS));
  });
});

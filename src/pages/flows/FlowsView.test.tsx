import { act, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { NETOBSERV_LABELS } from '@netobserv-flows/schema';
import { testIds } from '../../components/testIds';
import { permit } from '../../data/permit.fixture';
import { END, fakeGrafana, openPage } from './FlowsView.harness';

// Whole pages take their time in jsdom where the machine is busy.
jest.setTimeout(30_000);

beforeEach(() => jest.spyOn(Element.prototype, 'clientHeight', 'get').mockReturnValue(600));

afterEach(() => jest.restoreAllMocks());

describe('the flow table’s page', () => {
  it('asks Loki for its labels, then for flows, and shows them', async () => {
    const loki = fakeGrafana();
    openPage();
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
    const loki = fakeGrafana();
    const search =
      '?filter=src_namespace%3D%22demo%22&filter=port%3Dhttps&match=any&bidirectional=true&direction=ingress&duplicates=true&limit=100&columns=Bytes,SrcAddr&sort=-Bytes';
    const { url } = openPage(search);
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
    const loki = fakeGrafana();
    const { url } = openPage(
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
    const loki = fakeGrafana();
    openPage();
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
    permit({ 'plugins:write': true });
    const user = userEvent.setup();
    const loki = fakeGrafana();
    openPage('?filter=name%3Dnope');
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
    const loki = fakeGrafana();
    openPage();
    await loki.fail('max entries limit per query exceeded, limit > max_entries_limit_per_query (5000 > 1000)');
    const error = screen.getByTestId(testIds.flows.error);
    expect(error).toHaveTextContent('5000 > 1000');
    expect(error).toHaveTextContent('Choose a lower limit');
    expect(screen.queryByTestId(testIds.flows.empty)).not.toBeInTheDocument();
  });

  it('keeps the rows where a refresh of the same query fails', async () => {
    const loki = fakeGrafana();
    const { view } = openPage();
    await loki.flows([{ SrcK8S_Name: 'kept' }]);
    act(() => view.retry());
    await waitFor(() => expect(loki.asked).toHaveLength(2));
    await loki.fail('connection refused');
    expect(screen.getByTestId(testIds.flows.error)).toBeInTheDocument();
    expect(screen.getByText('kept')).toBeInTheDocument();
  });

  it('stops a query on request, and says so rather than that nothing was found', async () => {
    const user = userEvent.setup();
    const loki = fakeGrafana();
    openPage();
    await waitFor(() => expect(loki.asked).toHaveLength(1));
    await user.click(screen.getByRole('button', { name: 'Cancel' }));
    expect(screen.getByTestId(testIds.flows.error)).toHaveTextContent('cancelled');
    expect(screen.queryByTestId(testIds.flows.loading)).not.toBeInTheDocument();
    expect(screen.queryByTestId(testIds.flows.empty)).not.toBeInTheDocument();
    await user.click(screen.getByRole('button', { name: 'Try again' }));
    await waitFor(() => expect(loki.asked).toHaveLength(2));
  });

  it('counts flows that NetObserv’s collector wrote once, by their direction', async () => {
    const loki = fakeGrafana();
    loki.labels.mockResolvedValue({ data: ['app', ...NETOBSERV_LABELS] });
    openPage();
    await waitFor(() => expect(loki.beside).toHaveLength(1));
    await act(async () => loki.beside[0]!.answer([{ AgentIP: '192.168.10.1', Packets: 2, Bytes: 1500 }]));
    await loki.flows([{ Bytes: 1500 }]);
    expect(loki.last()?.expr).toContain('| FlowDirection!="1" or DstK8S_Type="" or DstK8S_Type="Service" |');
  });

  it('asks nothing of an empty time range, and says so', async () => {
    const loki = fakeGrafana();
    openPage(`?from=${END}&to=${END}`);
    expect(await screen.findByTestId(testIds.flows.error)).toHaveTextContent('empty or runs backwards');
    expect(loki.labels).not.toHaveBeenCalled();
    expect(loki.asked).toHaveLength(0);
  });

  it('says so where the labels cannot be asked for', async () => {
    const loki = fakeGrafana();
    loki.labels.mockRejectedValue({ status: 502, data: { message: 'dial tcp: connection refused' } });
    openPage();
    expect(await screen.findByTestId(testIds.flows.error)).toHaveTextContent('cannot be reached');
    expect(loki.asked).toHaveLength(0);
  });

  it('counts lines that are no flows', async () => {
    const loki = fakeGrafana();
    openPage('?limit=50');
    await loki.flows(['no flow', { Bytes: 1 }] as object[]);
    expect(screen.getByTestId(testIds.flows.summary)).toHaveTextContent('1 flow; 1 line left out');
  });

  it('opens the details of a flow, and filters for one of its values', async () => {
    const user = userEvent.setup();
    const loki = fakeGrafana();
    const { url } = openPage();
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

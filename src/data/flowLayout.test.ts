import { FieldType, toDataFrame, type DataQueryRequest } from '@grafana/data';
import { DEFAULT_LABELS, LINE_ORDER, NETOBSERV_LABELS, type FlowRecord } from '@netobserv-flows/schema';
import { of } from 'rxjs';
import { matchesQuery, NO_FILTERS } from '../flow';
import { flowLayout } from './flowLayout';
import { flowQueryOptions } from './flowsQuery';
import { forgetLabels } from './loki';
import { rangeOf } from './newestFlow';

const DAY_MS = 86_400_000;
const NOON = Date.UTC(2026, 2, 14, 12);
const HOUR = rangeOf(NOON - 3_600_000, NOON);

const mockGetResource = jest.fn<Promise<unknown>, [path: string, params: Record<string, string>]>();
const mockQuery = jest.fn<unknown, [DataQueryRequest]>();

jest.mock('@grafana/runtime', () => ({
  ...jest.requireActual('@grafana/runtime'),
  getDataSourceSrv: () => ({
    get: () => Promise.resolve({ type: 'loki', name: 'Loki', getResource: mockGetResource, query: mockQuery }),
  }),
}));

/** A packet stream between two pods, as each of their nodes saw it. */
const FLOW: Partial<FlowRecord> = {
  SrcAddr: '10.128.0.11',
  DstAddr: '10.128.1.12',
  Proto: 6,
  Bytes: 1000,
  Packets: 2,
  SrcK8S_Name: 'web-1',
  AgentIP: '192.168.10.1',
  TimeFlowEndMs: NOON,
};
const inOrder = (names: readonly string[]) =>
  Object.fromEntries(names.flatMap((name) => (name in FLOW ? [[name, FLOW[name as keyof FlowRecord]]] : [])));
const ours = inOrder(LINE_ORDER);
const sorted = inOrder([...LINE_ORDER].sort());
/** NetObserv's collector writes fields in the order in which Go's maps come: any. */
const anyOrder = inOrder([
  'Packets',
  'TimeFlowEndMs',
  'Bytes',
  'SrcAddr',
  'Proto',
  'AgentIP',
  'SrcK8S_Name',
  'DstAddr',
]);
const bytesFirst = inOrder(['Bytes', 'Proto', 'Packets', 'SrcAddr', 'AgentIP', 'DstAddr', 'TimeFlowEndMs']);

function loki(labels: readonly string[], ...lines: readonly object[]) {
  mockGetResource.mockResolvedValue({ data: ['app', ...labels] });
  const stream = {
    app: 'netobserv-flowcollector',
    FlowDirection: '0',
    SrcK8S_OwnerName: 'web',
    detected_level: 'info',
  };
  mockQuery.mockReturnValue(
    of({
      data: [
        toDataFrame({
          refId: 'layout',
          fields: [
            { name: 'labels', type: FieldType.other, values: lines.map(() => stream) },
            { name: 'Time', type: FieldType.time, values: lines.map((_, index) => NOON - index) },
            { name: 'Line', type: FieldType.string, values: lines.map((line) => JSON.stringify(line)) },
          ],
        }),
      ],
    })
  );
}

beforeEach(() => {
  forgetLabels();
  jest.clearAllMocks();
});

describe('who wrote the flows', () => {
  it.each<[string, readonly string[], readonly object[], string]>([
    ['by the label for connections', [...NETOBSERV_LABELS, '_RecordType'], [], 'netobserv'],
    ['by our short list of labels', DEFAULT_LABELS, [], 'own'],
    ['ours with NetObserv’s list', NETOBSERV_LABELS, [ours, ours], 'own'],
    ['NetObserv’s, in the alphabet’s order', NETOBSERV_LABELS, [sorted], 'netobserv'],
    ['NetObserv’s, in whatever order', NETOBSERV_LABELS, [anyOrder, bytesFirst, sorted], 'netobserv'],
    ['NetObserv’s, of which one happens to begin as ours', NETOBSERV_LABELS, [ours, anyOrder, sorted], 'netobserv'],
    ['ours where there are none', NETOBSERV_LABELS, [], 'own'],
  ])('is told: %s', async (_, labels, lines, recordSource) => {
    loki(labels, ...lines);
    expect(await flowLayout('loki', HOUR)).toEqual({ labels: ['app', ...labels], recordSource });
  });

  it('is asked only where labels do not tell, and once a minute', async () => {
    loki(DEFAULT_LABELS);
    await flowLayout('loki', HOUR);
    expect(mockQuery).not.toHaveBeenCalled();
    forgetLabels();
    loki(NETOBSERV_LABELS, ours);
    await flowLayout('loki', HOUR);
    await flowLayout('loki', HOUR);
    expect(mockQuery).toHaveBeenCalledTimes(1);
    expect(mockQuery.mock.lastCall?.[0].targets).toEqual([
      expect.objectContaining({ expr: '{app="netobserv-flowcollector"}', maxLines: 10, direction: 'backward' }),
    ]);
  });

  it('makes a flow of NetObserv’s that two nodes saw count once', async () => {
    loki(NETOBSERV_LABELS, anyOrder);
    const options = flowQueryOptions({ set: NO_FILTERS, duplicates: false, ...(await flowLayout('loki', HOUR)) });
    const seen = [0, 1].map((FlowDirection) => ({ ...FLOW, FlowDirection, SrcK8S_Type: 'Pod', DstK8S_Type: 'Pod' }));
    expect(seen.filter((flow) => matchesQuery(NO_FILTERS, options, flow))).toEqual([seen[0]]);
  });

  it('is looked for in no more than a default Loki lets pass', async () => {
    loki(NETOBSERV_LABELS, ours);
    await flowLayout('loki', rangeOf(NOON - 60 * DAY_MS, NOON));
    expect(mockGetResource.mock.lastCall?.[1]).toMatchObject({
      start: `${NOON - 30 * DAY_MS}000000`,
      end: `${NOON}000000`,
    });
  });
});

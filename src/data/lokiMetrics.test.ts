import { FieldType, toDataFrame, type DataFrame, type DataQueryRequest, type DataQueryResponse } from '@grafana/data';
import { DEFAULT_LABELS } from '@netobserv-flows/schema';
import { Observable, of } from 'rxjs';
import { NO_FILTERS, parseFilterText } from '../flow';
import { flowConversation } from './conversation';
import { countFlows } from './flowCount';
import { flowHistogram, histogramSceneQuery } from './histogram';
import { explainError } from './lokiErrors';
import { runMetric, seriesFromFrames } from './lokiMetrics';
import { rangeOf } from './newestFlow';
import { findTopFlows, topFlowsQueries } from './topFlows';

const dataSource = {
  type: 'loki',
  name: 'Loki',
  query: jest.fn<Observable<DataQueryResponse>, [DataQueryRequest]>(),
  getResource: jest.fn<Promise<unknown>, [string, object, object]>(),
};

jest.mock('@grafana/runtime', () => ({
  ...jest.requireActual<object>('@grafana/runtime'),
  getDataSourceSrv: () => ({ get: () => Promise.resolve(dataSource) }),
}));

const RANGE = rangeOf(1_000_000, 1_600_000);
const SUBJECT = { set: NO_FILTERS, labels: DEFAULT_LABELS, duplicates: false };

interface Target {
  refId: string;
  expr: string;
  queryType: string;
}

/** The frames of an instant query as Grafana's data source gives them: one table with a column a label. */
function table(refId: string, ...rows: Array<Record<string, string | number>>): DataFrame {
  const names = Object.keys(rows[0] ?? {}).filter((name) => name !== 'value');
  return toDataFrame({
    refId,
    fields: [
      { name: 'Time', type: FieldType.time, values: rows.map(() => 1_600_000) },
      ...names.map((name) => ({ name, type: FieldType.string, values: rows.map((row) => row[name]) })),
      { name: `Value #${refId}`, type: FieldType.number, values: rows.map(({ value }) => value) },
    ],
  });
}

function logs(...flows: object[]): DataFrame {
  return toDataFrame({
    fields: [
      { name: 'Time', type: FieldType.time, values: flows.map(() => 1_500_000) },
      { name: 'Line', type: FieldType.string, values: flows.map((flow) => JSON.stringify(flow)) },
    ],
  });
}

/** Answers each target by itself. */
function answer(frames: (target: Target) => DataFrame[]) {
  dataSource.query.mockImplementation(({ targets }) => of({ data: (targets as unknown as Target[]).flatMap(frames) }));
}

const asked = () => dataSource.query.mock.calls.map(([{ targets }]) => targets as unknown as Target[]);

beforeEach(() => {
  dataSource.query.mockReset();
  dataSource.getResource.mockReset();
});

describe('figures from Loki', () => {
  it('come as series, whether as frames with labels or as a table', () => {
    const series = toDataFrame({
      fields: [
        { name: 'Time', type: FieldType.time, values: [1, 2] },
        { name: 'Value', type: FieldType.number, values: [5, 6], labels: { a: 'x' } },
      ],
    });
    expect(seriesFromFrames([series])).toEqual([
      {
        labels: { a: 'x' },
        values: [
          [1, 5],
          [2, 6],
        ],
      },
    ]);
    expect(seriesFromFrames([table('q', { a: 'x', value: 5 }, { a: 'y', value: 6 })])).toEqual([
      { labels: { a: 'x' }, values: [[1_600_000, 5]] },
      { labels: { a: 'y' }, values: [[1_600_000, 6]] },
    ]);
    expect(seriesFromFrames([logs({ Bytes: 1 })])).toEqual([]);
  });

  it('fail with what Loki said', async () => {
    dataSource.query.mockReturnValue(of({ data: [], errors: [{ message: 'context deadline exceeded' }] }));
    const error: unknown = await runMetric('uid', RANGE, { expr: 'x' }).catch((reason: unknown) => reason);
    expect(explainError(error).title).toBe('Loki did not answer in time');
  });

  it('are no longer waited for once cancelled, and the request is given up', async () => {
    const gaveUp = jest.fn();
    dataSource.query.mockReturnValue(new Observable(() => gaveUp));
    const controller = new AbortController();
    const running = runMetric('uid', RANGE, { expr: 'x' }, controller.signal);
    await Promise.resolve();
    await Promise.resolve();
    controller.abort();
    await expect(running).rejects.toMatchObject({ name: 'AbortError' });
    expect(gaveUp).toHaveBeenCalledTimes(dataSource.query.mock.calls.length);
    await expect(runMetric('uid', RANGE, { expr: 'x' }, controller.signal)).rejects.toMatchObject({
      name: 'AbortError',
    });
  });
});

describe('the histogram', () => {
  it('has every bucket of the range, also the empty ones, ends of spans as times', async () => {
    answer(({ refId }) => [
      toDataFrame({
        refId,
        fields: [
          { name: 'Time', type: FieldType.time, values: [1_200_000] },
          { name: 'Value', type: FieldType.number, values: [7] },
        ],
      }),
    ]);
    const buckets = await flowHistogram('uid', SUBJECT, RANGE, 'bytes', 100_000);
    expect(buckets).toHaveLength(6);
    expect(buckets[1]).toEqual({ fromMs: 1_100_000, toMs: 1_200_000, value: 7 });
    expect(buckets.filter(({ value }) => value > 0)).toHaveLength(1);
    expect(asked()[0]?.[0]).toMatchObject({ queryType: 'range', step: '100s' });
  });

  it('can be asked by a panel', () => {
    expect(histogramSceneQuery(SUBJECT, 'flows', 60_000)).toEqual({
      refId: 'histogram',
      expr:
        'sum(count_over_time({app="netobserv-flowcollector"} != `"Duplicate":true` [60s]))' +
        ' or sum(count_over_time({app="netobserv-none"} [24h]))',
      queryType: 'range',
      step: '60s',
    });
  });
});

describe('the count', () => {
  const sampled = (lines: number, flows: number, exact: number) =>
    answer(({ refId }) => [table(refId, { value: { lines, flows, figure: exact }[refId] ?? 0 })]);

  it('is exact where few lines have to be read', async () => {
    dataSource.getResource.mockResolvedValue({ entries: 40_000 });
    sampled(800, 600, 31_234);
    expect(await countFlows('uid', SUBJECT, RANGE)).toEqual({ count: 31_234, exact: true, kind: 'counted' });
  });

  it('is estimated by the share that a sample finds of what the index knows', async () => {
    dataSource.getResource.mockResolvedValue({ entries: 1_000_000 });
    sampled(18_000, 9000, 0);
    expect(await countFlows('uid', SUBJECT, RANGE)).toEqual({ count: 500_000, exact: false, kind: 'estimated' });
    const [path, params] = dataSource.getResource.mock.calls[0] ?? [];
    expect([path, params]).toEqual([
      'index/stats',
      { query: '{app="netobserv-flowcollector"}', start: '1000000000000', end: '1600000000000' },
    ]);
  });

  it.each([
    ['does not know recent flows yet', () => Promise.resolve({ entries: 12 })],
    ['cannot be asked', () => Promise.reject(new Error('404'))],
  ])('stands on the sample alone where the index %s', async (_why, stats) => {
    dataSource.getResource.mockImplementation(stats);
    sampled(18_000, 9000, 0);
    expect(await countFlows('uid', SUBJECT, RANGE)).toEqual({ count: 450_000, exact: false, kind: 'estimated' });
  });

  it('is a bound where the sample held nothing', async () => {
    dataSource.getResource.mockResolvedValue({ entries: 1_000_000 });
    sampled(18_000, 0, 0);
    expect(await countFlows('uid', SUBJECT, RANGE)).toEqual({ count: 1_000_000, exact: false, kind: 'at most' });
  });
});

describe('the top flows', () => {
  it('are found by counting, then loaded by queries of their own', async () => {
    answer(({ refId }) => [
      table(
        refId,
        { volume_digits: '5', volume_lead: '7', value: 3 },
        { volume_digits: '4', volume_lead: '9', value: 900 }
      ),
    ]);
    const found = await findTopFlows('uid', SUBJECT, RANGE, 'bytes', { wanted: 500 });
    expect(found).toMatchObject({ atLeast: 9000, flows: 903 });
    const parsed = parseFilterText('proto=tcp');
    const also = [{ ...NO_FILTERS, filters: parsed.ok ? parsed.value : [] }];
    const [query, ...others] = topFlowsQueries({ ...SUBJECT, also }, found);
    expect(others).toEqual([]);
    expect(query).toMatchObject({ refId: 'top0', maxLines: 5000 });
    expect(query?.expr).toContain('| Proto="6" | Bytes>=9000');
  });
});

describe('the conversation', () => {
  const FLOW = { SrcAddr: '10.0.0.1', DstAddr: '10.0.0.2', SrcPort: 5, DstPort: 6, Proto: 6 };
  const BACK = { SrcAddr: '10.0.0.2', DstAddr: '10.0.0.1', SrcPort: 6, DstPort: 5, Proto: 6 };
  const [there, back] = [
    { ...FLOW, Bytes: 10, Packets: 1, TimeFlowStartMs: 1_100_000, TimeFlowEndMs: 1_200_000 },
    { ...BACK, Bytes: 4, Packets: 2, TimeFlowStartMs: 1_150_000, TimeFlowEndMs: 1_250_000 },
  ];
  const where = { labels: DEFAULT_LABELS };

  it('is added up from one request where its flows can be loaded', async () => {
    answer(() => [logs(there, back, { ...back, TimeFlowEndMs: 1_400_000 })]);
    const found = await flowConversation('uid', where, there, RANGE);
    expect(found).toMatchObject({
      there: { flows: 1, bytes: 10, packets: 1 },
      back: { flows: 2, bytes: 8, packets: 4 },
      firstMs: 1_100_000,
      lastMs: 1_400_000,
      reverse: { flow: { TimeFlowEndMs: 1_250_000 } },
    });
    expect(asked()).toHaveLength(1);
  });

  it('is added up by Loki where there are too many', async () => {
    answer(({ refId, expr, queryType }) => {
      if (queryType === 'instant') {
        return [table(refId, { value: refId.startsWith('back') ? 5 : 9 })];
      }
      return expr.includes(' or ')
        ? [logs(...Array.from({ length: 1000 }, (_, index) => ({ ...there, TimeFlowStartMs: index })))]
        : [logs(back)];
    });
    const found = await flowConversation('uid', where, there, RANGE);
    expect(found).toMatchObject({ there: { flows: 9 }, back: { flows: 5, bytes: 5 }, reverse: { flow: BACK } });
    expect(asked()).toHaveLength(4);
  });

  it('needs two ends', async () => {
    expect(await flowConversation('uid', where, { Proto: 6 }, RANGE)).toBeUndefined();
    expect(dataSource.query).not.toHaveBeenCalled();
  });
});

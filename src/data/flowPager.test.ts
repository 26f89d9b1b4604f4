import { FieldType, toDataFrame, type DataQueryRequest, type DataQueryResponse } from '@grafana/data';
import fc from 'fast-check';
import { Observable } from 'rxjs';
import { NO_FILTERS } from '../flow';
import { CrowdedMillisecondError, flowPages, olderFlows, type PagedRequest } from './flowPager';
import type { FlowRow } from './flowRow';
import { flowsFromFrames } from './frames';
import { explainError } from './lokiErrors';
import { rangeOf } from './newestFlow';

const START = 1_764_000_000_000;
const END = START + 1000;

interface Entry {
  /** Nanoseconds since `START`. */
  readonly ns: number;
  readonly line: string;
}

const mockQuery = jest.fn<Observable<DataQueryResponse>, [DataQueryRequest]>();

jest.mock('@grafana/runtime', () => ({
  ...jest.requireActual('@grafana/runtime'),
  getDataSourceSrv: () => ({
    get: () => Promise.resolve({ type: 'loki', name: 'Loki', getResource: jest.fn(), query: mockQuery }),
  }),
}));

const stamp = (ns: number) => String(BigInt(START) * BigInt(1_000_000) + BigInt(ns));

/** What Grafana answers: newest first, its ids made of time and content, a counter behind equal ones. */
function answer(entries: readonly Entry[]): DataQueryResponse {
  const counts = new Map<string, number>();
  const ids = entries.map(({ ns, line }) => {
    const id = `${stamp(ns)}_${line.length.toString(16)}${line.slice(-8, -1).replaceAll('"', '')}`;
    const count = counts.get(id) ?? 0;
    counts.set(id, count + 1);
    return count === 0 ? id : `${id}_${count}`;
  });
  return {
    data: [
      toDataFrame({
        fields: [
          { name: 'labels', type: FieldType.other, values: entries.map(() => ({ app: 'netobserv-flowcollector' })) },
          { name: 'Time', type: FieldType.time, values: entries.map(({ ns }) => START + Math.floor(ns / 1_000_000)) },
          { name: 'Line', type: FieldType.string, values: entries.map(({ line }) => line) },
          { name: 'tsNs', type: FieldType.string, values: entries.map(({ ns }) => stamp(ns)) },
          { name: 'id', type: FieldType.string, values: ids },
        ],
      }),
    ],
  };
}

/** Loki by its rules: `start` inclusive, `end` exclusive, the newest first, no more than the limit. */
function loki(store: Entry[], { most = Infinity, onQuery }: { most?: number; onQuery?(turn: number): void } = {}) {
  let turn = 0;
  mockQuery.mockImplementation(({ range, targets }) => {
    onQuery?.(turn++);
    const { maxLines } = targets[0] as unknown as { maxLines: number };
    return new Observable((subscriber) => {
      if (maxLines > most) {
        const message = `max entries limit per query exceeded, limit > max_entries_limit_per_query (${maxLines} > ${most})`;
        subscriber.next({ data: [], errors: [{ message, refId: 'flows' }] });
        subscriber.complete();
        return;
      }
      const [from, to] = [range.from.valueOf(), range.to.valueOf()].map((ms) => (ms - START) * 1_000_000) as [
        number,
        number,
      ];
      const found = store.filter(({ ns }) => ns >= from && ns < to).sort((a, b) => b.ns - a.ns);
      subscriber.next(answer(found.slice(0, maxLines)));
      subscriber.complete();
    });
  });
}

const paged: PagedRequest = {
  uid: 'netobserv-loki',
  range: rangeOf(START, END),
  request: { set: NO_FILTERS, labels: ['app'], duplicates: false },
};

const flowEntry = (ns: number, number: number): Entry => ({ ns, line: `{"Bytes":${number}}` });

async function walk(pageSize: number, request = paged) {
  const rows: FlowRow[] = [];
  let skipped = 0;
  let pages = 0;
  for await (const page of flowPages(request, { pageSize })) {
    rows.push(...page.rows);
    skipped += page.skipped;
    pages++;
  }
  return { rows, bytes: rows.map(({ flow }) => flow.Bytes), skipped, pages };
}

beforeEach(() => mockQuery.mockReset());

describe('paging through flows', () => {
  it('brings every flow exactly once, however many end in one millisecond', async () => {
    await fc.assert(
      fc.asyncProperty(
        // Few milliseconds, so that many flows share one; at most a page less one in each.
        fc.array(fc.tuple(fc.nat(12), fc.nat(999_999)), { maxLength: 120 }),
        fc.integer({ min: 2, max: 40 }),
        async (times, pageSize) => {
          const counts = new Map<number, number>();
          const store = times
            .filter(([ms]) => {
              counts.set(ms, (counts.get(ms) ?? 0) + 1);
              return (counts.get(ms) ?? 0) < pageSize;
            })
            .map(([ms, ns], index) => flowEntry(ms * 1_000_000 + ns, index));
          loki(store);
          const { bytes, rows } = await walk(pageSize);
          expect([...bytes].sort()).toEqual(
            store.map(({ line }) => (JSON.parse(line) as { Bytes: number }).Bytes).sort()
          );
          const ends = rows.map(({ flow }) => flow.TimeFlowEndMs ?? 0);
          expect(ends).toEqual([...ends].sort((a, b) => b - a));
        }
      ),
      { numRuns: 200 }
    );
  });

  it('brings flows that arrive late while it walks, older than where it is, and none twice', async () => {
    const store = Array.from({ length: 30 }, (_, index) => flowEntry(index * 1_000_000, index));
    loki(store, {
      onQuery: (turn) => {
        if (turn === 1) {
          // One in the very millisecond that the last page ended in, one below it, and one that is past.
          store.push(flowEntry(20_000_500, 100), flowEntry(3_000_001, 101), flowEntry(29_000_001, 102));
        }
      },
    });
    const { bytes } = await walk(10);
    expect(bytes).toHaveLength(32);
    expect(new Set(bytes).size).toBe(32);
    expect(bytes).toEqual(expect.arrayContaining([100, 101]));
  });

  it('counts lines that are no flows once, though they lie where two pages meet', async () => {
    loki([flowEntry(5_000_000, 1), { ns: 4_000_000, line: 'hello' }, flowEntry(4_000_001, 2), flowEntry(3_000_000, 3)]);
    const { bytes, skipped } = await walk(3);
    expect(bytes).toEqual([1, 2, 3]);
    expect(skipped).toBe(1);
  });

  it('says so where one millisecond holds a whole page, after handing over what it has', async () => {
    loki(Array.from({ length: 12 }, (_, index) => flowEntry(7_000_000 + index, index)));
    const got: unknown[] = [];
    const failed = (async () => {
      for await (const page of flowPages(paged, { pageSize: 10 })) {
        got.push(...page.rows);
      }
    })();
    await expect(failed).rejects.toThrow(CrowdedMillisecondError);
    expect(new Set(got.map((row) => (row as FlowRow).id)).size).toBe(10);
    const { title, remedy, said } = explainError(await failed.catch((error: unknown) => error));
    expect(title).toMatch(/same moment/);
    expect(remedy).toMatch(/filter/);
    expect(said).toContain('10 or more flows ended in one millisecond (2025-11-24T16:00:00.007Z)');
  });

  it('falls back to the limit that Loki names, and keeps to it', async () => {
    const store = Array.from({ length: 25 }, (_, index) => flowEntry(index * 1_000_000, index));
    loki(store, { most: 10 });
    const { bytes } = await walk(5000);
    expect(bytes).toHaveLength(25);
    const limits = mockQuery.mock.calls.map(
      ([{ targets }]) => (targets[0] as unknown as { maxLines: number }).maxLines
    );
    expect(limits).toEqual([5000, 10, 10, 10]);
  });

  it('asks for half where an answer is too large to hand over', async () => {
    mockQuery.mockImplementation(
      ({ targets }) =>
        new Observable((subscriber) => {
          if ((targets[0] as unknown as { maxLines: number }).maxLines > 1250) {
            subscriber.error({ status: 500, data: { message: 'ResourceExhausted: received message larger than max' } });
            return;
          }
          subscriber.next(answer([flowEntry(1, 1)]));
          subscriber.complete();
        })
    );
    expect((await walk(5000)).bytes).toEqual([1]);
    expect(mockQuery).toHaveBeenCalledTimes(3);
  });

  it.each([
    [
      'an error of the query',
      (): DataQueryResponse => ({ data: [], errors: [{ message: 'parse error', refId: 'x' }] }),
    ],
    ['an old-style error', (): DataQueryResponse => ({ data: [], error: { message: 'parse error' } })],
  ])('throws %s', async (_, response) => {
    mockQuery.mockImplementation(
      () =>
        new Observable((subscriber) => {
          subscriber.next(response());
          subscriber.complete();
        })
    );
    await expect(walk(10)).rejects.toMatchObject({ message: 'parse error' });
  });

  it('stops the running query when told to', async () => {
    const stopped = jest.fn();
    mockQuery.mockImplementation(() => new Observable(() => stopped));
    const controller = new AbortController();
    const next = flowPages(paged, { signal: controller.signal }).next();
    await new Promise((resolve) => setTimeout(resolve, 0));
    expect(mockQuery).toHaveBeenCalledTimes(1);
    controller.abort();
    await expect(next).rejects.toMatchObject({ name: 'AbortError' });
    expect(stopped).toHaveBeenCalledTimes(1);
  });

  it('does not ask where it was stopped before', async () => {
    const subscribed = jest.fn();
    mockQuery.mockImplementation(() => new Observable(subscribed));
    const next = flowPages(paged, { signal: AbortSignal.abort() }).next();
    await expect(next).rejects.toMatchObject({ name: 'AbortError' });
    expect(subscribed).not.toHaveBeenCalled();
  });
});

describe('loading older flows', () => {
  const loadedOf = (store: Entry[], count: number) =>
    flowsFromFrames(answer([...store].sort((a, b) => b.ns - a.ns).slice(0, count)).data).rows;

  it('loads the page before the oldest row, without what is there', async () => {
    const store = Array.from({ length: 40 }, (_, index) => flowEntry(Math.floor(index / 4) * 1_000_000 + index, index));
    loki(store);
    const loaded = loadedOf(store, 10);
    const page = await olderFlows(paged, loaded, { pageSize: 8 });
    expect(page.last).toBe(false);
    expect(page.rows.map(({ flow }) => flow.Bytes)).toEqual([29, 28, 27, 26, 25, 24]);
    const rest = await olderFlows(paged, [...loaded, ...page.rows], { pageSize: 5000 });
    expect(rest.last).toBe(true);
    expect(loaded.length + page.rows.length + rest.rows.length).toBe(40);
  });

  it('passes over pages without a flow', async () => {
    const lines = Array.from({ length: 9 }, (_, index) => ({ ns: (index + 2) * 1_000_000, line: 'hello' }));
    const store = [flowEntry(20_000_000, 1), ...lines, flowEntry(1, 100)];
    loki(store);
    const page = await olderFlows(paged, loadedOf(store, 1), { pageSize: 4 });
    expect(page.rows.map(({ flow }) => flow.Bytes)).toEqual([100]);
    expect(mockQuery.mock.calls.length).toBeGreaterThan(2);
  });

  it('has nothing to load where nothing is loaded', async () => {
    expect(await olderFlows(paged, [])).toEqual({ rows: [], skipped: 0, last: true });
    expect(mockQuery).not.toHaveBeenCalled();
  });
});

import type { FlowRecord } from '@netobserv-flows/schema';
import { beforeAll, describe, expect, inject, test } from 'vitest';
import {
  alignRange,
  conversationSets,
  countQuery,
  flowQuery,
  histogramQuery,
  matchesQuery,
  NO_FILTERS,
  parseFilterText,
  sampleQuery,
  sampleSlices,
  seenQuery,
  summarizeConversation,
  topQuery,
  topSearch,
  topStep,
  totalQuery,
  volumeCount,
  type ConversationSets,
  type FilterSet,
  type FlowQueryOptions,
  type Measure,
  type TopFound,
  type TopSearch,
  type Volume,
} from '../../src/flow/index';
import { SPAN_MS, traffic, trafficStreams } from './filters/traffic';
import { LokiClient, scopedTo } from './lokiClient';

/** What else a stream may hold; none of it may add to a figure or make a query fail. */
const JUNK = ['no json', '{"Packets":1}', '{"Bytes":"many","Packets":null}', '{"Bytes":-5}', '{"Bytes":'];

const OPTIONS: FlowQueryOptions = { labels: ['SrcK8S_Namespace'], duplicates: 'hide' };
const FILTERS = ['', 'dst_port=443', 'src_namespace="demo" bytes>1kB', 'proto!=udp'];

function filters(text: string): FilterSet {
  const parsed = parseFilterText(text);
  if (!parsed.ok) {
    throw new Error(parsed.error);
  }
  return { ...NO_FILTERS, filters: parsed.value };
}

const ns = (ms: number) => BigInt(Math.round(ms)) * 1_000_000n;

describe('figures of flows from a real Loki', () => {
  const loki = new LokiClient(inject('lokiUrl'));
  const end = Math.floor(Date.now() / 1000) * 1000 - 5000;
  const start = end - SPAN_MS;
  const run = `metrics-${end}`;
  const flows = traffic(20_260_131, 12_000, end);
  const icmp = {
    ...flows[0],
    SrcAddr: '10.7.0.1',
    DstAddr: '10.7.0.2',
    Proto: 1,
    SrcPort: undefined,
    DstPort: undefined,
  };
  const pings = [5, 70, 90, 300].map((second, index): FlowRecord => {
    const ends = index % 2 === 0 ? {} : { SrcAddr: icmp.DstAddr, DstAddr: icmp.SrcAddr };
    const time = { TimeFlowStartMs: start + second * 1000 - 10, TimeFlowEndMs: start + second * 1000 };
    return {
      ...icmp,
      ...ends,
      ...time,
      Bytes: 84 + index,
      Packets: 1,
      Duplicate: index === 2 ? true : undefined,
    } as FlowRecord;
  });
  const all = [...flows, ...pings];
  /** Up to a millisecond after the flow's end, as a whole number: no double tells so few nanoseconds apart. */
  const storedNs = (flow: FlowRecord) => ns(flow.TimeFlowEndMs) + BigInt(all.indexOf(flow) % 1_000_000);
  const rangeMs = SPAN_MS + 1000;
  const at = ns(end + 1000);
  const scoped = (expr: string) => scopedTo(expr, 'test_run', run);
  const figure = (expr: string) => loki.figure(scoped(expr), at);
  const matching = (set: FilterSet, options = OPTIONS) => all.filter((flow) => matchesQuery(set, options, flow));
  const sum = (list: readonly FlowRecord[], measure: Measure) =>
    list.reduce((total, { Bytes, Packets }) => total + { flows: 1, bytes: Bytes, packets: Packets }[measure], 0);

  beforeAll(async () => {
    await loki.push(trafficStreams(all, run, JUNK));
    for (
      let attempt = 0;
      (await figure(`sum(count_over_time({app="netobserv-flowcollector"} [${rangeMs}ms]))`)) < all.length + JUNK.length;
      attempt++
    ) {
      expect(attempt, 'the flows that were pushed can be found').toBeLessThan(40);
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
  });

  test.each(FILTERS)('totals of %j are those of the flows', async (text) => {
    const set = filters(text);
    const expected = matching(set);
    // Without a filter that reads, lines that are no flows are lines of the table too.
    const lines = text === '' ? JUNK.length : 0;
    const junkPackets = text === '' || text === 'proto!=udp' ? 1 : 0;
    if (text !== 'proto!=udp') {
      expect(await figure(countQuery(set, OPTIONS, rangeMs).expr)).toBe(expected.length + lines);
      expect(await figure(totalQuery(set, OPTIONS, 'bytes', rangeMs).expr)).toBe(
        sum(expected, 'bytes') - (lines > 0 ? 5 : 0)
      );
    }
    expect(await figure(totalQuery(set, OPTIONS, 'packets', rangeMs).expr)).toBe(
      sum(expected, 'packets') + junkPackets
    );
  });

  test.each<[Measure, string]>([
    ['flows', 'dst_port=443'],
    ['bytes', 'dst_port=443'],
    ['packets', 'dst_port=53 bytes>1kB'],
  ])('the histogram of %s of %s holds in bucket t the flows of (t - step, t]', async (measure, text) => {
    const [set, step] = [filters(text), 60_000];
    const { firstMs, lastMs } = alignRange(start, end, step);
    const { expr } = histogramQuery(set, OPTIONS, measure, step);
    const series = await loki.series(scoped(expr), ns(firstMs), ns(lastMs), step / 1000);
    expect(series).toHaveLength(1);
    const expected = new Map<number, number>();
    for (const flow of matching(set)) {
      const bucket = Number((storedNs(flow) + ns(step) - 1n) / ns(step)) * step;
      expected.set(bucket, (expected.get(bucket) ?? 0) + sum([flow], measure));
    }
    const shown = [...expected].filter(([bucket]) => bucket <= lastMs).sort(([a], [b]) => a - b);
    expect(series[0]?.values).toEqual(shown);
    expect(shown.length).toBeGreaterThan(8);
  });

  test('a sample counts exactly the flows of its spans', async () => {
    const set = filters('dst_port=443');
    const slices = sampleSlices(start, end, 0.2);
    const inSlices = matching(set).filter((flow) => {
      const time = storedNs(flow);
      return slices.some(({ fromMs, toMs }) => time > ns(fromMs) && time <= ns(toMs));
    });
    expect(await loki.figure(scoped(sampleQuery(set, OPTIONS, 'flows', slices, end).expr), ns(end))).toBe(
      inSlices.length
    );
    const before = [{ fromMs: start - 60_000, toMs: start - 50_000 }, ...slices];
    expect(await loki.figure(scoped(sampleQuery(set, OPTIONS, 'flows', before, end).expr), ns(end))).toBe(
      inSlices.length
    );
  });

  test('the index knows at most what there is: recent chunks it may not know yet', async () => {
    const { entries } = await loki.stats(scoped('{app="netobserv-flowcollector"}'), ns(start), ns(end + 1000));
    expect(entries).toBeGreaterThanOrEqual(0);
    expect(entries).toBeLessThanOrEqual((all.length + JUNK.length) * 1.02);
    // The sample knows them.
    const slices = sampleSlices(start, end, 0.1);
    const { expr } = sampleQuery(filters('dst_port=443'), OPTIONS, 'lines', slices, end);
    const lines = await loki.figure(scoped(expr), ns(end));
    expect((lines * 10) / all.length).toBeCloseTo(1, 1);
  });

  async function search(set: FilterSet, volume: Volume, wanted: number, most: number) {
    let state: TopSearch | TopFound = topSearch(volume, wanted, most);
    let questions = 0;
    while (!state.done) {
      questions++;
      const { expr } = topQuery(state, set, OPTIONS, rangeMs);
      const series = await loki.vector(scoped(expr), at);
      state = topStep(
        state,
        series.flatMap(({ labels, value }) => volumeCount(labels, value) ?? [])
      );
    }
    return { found: state, questions };
  }

  test.each<[Volume, string, number, number]>([
    ['bytes', '', 50, 5000],
    ['bytes', 'dst_port=443', 20, 25],
    ['packets', 'src_namespace="demo"', 100, 110],
    ['bytes', 'src_ip=10.7.0.0/16', 50, 60],
  ])('the top by %s of %j, %i of up to %i, are exactly the greatest', async (volume, text, wanted, most) => {
    const set = filters(text);
    const { found } = await search(set, volume, wanted, most);
    const loaded: number[] = [];
    for (const { also, limit } of found.parts) {
      const { expr } = flowQuery(set, { ...OPTIONS, also: [also] });
      const lines = (await loki.lines(scoped(expr), ns(start), at)).slice(0, limit);
      loaded.push(
        ...lines.map(({ line }) =>
          Number((JSON.parse(line) as Record<string, unknown>)[volume === 'bytes' ? 'Bytes' : 'Packets'])
        )
      );
    }
    const greatest = matching(set)
      .map(({ Bytes, Packets }) => (volume === 'bytes' ? Bytes : Packets))
      .sort((a, b) => b - a);
    expect(loaded.sort((a, b) => b - a).slice(0, wanted)).toEqual(greatest.slice(0, wanted));
    expect(loaded.length).toBeLessThanOrEqual(most);
    expect(found.flows).toBeGreaterThanOrEqual(Math.min(wanted, greatest.length));
  });

  test.each([
    ['TCP or UDP', flows[17]],
    ['ICMP, which has no ports', pings[0]],
  ])('a conversation of %s is added up both ways, without duplicates', async (_name, flow) => {
    const sets = conversationSets(flow as unknown as Record<string, unknown>) as ConversationSets;
    const options = { ...OPTIONS, also: sets.also };
    const { expr } = flowQuery(sets.both, options);
    const rows = (await loki.lines(scoped(expr), ns(start), at)).map(
      ({ line }) => JSON.parse(line) as Record<string, unknown>
    );
    const expected = summarizeConversation(sets, matching(sets.both) as unknown as Array<Record<string, unknown>>);
    expect(summarizeConversation(sets, rows)).toEqual(expected);
    // The same, added up by Loki, as for conversations of very many flows.
    for (const way of ['there', 'back'] as const) {
      expect(await figure(countQuery(sets[way], options, rangeMs).expr)).toBe(expected[way].flows);
      expect(await figure(totalQuery(sets[way], options, 'bytes', rangeMs).expr)).toBe(expected[way].bytes);
      expect(await figure(totalQuery(sets[way], options, 'packets', rangeMs).expr)).toBe(expected[way].packets);
    }
    expect(await figure(seenQuery(sets.both, options, 'first', rangeMs).expr)).toBe(expected.firstMs);
    expect(await figure(seenQuery(sets.both, options, 'last', rangeMs).expr)).toBe(expected.lastMs);
    if (flow === pings[0]) {
      expect(expected).toMatchObject({ there: { flows: 1, bytes: 84 }, back: { flows: 2, bytes: 85 + 87 } });
    }
  });
});

import type { FlowRecord } from '@netobserv-flows/schema';
import { describe, expect, inject, it, onTestFinished } from 'vitest';
import { Counts } from '../../collector/src/counts';
import { Decoder } from '../../collector/src/decode/index';
import { Deduplicator, dedupConfig } from '../../collector/src/dedup/index';
import { Enricher, enrichConfig } from '../../collector/src/enrich/index';
import { createPipeline } from '../../collector/src/pipeline';
import { nodeOfExporter, observed, seeded } from '../../collector/test/dedup/simulation';
import { keepingLog, temporaryFile } from '../../collector/test/enrich/files';
import { buildCluster } from '../../stack/demo/model/cluster';
import { inventoryYaml } from '../../stack/demo/model/inventory';
import { observe } from '../../stack/demo/observe';
import { OvsExporter } from '../../stack/demo/ovs/exporter';
import { totalsByNamespaces, trafficOfSlot, type Totals } from '../../stack/demo/traffic/traffic';
import { NO_FILTERS } from '../../src/flow/index';
import {
  coverageOf,
  coverageQuery,
  planTops,
  samplingError,
  type Measure,
  type TimeSpan,
} from '../../src/flow/plan/index';
import { OWN, store } from './rollups/stored';

const MINUTE = 60_000;
const PAIRS = ['SrcK8S_Namespace', 'DstK8S_Namespace'] as const;
const now = Date.now();
/** Half an hour of traffic that ended a while ago, in the middle of a bucket. */
const SPAN = {
  fromMs: Math.floor(now / MINUTE) * MINUTE - 75 * MINUTE,
  toMs: Math.floor(now / MINUTE) * MINUTE - 45 * MINUTE,
};
const AROUND = { fromMs: SPAN.fromMs - 20 * MINUTE, toMs: SPAN.toMs + 20 * MINUTE };

type Store = ReturnType<typeof store>;

/** What Loki says, from rollups where it can and from flows alone: it must be the same. */
async function ask(stored: Store, measure: Measure, groupBy: ReadonlyArray<keyof FlowRecord>, range: TimeSpan) {
  const coverage = coverageQuery(range);
  const rollups = coverageOf(await stored.vector(coverage.expr, coverage.timeMs), now + 120 * MINUTE);
  const view = { groupBy, measure, filters: NO_FILTERS };
  const plan = planTops(view, range, { ...OWN, rollups }, { limit: 500, edges: 'exact' });
  expect(plan.parts.some(({ source }) => source === 'rollup')).toBe(true);
  const single = planTops(view, range, { ...OWN, rollups: [] }, { limit: 500, edges: 'exact' });
  const sums = await stored.groups(plan.expr, plan.timeMs, groupBy);
  expect(sums).toEqual(await stored.groups(single.expr, single.timeMs, groupBy));
  return { sums, plan };
}

interface Run {
  /** Collectors, and which of them an exporter sends to. */
  readonly collectors: number;
  /** How far the clock of each exporter is off, in ms. */
  readonly skewMs?: readonly number[];
  /** Starts each collector anew after so many minutes. */
  readonly restartAfter?: number;
  readonly aggregate?: Record<string, unknown>;
}

/** The demo cluster's switches export to collectors, as they are put together in production. */
async function runDemo(
  stored: Store,
  seed: number,
  run: Run
): Promise<{ truth: Map<string, Totals>; losses: string[] }> {
  const cluster = buildCluster(seed);
  const file = temporaryFile('inventory.yaml', inventoryYaml(cluster));
  const losses: string[] = [];
  const open = async () => {
    const enricher = await Enricher.start(enrichConfig.parse({ inventory: file }), keepingLog(), () => SPAN.fromMs);
    const onLoss = (reason: string, exporter: string) => void losses.push(`${reason} ${exporter}`);
    const decoder = new Decoder({ onLoss });
    const assume = run.collectors > 1;
    const dedup = new Deduplicator(dedupConfig.parse({ assumeNodesExport: assume }), (address) =>
      enricher.nodeOfExporter(address)
    );
    const { aggregator, writer, stop } = stored.collector(run.aggregate);
    const pipeline = createPipeline(
      {
        decode: (datagram) => decoder.decode(datagram),
        enrich: (record) => enricher.enrich(record),
        mark: (record, receivedMs, unseen) => dedup.mark(record, receivedMs, unseen),
        write: (flow) => writer.write(flow),
        aggregate: (record) => aggregator.add(record),
      },
      new Counts(),
      onLoss
    );
    return {
      pipeline,
      stop: async () => {
        enricher.stop();
        await stop();
      },
    };
  };
  let collectors = await Promise.all(Array.from({ length: run.collectors }, open));
  onTestFinished(() => Promise.all(collectors.map(({ stop }) => stop())).then(() => undefined));
  const exporters = cluster.nodes.map((node) => ({ node, ovs: new OvsExporter() }));
  const send = (index: number, payload: Buffer, receivedMs: number) =>
    collectors[index % run.collectors]!.pipeline([
      { payload, address: exporters[index]!.node.exporterAddress, port: 50_000, receivedMs },
    ]);
  const announce = (atMs: number) =>
    exporters.forEach(({ ovs }, index) => ovs.announce(atMs / 1_000).forEach((payload) => send(index, payload, atMs)));
  announce(SPAN.fromMs);

  const traffic = [];
  for (let atMs = SPAN.fromMs; atMs < SPAN.toMs; atMs += MINUTE) {
    if (run.restartAfter !== undefined && atMs === SPAN.fromMs + run.restartAfter * MINUTE) {
      await Promise.all(collectors.map(({ stop }) => stop()));
      collectors = await Promise.all(Array.from({ length: run.collectors }, open));
      announce(atMs);
    }
    const slot = trafficOfSlot(cluster, atMs, { slotMs: MINUTE, rate: 0.3 });
    traffic.push(...slot);
    for (const seen of slot.flatMap((one) => observe(cluster, one))) {
      const index = exporters.findIndex(({ node }) => node === seen.node);
      const skewMs = run.skewMs?.[index % run.skewMs.length] ?? 0;
      const skewed = { ...seen, startMs: seen.startMs + skewMs, endMs: seen.endMs + skewMs };
      send(index, exporters[index]!.ovs.record(skewed), seen.endMs + 1_000);
    }
  }
  await Promise.all(collectors.map(({ stop }) => stop()));
  collectors = [];
  return { truth: totalsByNamespaces(traffic), losses };
}

const texts = (sums: ReadonlyMap<string, number>) =>
  Object.fromEntries([...sums].map(([key, value]) => [(JSON.parse(key) as string[]).join('→'), value]));
const measured = (truth: ReadonlyMap<string, Totals>, of: 'bytes' | 'packets') =>
  Object.fromEntries([...truth].map(([key, totals]) => [key, totals[of]]));

describe(
  'what the demo’s switches export, on both sides of every node, adds up in Loki to what was sent',
  { timeout: 400_000 },
  () => {
    it.each<[string, Run]>([
      ['one collector', { collectors: 1 }],
      ['two collectors, each with half of the nodes', { collectors: 2 }],
      ['a restart in the middle of a bucket', { collectors: 1, restartAfter: 13 }],
      ['exporters whose clocks differ by minutes', { collectors: 1, skewMs: [0, -8 * MINUTE, 4 * MINUTE] }],
      ['all at once', { collectors: 2, restartAfter: 7, skewMs: [3 * MINUTE, -5 * MINUTE, 0] }],
    ])('%s', async (_what, run) => {
      const stored = store(inject('lokiUrl'));
      const { truth, losses } = await runDemo(stored, 7, run);
      expect(losses).toEqual([]);
      const bytes = await ask(stored, 'Bytes', PAIRS, AROUND);
      expect(texts(bytes.sums)).toEqual(measured(truth, 'bytes'));
      const packets = await ask(stored, 'Packets', PAIRS, AROUND);
      expect(texts(packets.sums)).toEqual(measured(truth, 'packets'));
      // The same flows, told apart by other fields.
      const total = [...truth.values()].reduce((sum, one) => sum + one.bytes, 0);
      for (const groupBy of [[], ['SrcK8S_Name'], ['DstK8S_HostName', 'SrcK8S_HostName'], ['Application']] as const) {
        const { sums } = await ask(stored, 'Bytes', groupBy, AROUND);
        expect([...sums.values()].reduce((sum, value) => sum + value, 0)).toBe(total);
      }
    });

    it('where there are more keys than allowed: totals, and what keeps its names', async () => {
      const stored = store(inject('lokiUrl'));
      const { truth } = await runDemo(stored, 7, { collectors: 1, aggregate: { maxKeys: 40 } });
      const coverage = coverageQuery(AROUND);
      const rollups = coverageOf(await stored.vector(coverage.expr, coverage.timeMs), now + 120 * MINUTE);
      expect(rollups.find(({ level }) => level === 'workload')?.folded).not.toBe('none');
      const total = [...truth.values()].reduce((sum, one) => sum + one.bytes, 0);
      const by = async (groupBy: ReadonlyArray<keyof FlowRecord>) => {
        const view = { groupBy, measure: 'Bytes' as const, filters: NO_FILTERS };
        const plan = planTops(view, AROUND, { ...OWN, rollups }, { limit: 500, edges: 'exact' });
        return { plan, sums: await stored.groups(plan.expr, plan.timeMs, groupBy) };
      };
      const workloads = await by(['SrcK8S_OwnerName', 'DstK8S_OwnerName']);
      expect(workloads.plan.exact).toBe(false);
      expect(workloads.plan.why).toContain('(other)');
      expect(workloads.sums.get('["(other)","(other)"]')).toBeGreaterThan(0);
      expect([...workloads.sums.values()].reduce((sum, value) => sum + value, 0)).toBe(total);
      const all = await by([]);
      expect([all.plan.exact, all.sums.get('[]')]).toEqual([true, total]);
    });
  }
);

describe('where one packet in so many is seen', { timeout: 400_000 }, () => {
  it.each([
    [1, 2_000],
    [100, 20_000],
  ])(
    '1:%i, rollups are the flows’ sums, and those are the true ones within the error that is told',
    async (sampling, flows) => {
      const stored = store(inject('lokiUrl'));
      const fromMs = now - 100 * MINUTE;
      const { bytes, records } = observed({ seed: 5, flows, meanPackets: 20, sampling, observers: 'nodes' }, fromMs);
      const dedup = new Deduplicator(dedupConfig.parse({}), nodeOfExporter);
      const [one, two] = [stored.collector(), stored.collector()];
      const random = seeded(1);
      records.forEach(({ record, atMs }, subMs) => {
        const at = { ...record, TimeFlowStartMs: Math.floor(atMs), TimeFlowEndMs: Math.floor(atMs) };
        dedup.mark(at, atMs);
        one.writer.write({ record: at, subMs: 1 + subMs });
        (random() < 0.5 ? one : two).aggregator.add(at);
      });
      await two.stop();
      await one.stop();
      const range = { fromMs: fromMs - MINUTE, toMs: fromMs + 70 * MINUTE };
      const { sums } = await ask(stored, 'Bytes', [], range);
      const packets = await ask(stored, 'Packets', ['Sampling'], range);
      const error = samplingError(
        [...packets.sums].map(([key, value]) => ({
          sampling: Number((JSON.parse(key) as string[])[0]),
          packets: value,
        }))
      );
      expect(error).toBeLessThan(sampling === 1 ? 0.01 : 0.05);
      // At 95%: a seed is chosen that is within it, as most are.
      expect(Math.abs(sums.get('[]')! / bytes - 1)).toBeLessThanOrEqual(error);
    }
  );
});

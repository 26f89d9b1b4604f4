import { describe, expect, it } from 'vitest';
import { buildCluster } from '../../../stack/demo/model/cluster';
import { inventoryYaml } from '../../../stack/demo/model/inventory';
import type { DemoNode } from '../../../stack/demo/model/types';
import { observe } from '../../../stack/demo/observe';
import { OvsExporter } from '../../../stack/demo/ovs/exporter';
import { totalsByNamespaces, type Totals, trafficOfSlot } from '../../../stack/demo/traffic/traffic';
import { Decoder } from '../../src/decode/index';
import { Deduplicator, dedupConfig } from '../../src/dedup/index';
import { startEnricher } from '../enrich/files';

const NOON = Date.UTC(2026, 2, 14, 12);
const SLOT_MS = 60_000;
const SLOTS = 5;

/** Sends the demo cluster's traffic as its switches would, and sums up what counts by namespaces. */
async function countDemo(seed: number) {
  const cluster = buildCluster(seed);
  const enricher = await startEnricher(inventoryYaml(cluster), {}, () => NOON);
  const dedup = new Deduplicator(dedupConfig.parse({}), (address) => enricher.nodeOfExporter(address));
  const losses: string[] = [];
  const decoder = new Decoder({ onLoss: (reason, exporter) => void losses.push(`${reason} ${exporter}`) });
  const exporters = new Map(cluster.nodes.map((node) => [node, new OvsExporter()]));
  const counted = new Map<string, Totals>();
  let records = 0;
  let unnamedPods = 0;
  const receive = ({ exporterAddress }: DemoNode, payload: Buffer, receivedMs: number) => {
    const flows = decoder.decode({ payload, address: exporterAddress, port: 50_000, receivedMs });
    for (const { record, cameInUnseen } of flows) {
      enricher.enrich(record);
      dedup.mark(record, receivedMs, cameInUnseen);
      records++;
      unnamedPods += record.SrcK8S_Type === undefined && record.DstK8S_Type === undefined ? 1 : 0;
      if (record.Duplicate === undefined) {
        const key = `${record.SrcK8S_Namespace ?? ''}→${record.DstK8S_Namespace ?? ''}`;
        const sum = counted.get(key) ?? { flows: 0, bytes: 0, packets: 0 };
        counted.set(key, {
          flows: sum.flows + 1,
          bytes: sum.bytes + record.Bytes,
          packets: sum.packets + record.Packets,
        });
      }
    }
  };
  exporters.forEach((exporter, node) =>
    exporter.announce(NOON / 1_000).forEach((datagram) => receive(node, datagram, NOON))
  );
  const traffic = Array.from({ length: SLOTS }, (_, slot) =>
    trafficOfSlot(cluster, NOON + slot * SLOT_MS, { slotMs: SLOT_MS, rate: 1 })
  ).flat();
  for (const seen of traffic.flatMap((one) => observe(cluster, one))) {
    receive(seen.node, exporters.get(seen.node)!.record(seen), seen.endMs + 1_000);
  }
  return { truth: totalsByNamespaces(traffic), counted, records, losses, unnamedPods };
}

describe('the demo cluster, from its switches’ datagrams to totals', () => {
  it.each([1, 2])('every packet counts once, under the right namespaces (seed %i)', async (seed) => {
    const { truth, counted, records, losses, unnamedPods } = await countDemo(seed);
    expect(losses).toEqual([]);
    expect(unnamedPods).toBe(0);
    expect(records).toBeGreaterThan(2 * [...truth.values()].reduce((sum, { flows }) => sum + flows, 0));
    expect(Object.fromEntries(counted)).toEqual(Object.fromEntries(truth));
  });
});

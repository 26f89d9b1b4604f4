import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FlowRecord } from '@netobserv-flows/schema';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { collectorConfig } from '../../../collector/src/config/root';
import { Decoder } from '../../../collector/src/decode';
import { Deduplicator } from '../../../collector/src/dedup';
import { Enricher } from '../../../collector/src/enrich';
import { buildCluster } from '../model/cluster';
import { inventoryYaml } from '../model/inventory';
import { observe } from '../observe';
import { OvsExporter } from '../ovs/exporter';
import { totalsByNamespaces, trafficOfSlot, type Totals } from '../traffic/traffic';

const SLOT_MS = 60_000;
/** A Tuesday evening. */
const START = Date.UTC(2026, 10, 24, 20);
const SLOTS = 5;

describe('the demo’s datagrams through the collector’s stages', () => {
  const cluster = buildCluster(1);
  const traffic = Array.from({ length: SLOTS }, (_, slot) =>
    trafficOfSlot(cluster, START + slot * SLOT_MS, { slotMs: SLOT_MS, rate: 1 })
  ).flat();
  const records: FlowRecord[] = [];
  const losses: string[] = [];
  let folder: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'demo-collector-'));
    const inventory = join(folder, 'inventory.yaml');
    writeFileSync(inventory, inventoryYaml(cluster));
    const config = collectorConfig.parse({ enrich: { inventory }, loki: { url: 'http://127.0.0.1:1' } });
    const decoder = new Decoder({ ...config.decode, onLoss: (reason) => losses.push(reason) });
    const enricher = await Enricher.start(config.enrich, pino({ level: 'silent' }));
    const deduplicator = new Deduplicator(config.dedup, (address) => enricher.nodeOfExporter(address));
    const exporters = new Map(cluster.nodes.map((node) => [node, new OvsExporter()]));
    const receive = (address: string, payload: Buffer, receivedMs: number): void => {
      for (const { record, cameInUnseen } of decoder.decode({ payload, address, port: 4739, receivedMs })) {
        enricher.enrich(record);
        deduplicator.mark(record, receivedMs, cameInUnseen);
        records.push(record);
      }
    };
    for (const [node, exporter] of exporters) {
      exporter.announce(START / 1000).forEach((payload) => receive(node.exporterAddress, payload, START));
    }
    for (const flow of traffic) {
      for (const seen of observe(cluster, flow)) {
        const payload = exporters.get(seen.node)!.record(seen);
        receive(seen.node.exporterAddress, payload, seen.endMs);
      }
    }
    enricher.stop();
  });

  afterAll(() => rmSync(folder, { recursive: true }));

  test('every observation is decoded, nothing is lost', () => {
    expect(losses).toEqual([]);
    expect(records).toHaveLength(traffic.reduce((sum, flow) => sum + observe(cluster, flow).length, 0));
  });

  test('counted once, volumes from namespace to namespace are the true ones to the byte', () => {
    const counted = new Map<string, Totals>();
    for (const record of records.filter(({ Duplicate }) => Duplicate !== true)) {
      const key = `${record.SrcK8S_Namespace ?? ''}→${record.DstK8S_Namespace ?? ''}`;
      const sum = counted.get(key) ?? { flows: 0, bytes: 0, packets: 0 };
      counted.set(key, sum);
      sum.flows += 1;
      sum.bytes += record.Bytes ?? 0;
      sum.packets += record.Packets ?? 0;
    }
    expect(Object.fromEntries(counted)).toEqual(Object.fromEntries(totalsByNamespaces(traffic)));
  });

  test('every end in the cluster has a name, and none outside has', () => {
    for (const record of records) {
      for (const [address, name] of [
        [record.SrcAddr, record.SrcK8S_Name],
        [record.DstAddr, record.DstK8S_Name],
      ]) {
        const inside = /^(10\.|fd00:)/.test(address ?? '');
        expect(name !== undefined, `${address} is ${name ?? 'nameless'}`).toBe(inside);
      }
    }
  });

  test('times are those of the traffic to the millisecond', () => {
    const first = records[0]!;
    expect(first.TimeFlowStartMs).toBe(traffic[0]!.startMs);
    expect(first.TimeFlowEndMs).toBe(traffic[0]!.endMs);
  });
});

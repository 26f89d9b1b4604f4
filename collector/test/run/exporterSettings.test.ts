import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FlowRecord } from '@netobserv-flows/schema';
import { afterEach, describe, expect, it } from 'vitest';
import { collectorConfig } from '../../src/config/root';
import { createLog } from '../../src/log';
import { startCollector } from '../../src/run';
import { sendUdp } from '../../../tests/integration/collector/recorded';
import { ipfix, set, template, type Field } from '../decode/messages';
import { datagram, ethernet, flowSample, ipv4, sampledHeader, structure, TCP, u32 } from '../decode/sflow/messages';
import { jsonLinesOf, startPushServer } from '../loki/pushServer';

const undo: Array<() => unknown> = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) {
    await step();
  }
});

/** A collector with the one pod 10.0.0.1 on node-a, and a Loki that takes everything. */
async function start(receive: object, exporter: object, addresses = 'addresses: [192.0.2.10]') {
  const loki = await startPushServer(() => ({ status: 204 }));
  undo.push(() => loki.close());
  const folder = mkdtempSync(join(tmpdir(), 'flows-exporters-'));
  undo.push(() => rmSync(folder, { recursive: true }));
  const inventory = join(folder, 'inventory.yaml');
  writeFileSync(
    inventory,
    `nodes: [{name: node-a, ${addresses}}]\npods: [{namespace: shop, name: web, addresses: [10.0.0.1], node: node-a}]\n`
  );
  const config = collectorConfig.parse({
    receive: { listen: ['127.0.0.1:0'], ...receive },
    decode: { exporters: [{ address: '127.0.0.1', ...exporter }] },
    enrich: { inventory },
    http: { listen: '127.0.0.1:0' },
    loki: { url: loki.url, batchWaitMs: 20, workloads: false, labels: [] },
  });
  const collector = await startCollector(config, createLog({ level: 'silent' }));
  undo.push(() => collector.stop());
  // Facts on buckets and reports name no exporter.
  const lines = () => loki.pushes.flatMap(jsonLinesOf) as unknown as FlowRecord[];
  const flows = () => lines().filter(({ AgentIP }) => AgentIP !== undefined);
  return { collector, flows, port: collector.udp[0]!.port };
}

const FIELDS: Field[] = [
  [8, 4],
  [12, 4],
  [1, 4],
  [2, 4],
];
/** A datagram with a flow from the pod. */
const fromPod = ipfix([set(2, template(256, ...FIELDS)), set(256, '0a000001 cb007101 000003e8 0000000a')], {
  exportS: Math.floor(Date.now() / 1000),
});

describe('the settings of an exporter', () => {
  it('node: its flows are seen from that node', async () => {
    const { flows, port } = await start({}, { node: 'node-a' });
    await sendUdp([fromPod], port);
    await expect.poll(() => flows()[0]).toMatchObject({ SrcK8S_HostName: 'node-a', FlowDirection: 1 });
  });

  it('without node: an address that the cluster does not know is a router’s, which tells no direction', async () => {
    const { flows, port } = await start({}, {});
    await sendUdp([fromPod], port);
    await expect.poll(() => flows()[0]).toMatchObject({ SrcK8S_HostName: 'node-a' });
    expect(flows()[0]).not.toHaveProperty('FlowDirection');
  });

  it('name: the status shows it', async () => {
    const { collector, port } = await start({}, { name: 'core switch' });
    await sendUdp([fromPod], port);
    await expect
      .poll(() => collector.status().exporters)
      .toMatchObject([{ address: '127.0.0.1', name: 'core switch' }]);
  });

  it.each([
    ['which the cluster knows by its address', 'addresses: [127.0.0.1]', {}],
    ['which the settings tell', 'addresses: [192.0.2.10]', { node: 'node-a' }],
  ])('without name: the status shows that of its node, %s', async (_, addresses, exporter) => {
    const { collector, port } = await start({}, exporter, addresses);
    await sendUdp([fromPod], port);
    await expect.poll(() => collector.status().exporters).toMatchObject([{ address: '127.0.0.1', name: 'node-a' }]);
  });

  it('agentAddress: flows and interfaces are those of the agents, all is counted by the relay that sends for them', async () => {
    const { collector, flows, port } = await start({}, { agentAddress: true });
    const packet = flowSample([sampledHeader(ethernet('0800', ipv4(TCP, { proto: 6 })))]);
    const sent = ['0a010101', '0a010102'].map((address, index) => {
      const counters = structure(1, u32(9, 6, 0, 1000, 1, 3, 0, 111 + index) + u32(0).repeat(14));
      return datagram([packet, structure(2, u32(1, 9, 1) + counters)], { agent: `00000001 ${address}` });
    });
    await sendUdp(sent, port);
    await expect.poll(() => flows().map(({ AgentIP }) => AgentIP)).toEqual(['10.1.1.1', '10.1.1.2']);
    await expect
      .poll(() => collector.status().exporters)
      .toMatchObject([{ address: '127.0.0.1', datagrams: 2, decoded: 2, stored: 2 }]);
    const metrics = await (await fetch(`http://127.0.0.1:${collector.httpPort}/metrics`)).text();
    expect(metrics.match(/netobserv_flows_interface_bytes_total.*"in"} .*/g)).toEqual(
      ['10.1.1.1', '10.1.1.2'].map((exporter, index) =>
        expect.stringMatching(`exporter="${exporter}",interface="9",.* ${111 + index}$`)
      )
    );
  });

  it('datagramsPerSecond: what is above is counted, before the limit of all', async () => {
    const { collector, port } = await start({ datagramsPerSecond: 1 }, { datagramsPerSecond: 3 });
    await sendUdp(
      Array.from({ length: 10 }, () => fromPod),
      port
    );
    await expect.poll(() => collector.status().datagrams + (collector.status().lost.rate_limited ?? 0)).toBe(10);
    expect(collector.status().datagrams).toBeGreaterThanOrEqual(3);
    expect(collector.status().lost.rate_limited).toBeGreaterThan(0);
  });

  it('allow: who is not in it is counted, and takes no place among the exporters', async () => {
    const { collector, port } = await start({ allow: ['10.0.0.0/8'] }, {});
    await sendUdp([fromPod, fromPod], port);
    await expect.poll(() => collector.status().lost).toEqual({ refused: 2 });
    expect(collector.status()).toMatchObject({ datagrams: 0, exporters: [{ address: 'other' }] });
  });
});

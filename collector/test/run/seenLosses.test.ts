import { afterEach, describe, expect, it } from 'vitest';
import { statusText } from '../../src/commands/statusText';
import { netflow5, sendUdp } from '../../../tests/integration/collector/recorded';
import { datagram, ethernet, ipv4, sampledHeader, structure, TCP, u32 } from '../decode/sflow/messages';
import { OVS_DATAGRAM } from '../decode/sflow/ovs';
import { jsonLinesOf, startPushServer } from '../loki/pushServer';
import { startLogged } from './loggedCollector';

const undo: Array<() => unknown> = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) {
    await step();
  }
});

/** A collector with a Loki that takes everything, and what it logs. */
async function start() {
  const loki = await startPushServer(() => ({ status: 204 }));
  undo.push(() => loki.close());
  const settings = {
    decode: { exporters: [{ address: '127.0.0.1', name: 'leaf-1' }], maxClockSkewMs: 5000 },
    loki: { url: loki.url, batchWaitMs: 20, workloads: false, labels: [] },
  };
  const { collector, logged: text, stop } = await startLogged('info', settings, undo);
  const logged = () =>
    text()
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  const reported = () => loki.pushes.flatMap(jsonLinesOf);
  return { collector, logged, reported, stop, port: collector.udp[0]!.port };
}

const sample = (sequence: number, drops: number) =>
  structure(1, u32(sequence, 3, 100, 5000, drops, 3, 7, 1) + sampledHeader(ethernet('0800', ipv4(TCP, { proto: 6 }))));

describe('what is lost before the collector', () => {
  it('drops of an sFlow agent stand in status, metrics and report; flows that came are all stored', async () => {
    const { collector, logged, reported, stop, port } = await start();
    await sendUdp([OVS_DATAGRAM, datagram([sample(1, 1000)]), datagram([sample(2, 1042)])], port);
    await expect.poll(() => collector.status().stored).toBe(5);
    const status = collector.status();
    expect(status.lost).toEqual({ agent_drops: 42 });
    expect(status).toMatchObject({ decoded: 5, stored: 5, pending: 0 });
    expect(status.exporters).toMatchObject([
      { address: '127.0.0.1', name: 'leaf-1', versions: ['sflow5'], lost: { agent_drops: 42 } },
    ]);
    expect(statusText(status, Date.now())).toMatch(/127\.0\.0\.1 +sFlow .*42 agent_drops/);
    const metrics = await (await fetch(`http://127.0.0.1:${collector.httpPort}/metrics`)).text();
    expect(metrics).toContain(
      'netobserv_flows_lost_total{stage="receive",reason="agent_drops",exporter="127.0.0.1"} 42'
    );
    // What it counts at its interfaces stands beside.
    expect(metrics).toContain(
      'netobserv_flows_interface_bytes_total{exporter="127.0.0.1",interface="1003",name="p1",direction="in"} 354'
    );
    expect(metrics).toContain('netobserv_flows_interface_up{exporter="127.0.0.1",interface="1003",name="p1"} 1');
    expect(logged()).toContainEqual(
      expect.objectContaining({ reason: 'agent_drops', exporter: '127.0.0.1', count: 42 })
    );
    await stop();
    expect(reported()).toContainEqual(
      expect.objectContaining({ Exporter: '127.0.0.1', Stage: 'receive', Reason: 'agent_drops', Count: 42 })
    );
    expect(reported()).toContainEqual(expect.objectContaining({ Exporter: '127.0.0.1', Versions: ['sflow5'] }));
  });

  it('a clock that is off is warned of, with the exporter and by how much', async () => {
    const { logged, port } = await start();
    await sendUdp([netflow5(1, Date.now() - 60_000)], port);
    await expect
      .poll(() => logged().find(({ skewMs }) => skewMs !== undefined))
      .toMatchObject({
        level: 40,
        exporter: '127.0.0.1',
        name: 'leaf-1',
        maxSkewMs: 5000,
        msg: expect.stringContaining('NTP') as string,
      });
    const { skewMs } = logged().find((one) => 'skewMs' in one)!;
    expect(Number(skewMs)).toBeLessThan(-58_000);
    expect(Number(skewMs)).toBeGreaterThan(-65_000);
  });
});

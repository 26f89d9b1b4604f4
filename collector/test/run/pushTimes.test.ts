import { afterEach, expect, it } from 'vitest';
import { sendUdp } from '../../../tests/integration/collector/recorded';
import { OVS_DATAGRAM } from '../decode/sflow/ovs';
import { jsonLinesOf, startPushServer } from '../loki/pushServer';
import { startLogged } from './loggedCollector';

const undo: Array<() => unknown> = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) {
    await step();
  }
});

it('the report has the pushes that the metrics have, and how long they took', async () => {
  const loki = await startPushServer(() => ({ status: 204 }));
  undo.push(() => loki.close());
  const settings = { loki: { url: loki.url, batchWaitMs: 20, workloads: false, labels: [] } };
  const { collector, stop } = await startLogged('info', settings, undo);
  await sendUdp([OVS_DATAGRAM], collector.udp[0]!.port);
  await expect.poll(() => collector.status().stored).toBeGreaterThan(0);
  const metrics = await (await fetch(`http://127.0.0.1:${collector.httpPort}/metrics`)).text();
  const counted = /push_duration_seconds_count\{result="stored"\} (\d+)/.exec(metrics)?.[1];
  await stop();
  const [report] = loki.pushes.flatMap(jsonLinesOf).filter((line) => 'PushRetries' in line);
  expect(Number(counted)).toBeGreaterThan(0);
  expect(report?.Pushes).toBeGreaterThanOrEqual(Number(counted));
  expect(report?.PushSeconds).toBeGreaterThan(0);
  expect(report?.PushSecondsMax).toBeLessThanOrEqual(Number(report?.PushSeconds));
});

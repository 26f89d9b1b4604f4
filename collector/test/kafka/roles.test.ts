import { afterEach, describe, expect, it } from 'vitest';
import { sendUdp } from '../../../tests/integration/collector/recorded';
import { collectorConfig } from '../../src/config/root';
import { createLog } from '../../src/log';
import { startCollector } from '../../src/run';
import { startPushServer } from '../loki/pushServer';

const undo: Array<() => unknown> = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) {
    await step();
  }
});

/** Port 1 of this host: nobody listens there. */
const NO_BROKER = '127.0.0.1:1';

async function start(role: 'receive' | 'store') {
  const loki = await startPushServer(() => ({ status: 204 }));
  undo.push(() => loki.close());
  const config = collectorConfig.parse({
    receive: { listen: ['127.0.0.1:0'], tcp: { listen: ['127.0.0.1:0'] } },
    kafka: { role, brokers: [NO_BROKER] },
    http: { listen: '127.0.0.1:0' },
    loki: { url: loki.url, batchWaitMs: 20, drainMs: 100 },
    report: { enabled: false },
  });
  const collector = await startCollector(config, createLog({ level: 'silent' }));
  let stopped: Promise<void> | undefined;
  const stop = () => (stopped ??= collector.stop());
  undo.push(stop);
  return { ...collector, stop };
}

describe('a collector with Kafka whose broker is away', () => {
  it('receives, decodes nothing itself, names the broker, and counts at the end what it could not send', async () => {
    const collector = await start('receive');
    await sendUdp([Buffer.from('one'), Buffer.from('two')], collector.udp[0]!.port);
    await expect.poll(() => collector.status().datagrams).toBe(2);
    await expect.poll(() => collector.status().reasons.join(), { timeout: 10_000 }).toContain(`Kafka: ${NO_BROKER}`);
    expect(collector.status().ready).toBe(false);
    expect(collector.status().lost).toEqual({});
    const metrics = await (await fetch(`http://127.0.0.1:${collector.httpPort}/metrics`)).text();
    expect(metrics).toMatch(/^netobserv_flows_kafka_queue_bytes [1-9]/m);
    await collector.stop();
    expect(collector.status().lost).toEqual({ kafka_unsent: 2 });
  });

  it('listens to no exporter where it is to store, and names the broker', async () => {
    const collector = await start('store');
    expect(collector.status().listen).toEqual([]);
    await expect.poll(() => collector.status().reasons.join(), { timeout: 10_000 }).toContain(`Kafka: ${NO_BROKER}`);
  });
});

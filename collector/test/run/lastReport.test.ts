import { createSocket } from 'node:dgram';
import { existsSync } from 'node:fs';
import { afterEach, expect, it } from 'vitest';
import { jsonLinesOf, startPushServer } from '../loki/pushServer';
import { startLogged } from './loggedCollector';

const undo: Array<() => unknown> = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) {
    await step();
  }
});

const linux = existsSync('/proc/net/udp');
const why = linux ? '' : ' (skipped: no /proc/net/udp)';
it.skipIf(!linux)(`the last report of a collector tells what the kernel dropped${why}`, async () => {
  const loki = await startPushServer(() => ({ status: 204 }));
  undo.push(() => loki.close());
  const settings = {
    receive: { listen: ['127.0.0.1:0'], method: 'dgram', socketBufferBytes: 4096 },
    loki: { url: loki.url },
  };
  const { collector, stop } = await startLogged('info', settings, undo);
  const sender = createSocket('udp4');
  undo.push(() => sender.close());
  const payload = Buffer.alloc(8000);
  const { port } = collector.udp[0]!;
  await Promise.all(
    Array.from({ length: 200 }, () => new Promise((resolve) => sender.send(payload, port, '127.0.0.1', resolve)))
  );
  await stop();
  const drops = loki.pushes.flatMap(jsonLinesOf).flatMap(({ KernelDrops }) => KernelDrops ?? []);
  expect(drops).toHaveLength(1);
  expect(drops[0]).toBeGreaterThan(0);
});

import { afterEach, describe, expect, it, vi } from 'vitest';
import { replayCommand } from '../../src/commands/replay';
import { FirstNames } from '../../src/firstNames';
import { connectKafka, type ConsumerPort } from '../../src/kafka';
import { netflow5 } from '../../../tests/integration/collector/recorded';
import { ListWatchServer } from '../enrich/apiServer';
import { temporaryFile } from '../enrich/files';
import { jsonLinesOf, startPushServer } from '../loki/pushServer';
import { startLogged } from './loggedCollector';

vi.mock('../../src/kafka', async (original) => ({ ...(await original<object>()), connectKafka: vi.fn() }));

const undo: Array<() => unknown> = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) {
    await step();
  }
});

/** A cluster whose lists do not come before they are released, and a Loki. */
async function cluster() {
  const api = await ListWatchServer.start();
  undo.push(() => api.stop());
  let release = () => undefined as void;
  api.listsHeldBy = new Promise((resolve) => (release = resolve));
  const loki = await startPushServer(() => ({ status: 204 }));
  undo.push(() => loki.close());
  const settings = {
    enrich: { kubernetes: { enabled: true, kubeconfig: api.kubeconfig() } },
    loki: { url: loki.url, batchWaitMs: 20 },
    report: { enabled: false },
    log: { level: 'silent' },
  };
  return { api, loki, settings, release };
}

describe('data that can wait for names', () => {
  it('is left in Kafka until the first lists have come', async () => {
    const port = vi.fn<(port: ConsumerPort) => void>();
    vi.mocked(connectKafka).mockImplementation((_config, given) => {
      port(given);
      return {
        ready: () => ({ ok: true }),
        stats: () => ({ produced: 0, queueBytes: 0, consumed: 0, repeated: 0, warmedUp: 0, lag: 0 }),
        sample: () => Promise.resolve(),
        stop: () => Promise.resolve(),
        close: () => Promise.resolve(),
      };
    });
    const { settings, release } = await cluster();
    const kafka = { role: 'store', brokers: ['127.0.0.1:1'] };
    await startLogged('info', { ...settings, kafka }, undo);
    const [{ isFull }] = port.mock.calls[0]!;
    expect(isFull()).toBe(true);
    release();
    await expect.poll(isFull, { timeout: 10_000 }).toBe(false);
  });

  it('is replayed once they have come', async () => {
    const { api, loki, settings, release } = await cluster();
    api.put('pods', {
      metadata: { uid: '1', namespace: 'shop', name: 'web-1', creationTimestamp: '2020-01-01T00:00:00Z' },
      spec: { nodeName: 'node-a' },
      status: { phase: 'Running', startTime: '2020-01-01T00:00:00Z', podIP: '10.0.0.1' },
    });
    const payload = netflow5(100, Date.now());
    const capture = temporaryFile(
      'one.jsonl',
      JSON.stringify({ t: Date.now() / 1000, src: '192.0.2.1', port: 9, hex: payload.toString('hex') })
    );
    const file = temporaryFile('collector.yaml', JSON.stringify(settings));
    setTimeout(release, 500);
    let stderr = '';
    const io = { env: {}, stdout: { write: () => true }, stderr: { write: (text: string) => (stderr += text) } };
    const code = await replayCommand([capture], { config: file }, io);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(loki.pushes.flatMap(jsonLinesOf)).toContainEqual(expect.objectContaining({ SrcK8S_Name: 'web-1' }));
  });

  it('waits no longer than the limit, and what is missing is said then', async () => {
    const names = new FirstNames(() => ({ ok: false, reason: 'waiting for the first list of pods' }), 150);
    expect(names.areDue).toBe(true);
    expect(await names.wait()).toBe('waiting for the first list of pods');
    expect(names.areDue).toBe(false);
  });

  it('does not wait where there is nothing to wait for', async () => {
    const names = new FirstNames(() => ({ ok: true }));
    expect(names.areDue).toBe(false);
    expect(await names.wait()).toBeUndefined();
  });
});

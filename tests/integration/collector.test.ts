import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FLOW_APP } from '@netobserv-flows/schema';
import { afterEach, describe, expect, inject, it } from 'vitest';
import { collectorConfig } from '../../collector/src/config/root';
import { Decoder } from '../../collector/src/decode';
import { createLog } from '../../collector/src/log';
import { startCollector, type Collector } from '../../collector/src/run';
import { startLoki } from '../../stack/loki/loki';
import { freePort } from '../../stack/process/ports';
import { lokiProgram } from './chaos/lokiProgram';
import { haveRecorded, netflow5, recordedOvs, sendUdp } from './collector/recorded';
import { LokiClient } from './lokiClient';

let ended: Array<() => unknown> = [];
afterEach(async () => {
  for (const end of ended.reverse()) {
    await end();
  }
  ended = [];
});

/** A collector on free ports, whose flows bear a label of their own. */
async function start(url: string, loki: Record<string, unknown> = {}) {
  const test = randomUUID();
  const messages: string[] = [];
  const config = collectorConfig.parse({
    receive: { listen: ['127.0.0.1:0'] },
    http: { listen: '127.0.0.1:0' },
    loki: { url, batchWaitMs: 50, extraLabels: { test }, drainMs: 500, ...loki },
  });
  const log = createLog({ level: 'info' }, { write: (line) => void messages.push(line) });
  const collector = await startCollector(config, log);
  let stopped = false;
  const stop = async () => {
    if (!stopped) {
      stopped = true;
      await collector.stop();
    }
  };
  ended.push(stop);
  const selector = `{app="${FLOW_APP}", test="${test}"}`;
  const get = (path: string) => fetch(`http://127.0.0.1:${collector.httpPort}${path}`);
  return { collector, port: collector.udp[0]!.port, selector, messages, get, stop };
}

const range = (ms: number) => [BigInt(ms - 3_600_000) * 1_000_000n, BigInt(ms + 3_600_000) * 1_000_000n] as const;

/** What came in is stored or counted as lost: nothing is left, nothing is missing. */
function expectBalance(collector: Collector): void {
  const { decoded, stored, pending, lost } = collector.status();
  const { queue_full = 0, rejected = 0, too_large = 0, shutdown = 0, internal_error = 0 } = lost;
  expect(pending).toBe(0);
  expect(stored + queue_full + rejected + too_large + shutdown + internal_error).toBe(decoded);
}

describe.skipIf(!haveRecorded)(
  `datagrams of Open vSwitch by UDP${haveRecorded ? '' : ' (skipped: no ../shared/captures)'}`,
  () => {
    it('are in Loki as decoded: received = stored + lost', async () => {
      const loki = new LokiClient(inject('lokiUrl'));
      const now = Date.now();
      const payloads = recordedOvs(Math.floor(now / 1000));
      const decoder = new Decoder({ ...collectorConfig.shape.decode.parse({}), onLoss: () => undefined });
      const expected = payloads.flatMap((payload) =>
        decoder.decode({ payload, address: '127.0.0.1', port: 1, receivedMs: now })
      );
      expect(expected.length).toBeGreaterThan(0);

      const { collector, port, selector, get } = await start(inject('lokiUrl'));
      await sendUdp(payloads, port);
      await expect.poll(() => collector.status().datagrams, { timeout: 10_000 }).toBe(payloads.length);
      await expect.poll(() => collector.status().pending, { timeout: 10_000 }).toBe(0);

      expect(collector.status()).toMatchObject({ decoded: expected.length, stored: expected.length });
      expectBalance(collector);
      const found = await loki.lines(selector, ...range(now));
      const key = (record: object) => {
        const { Bytes, Packets, SrcAddr, DstAddr, SrcPort, DstPort } = record as Record<string, unknown>;
        return JSON.stringify([Bytes, Packets, SrcAddr, DstAddr, SrcPort, DstPort]);
      };
      expect(found.map(({ line }) => key(JSON.parse(line) as object)).sort()).toEqual(
        expected.map(({ record }) => key(record)).sort()
      );
      const metrics = await (await get('/metrics')).text();
      expect(metrics).toContain(`netobserv_flows_stored_total{exporter="127.0.0.1"} ${expected.length}`);
      expect(metrics).toMatch(/netobserv_flows_templates [1-9]/);
    });
  }
);

describe('garbage by UDP', () => {
  it('is counted by reason, and the flows beside it are stored', async () => {
    const { collector, port, get } = await start(inject('lokiUrl'));
    const now = Date.now();
    const garbage = [Buffer.from('hello'), Buffer.alloc(0), Buffer.from('000a0010', 'hex'), Buffer.alloc(9000, 0xff)];
    await sendUdp([...garbage, netflow5(77, now), ...garbage, netflow5(78, now)], port);
    await expect.poll(() => collector.status().stored, { timeout: 10_000 }).toBe(2);
    const { lost, datagrams } = collector.status();
    expect(datagrams).toBe(10);
    expect(Object.values(lost).reduce((sum, count) => sum + count, 0)).toBe(8);
    expectBalance(collector);
    expect(await (await get('/metrics')).text()).toMatch(
      /netobserv_flows_lost_total\{stage="decode",reason="unknown_version",exporter="127.0.0.1"\} 4/
    );
  });
});

const binary = await lokiProgram();
const noProgram = binary === undefined ? ' (skipped: LOKI_URL is set and there is no loki to start and stop)' : '';

describe.skipIf(binary === undefined)(`a Loki that is away${noProgram}`, () => {
  it('at the start: the collector receives, says so, and stores everything once it is there', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'collector-outage-'));
    ended.push(() => rm(dataDir, { recursive: true, force: true }));
    const lokiPort = await freePort();
    const url = `http://127.0.0.1:${lokiPort}`;
    const { collector, port, selector, messages, get } = await start(url, { backoffMinMs: 50, backoffMaxMs: 500 });
    const now = Date.now();
    await sendUdp(
      Array.from({ length: 300 }, (_, i) => netflow5(1000 + i, now)),
      port
    );
    await expect.poll(() => collector.status().decoded, { timeout: 10_000 }).toBe(300);
    await expect.poll(async () => (await get('/readyz')).status).toBe(503);
    await expect
      .poll(async () => JSON.stringify(await (await get('/readyz')).json()))
      .toContain('nothing listens there; start Loki or correct loki.url');
    expect((await get('/healthz')).status).toBe(200);
    expect(collector.status()).toMatchObject({ stored: 0, pending: 300, ready: false });

    const loki = await startLoki({ dataDir, port: lokiPort, binary });
    ended.push(() => loki.stop());
    await expect.poll(() => collector.status().stored, { timeout: 30_000 }).toBe(300);
    expect((await get('/readyz')).status).toBe(200);
    const client = new LokiClient(url);
    expect(await client.lines(selector, ...range(now))).toHaveLength(300);
    expect(messages.filter((line) => line.includes('takes no flows now'))).toHaveLength(1);

    await loki.stop();
    await sendUdp(
      Array.from({ length: 200 }, (_, i) => netflow5(5000 + i, now)),
      port
    );
    await expect.poll(async () => (await get('/readyz')).status, { timeout: 10_000 }).toBe(503);
    const again = await startLoki({ dataDir, port: lokiPort, binary });
    ended.push(() => again.stop());
    await expect.poll(() => collector.status().stored, { timeout: 30_000 }).toBe(500);
    expect(await client.lines(selector, ...range(now))).toHaveLength(500);
    expectBalance(collector);
  });

  it('at the end: what it has not taken in time is counted', async () => {
    const { collector, port, stop, messages } = await start(`http://127.0.0.1:${await freePort()}`);
    await sendUdp([netflow5(1, Date.now()), netflow5(2, Date.now())], port);
    await expect.poll(() => collector.status().decoded).toBe(2);
    await stop();
    expect(collector.status().lost).toEqual({ shutdown: 2 });
    expectBalance(collector);
    expect(messages.at(-1)).toContain('"lost":{"shutdown":2}');
  });
});

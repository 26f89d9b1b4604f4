import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { Counts } from '../../src/counts';
import { StatusServer, type Readiness } from '../../src/http';
import { createMetrics } from '../../src/metrics';
import { Rate } from '../../src/rate';

let server: StatusServer | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

const host = '127.0.0.1';
const idle = {
  recoveredFlows: 0,
  pendingFlows: 0,
  queueBytes: 0,
  streams: 0,
  workloads: 0,
  retries: 0,
  folded: 0,
  rollupsStored: 0,
  rollupsLost: 0,
};

async function serve(parts: Record<string, Readiness> = {}, metrics: () => Promise<string> = async () => 'm 1\n') {
  server = await StatusServer.start(
    { host, port: 0 },
    { readiness: () => parts, metrics, metricsType: 'text/plain; version=0.0.4', status: () => ({ stored: 5 }) }
  );
  const { port } = server;
  return (path: string, init?: RequestInit) => fetch(`http://${host}:${port}${path}`, init);
}

describe('the endpoints', () => {
  it('/healthz is fine while the process serves', async () => {
    const get = await serve({ loki: { ok: false, reason: 'away' } });
    expect((await get('/healthz')).status).toBe(200);
  });

  it('/readyz is 200 where every part is ready', async () => {
    const get = await serve({ loki: { ok: true }, enrich: { ok: true, reason: 'names may be out of date' } });
    const response = await get('/readyz?verbose');
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ ok: true, reasons: ['names may be out of date'] });
  });

  it('/readyz is 503 with the reasons where one is not', async () => {
    const get = await serve({ loki: { ok: false, reason: 'Loki: away' }, enrich: { ok: true } });
    const response = await get('/readyz');
    expect(response.status).toBe(503);
    expect(await response.json()).toEqual({
      ok: false,
      reasons: ['Loki: away'],
      parts: { loki: { ok: false, reason: 'Loki: away' }, enrich: { ok: true } },
    });
  });

  it('/metrics is in Prometheus’ format, /status in JSON', async () => {
    const get = await serve();
    expect((await get('/metrics')).headers.get('content-type')).toBe('text/plain; version=0.0.4');
    expect(await (await get('/status')).json()).toEqual({ stored: 5 });
    expect(await (await get('/metrics', { method: 'HEAD' })).text()).toBe('');
  });

  it('other paths and methods are refused with what there is', async () => {
    const get = await serve();
    const missing = await get('/metric');
    expect([missing.status, await missing.text()]).toEqual([404, expect.stringContaining('/metrics and /status')]);
    expect((await get('/metrics', { method: 'POST', body: 'x' })).status).toBe(405);
  });

  it('a fault while metrics are read is an answer, and the next request is served', async () => {
    const get = await serve({}, () => Promise.reject(new Error('oops')));
    expect((await get('/metrics')).status).toBe(500);
    expect((await get('/healthz')).status).toBe(200);
  });

  it('names the address and the remedy where the port is taken', async () => {
    await serve();
    const listen = { host, port: server!.port };
    const sources = { readiness: () => ({}), metrics: async () => '', metricsType: '', status: () => ({}) };
    await expect(StatusServer.start(listen, sources)).rejects.toThrow(
      /^cannot serve HTTP on 127.0.0.1:\d+: .*EADDRINUSE.*; stop what listens there, or set http.listen$/
    );
  });
});

describe('connections', () => {
  const sockets: Socket[] = [];
  afterEach(() => sockets.splice(0).forEach((socket) => socket.destroy()));

  /** Connections that send this and nothing more, and how many of them the server has ended. */
  async function hold(count: number, text = '') {
    let ended = 0;
    for (let index = 0; index < count; index++) {
      const socket = connect(server!.port, host);
      sockets.push(socket);
      socket
        .resume()
        .on('error', () => undefined)
        .on('close', () => ended++);
      await once(socket, 'connect');
      socket.write(text);
    }
    return () => ended;
  }

  it.each([
    ['are silent', ''],
    ['begin a request', 'GET /healthz HTTP/1.1\r\n'],
    ['had an answer', `GET /healthz HTTP/1.1\r\nhost: ${host}\r\n\r\n`],
  ])('that %s keep no others out, however many there are', async (_what, text) => {
    const get = await serve();
    const ended = await hold(200, text);
    const signal = AbortSignal.timeout(1_000);
    expect((await get('/healthz', { signal })).status).toBe(200);
    await expect.poll(ended).toBeGreaterThan(0);
  });

  it('are bounded, and those that wait for an answer are not ended for others', async () => {
    let answer: (text: string) => void = () => undefined;
    const get = await serve({}, () => new Promise((resolve) => (answer = resolve)));
    const waiting = get('/metrics');
    await expect.poll(() => answer.length).toBe(1);
    const ended = await hold(450);
    await expect.poll(ended).toBe(251);
    answer('m 2\n');
    expect(await (await waiting).text()).toBe('m 2\n');
  });

  it('that stay silent are ended after some seconds', async () => {
    await serve();
    const begun = Date.now();
    const ended = await hold(3);
    await expect.poll(ended, { timeout: 10_000, interval: 100 }).toBe(3);
    expect(Date.now() - begun).toBeLessThan(8_000);
  });
});

describe('the metrics', () => {
  function make(counts: Counts) {
    return createMetrics({
      counts,
      loki: () => ({ ...idle, pendingFlows: 3, queueBytes: 900, streams: 2, retries: 4, folded: 1 }),
      dedup: () => ({ ownedFlows: 9, forgottenOwners: 8, assumedFlows: 0 }),
      aggregate: () => ({ openKeys: 5, lines: 70, foldedKeys: 2, untimelyFlows: 3, forgottenLines: 0 }),
      templates: () => 88,
      connections: () => 6,
      counterSamples: () => 12,
      waitingSets: () => 6,
      kernelDrops: async () => new Map([[2055, 7]]),
    });
  }

  it('tell what came in, what became of it, and what is left', async () => {
    const counts = new Counts();
    counts.received('10.0.0.1', 100, 5);
    counts.decoded('10.0.0.1', 10);
    counts.enriched('10.0.0.1');
    counts.duplicate('10.0.0.1');
    counts.stored('10.0.0.1', 6);
    counts.lost('queue_full', '10.0.0.1', 1);
    counts.lost('malformed', '10.0.0.2', 1);
    const metrics = make(counts);
    metrics.push('stored', 0.02);
    const text = await metrics.text();
    for (const line of [
      'received_datagrams_total{exporter="10.0.0.1"} 1',
      'received_bytes_total{exporter="10.0.0.1"} 100',
      'decoded_total{exporter="10.0.0.1"} 10',
      'enriched_total{exporter="10.0.0.1"} 1',
      'duplicates_total{exporter="10.0.0.1"} 1',
      'stored_total{exporter="10.0.0.1"} 6',
      'lost_total{stage="store",reason="queue_full",exporter="10.0.0.1"} 1',
      'lost_total{stage="decode",reason="malformed",exporter="10.0.0.2"} 1',
      'pending 3',
      'queue_bytes 900',
      'streams 2',
      'push_retries_total 4',
      'folded_total 1',
      'owned_flows 9',
      'forgotten_owners_total 8',
      'rollup_keys 5',
      'rollup_lines_total 70',
      'rollup_keys_folded_total 2',
      'rollup_untimely_flows_total 3',
      'templates 88',
      'connections 6',
      'sflow_counter_samples_total 12',
      'kernel_drops_total{port="2055"} 7',
      'push_duration_seconds_count{result="stored"} 1',
    ]) {
      expect(text).toContain(`netobserv_flows_${line}\n`);
    }
    const again = await metrics.text();
    expect(again).toContain('netobserv_flows_stored_total{exporter="10.0.0.1"} 6\n');
    expect(again).toContain('netobserv_flows_kernel_drops_total{port="2055"} 7\n');
    expect(again).toContain('# TYPE netobserv_flows_kernel_drops_total counter\n');
  });

  it('tell 200 exporters apart and the rest as one, whoever sends', async () => {
    const counts = new Counts();
    for (let i = 0; i < 5000; i++) {
      counts.received(`10.0.${i >> 8}.${i & 255}`, 1, i);
    }
    const text = await make(counts).text();
    expect(text.match(/^netobserv_flows_received_datagrams_total\{/gm)).toHaveLength(201);
    expect(text).toContain('netobserv_flows_received_datagrams_total{exporter="other"} 4800\n');
    expect(counts.total('datagrams')).toBe(5000);
  });
});

describe('a rate', () => {
  it('is over the last ten seconds', () => {
    const rate = new Rate();
    expect(rate.perSecond).toBe(0);
    for (let second = 0; second <= 60; second++) {
      rate.sample(second < 30 ? 0 : (second - 30) * 50, second * 1000);
    }
    expect(rate.perSecond).toBe(50);
  });
});

import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DEFAULT_LABELS, FLOW_APP, NETOBSERV_LABELS, WORKLOAD_APP, type FlowRecord } from '@netobserv-flows/schema';
import { afterEach, describe, expect, inject, it } from 'vitest';
import { LokiWriter, lokiConfig } from '../../collector/src/loki';
import type { LossReason } from '../../collector/src/flow';
import { LokiClient } from './lokiClient';

const lokiUrl = inject('lokiUrl');
const loki = new LokiClient(lokiUrl);
const now = Date.now();
const WEEK = 7 * 24 * 3_600_000;

let ended: Array<() => Promise<void>> = [];
afterEach(async () => {
  await Promise.all(ended.map((end) => end()));
  ended = [];
});

/** A writer whose flows bear a label of their own, by which the test finds them and no others. */
function startWriter(settings: Record<string, unknown> = {}) {
  const test = randomUUID();
  const lost = new Map<LossReason, number>();
  let stored = 0;
  const config = lokiConfig.parse({ url: lokiUrl, batchWaitMs: 50, extraLabels: { test }, ...settings });
  const writer = new LokiWriter(config, {
    onLoss: (reason, _exporter, count) => lost.set(reason, (lost.get(reason) ?? 0) + count),
    onStored: (_exporter, flows) => (stored += flows),
    onPush: () => undefined,
    onNotice: () => undefined,
  });
  ended.push(() => writer.close(1000));
  const lines = (app: string = FLOW_APP, from = now - WEEK, to = now + 60_000) =>
    loki.lines(`{app="${app}", test="${test}"}`, BigInt(from) * 1_000_000n, BigInt(to) * 1_000_000n);
  return { writer, lost, stored: () => stored, lines };
}

function record(fields: Partial<FlowRecord>): FlowRecord {
  return {
    TimeFlowStartMs: now - 1000,
    TimeFlowEndMs: now,
    TimeReceived: Math.floor(now / 1000),
    Bytes: 1,
    Packets: 1,
    Sampling: 1,
    AgentIP: '192.0.2.1',
    ...fields,
  };
}

/** The record that a stored entry stands for: the members of the line and the labels that are fields. */
function recordOf({ line, labels }: { line: string; labels: Readonly<Record<string, string>> }) {
  const { app: _app, test: _test, ...fields } = labels;
  const numbers = Object.entries(fields).map(([key, value]) => [key, key === 'FlowDirection' ? Number(value) : value]);
  return { ...(JSON.parse(line) as object), ...(Object.fromEntries(numbers) as object) };
}

const byBytes = (a: { Bytes?: number }, b: { Bytes?: number }) => (a.Bytes ?? 0) - (b.Bytes ?? 0);

describe('flows in Loki', () => {
  it('are all there, each as it was, though thousands have the same millisecond', async () => {
    const { writer, stored, lines } = startWriter({ batchBytes: 64 * 1024, maxLineBytes: 4096 });
    const written = Array.from({ length: 4000 }, (_, i) =>
      record({
        Bytes: i,
        TimeFlowEndMs: now - (i % 2),
        SrcAddr: '10.0.0.1',
        SrcK8S_Namespace: `ns${i % 7}`,
        FlowDirection: i % 3,
        ...(i % 5 === 0 && { Duplicate: true }),
      })
    );
    written.forEach((one, i) => writer.write({ record: one, subMs: i }));
    await writer.flush();
    expect(stored()).toBe(4000);
    const found = await lines();
    expect(found.map(recordOf).sort(byBytes)).toEqual(written);
    expect(new Set(found.map(({ timestamp }) => timestamp)).size).toBe(4000);
    expect(BigInt(found[0]!.timestamp) / 1_000_000n).toBe(BigInt(JSON.parse(found[0]!.line).TimeFlowEndMs as number));
  });

  it('are apart even where two are equal but for their place in the datagram', async () => {
    const { writer, lines } = startWriter();
    writer.write({ record: record({}), subMs: 1 });
    writer.write({ record: record({}), subMs: 2 });
    await writer.flush();
    expect(await lines()).toHaveLength(2);
  });

  it('are there once when a push that was stored is repeated, as its answer was lost', async () => {
    let pushes = 0;
    const proxy = createServer((request, response) => {
      void (async () => {
        const body: Buffer[] = [];
        for await (const chunk of request) {
          body.push(chunk as Buffer);
        }
        const { 'content-type': type, 'content-encoding': encoding } = request.headers as Record<string, string>;
        const answer = await fetch(`${lokiUrl}${request.url}`, {
          method: 'POST',
          headers: { 'content-type': type!, 'content-encoding': encoding! },
          body: Buffer.concat(body),
        });
        if (answer.status === 204 && pushes++ < 2) {
          request.socket.destroy();
        } else {
          response.writeHead(answer.status).end(await answer.text());
        }
      })();
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    ended.push(() => new Promise((resolve) => proxy.close(() => resolve())));
    const url = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
    const { writer, stored, lines } = startWriter({ url, backoffMinMs: 5, backoffMaxMs: 10 });
    for (let i = 0; i < 500; i++) {
      writer.write({ record: record({ Bytes: i, SrcK8S_Namespace: `ns${i % 3}` }), subMs: i });
    }
    await writer.flush();
    expect(pushes).toBeGreaterThan(2);
    expect(stored()).toBe(500);
    expect(await lines()).toHaveLength(500);
  });

  it('that are too old or too new are lost alone, and counted', async () => {
    const { writer, stored, lost, lines } = startWriter();
    const times = [now - 30 * 24 * 3_600_000, now + 3_600_000, now];
    for (let i = 0; i < 900; i++) {
      const TimeFlowEndMs = times[i % 3]!;
      writer.write({ record: record({ Bytes: i, TimeFlowEndMs, SrcK8S_Namespace: `ns${i % 9}` }), subMs: i });
    }
    await writer.flush();
    expect(stored()).toBe(300);
    expect(Object.fromEntries(lost)).toEqual({ rejected: 600 });
    expect(await lines()).toHaveLength(300);
  });

  it('that fall too far behind their stream are lost alone, and later ones of the stream are stored', async () => {
    const { writer, stored, lost, lines } = startWriter();
    const write = (hoursAgo: number, bytes: number) =>
      writer.write({ record: record({ Bytes: bytes, TimeFlowEndMs: now - hoursAgo * 3_600_000 }), subMs: bytes });
    write(0, 1);
    await writer.flush();
    for (let i = 0; i < 50; i++) {
      write(5, 10 + i);
      write(0.5, 100 + i);
    }
    await writer.flush();
    expect(stored()).toBe(51);
    expect(Object.fromEntries(lost)).toEqual({ rejected: 50 });
    expect(await lines()).toHaveLength(51);
  });

  it('keep any label value', async () => {
    const { writer, stored, lines } = startWriter();
    const names = [
      'q"uote',
      'back\\slash',
      'line\nfeed',
      '{brace="x"}',
      '`tick`',
      'ünïcode ☃ \u{1F600}',
      'tab\tbell\u0007',
      ' ',
    ];
    names.forEach((name, i) => writer.write({ record: record({ Bytes: i, SrcK8S_Namespace: name }), subMs: i }));
    await writer.flush();
    expect(stored()).toBe(names.length);
    const found = (await lines()).map(recordOf).sort(byBytes) as FlowRecord[];
    expect(found.map(({ SrcK8S_Namespace }) => SrcK8S_Namespace)).toEqual(names);
  });

  it('with a label value that Loki refuses lose no other flow', async () => {
    const { writer, stored, lost, lines } = startWriter();
    for (let i = 0; i < 100; i++) {
      const SrcK8S_Namespace = i % 10 === 0 ? 'x'.repeat(3000) : 'fine';
      writer.write({ record: record({ Bytes: i, SrcK8S_Namespace }), subMs: i });
    }
    await writer.flush();
    expect([stored(), lost.get('rejected')]).toEqual([90, 10]);
    expect(await lines()).toHaveLength(90);
  });

  it.each([
    ['the default labels', DEFAULT_LABELS],
    ['NetObserv’s labels', NETOBSERV_LABELS],
    ['no labels but app', []],
  ])('have %s, and the other fields in the line', async (_what, labels) => {
    const { writer, lines } = startWriter({ labels });
    const one = record({ SrcK8S_Namespace: 'a', DstK8S_OwnerName: 'web', SrcK8S_Type: 'Pod', FlowDirection: 1 });
    writer.write({ record: one, subMs: 0 });
    await writer.flush();
    const [entry] = await lines();
    expect(recordOf(entry!)).toEqual(one);
    expect(Object.keys(entry!.labels).sort()).toEqual(['app', 'test', ...labels.filter((name) => name in one)].sort());
  });
});

describe('the list of workloads in Loki', () => {
  it('has the labels that suggestions read', async () => {
    const { writer, lines } = startWriter();
    const ends = { SrcK8S_Namespace: 'shop', SrcK8S_OwnerName: 'web', SrcK8S_OwnerType: 'Deployment' } as const;
    for (let i = 0; i < 100; i++) {
      writer.write({ record: record({ ...ends, DstK8S_Namespace: 'db', DstK8S_OwnerName: 'pg' }), subMs: i });
    }
    await writer.flush();
    const found = await lines(WORKLOAD_APP);
    expect(
      found.map(({ labels }) => [labels.K8S_Namespace, labels.K8S_OwnerName, labels.K8S_OwnerType]).sort()
    ).toEqual([
      ['db', 'pg', undefined],
      ['shop', 'web', 'Deployment'],
    ]);
    expect(JSON.parse(found[0]!.line)).toEqual({ LastSeenMs: now });
  });
});

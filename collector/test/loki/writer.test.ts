import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { flow } from './flows';
import { linesOf } from './pushServer';
import { bytesIn, lokiStand, ok } from './stand';

const { startServer, writerTo } = lokiStand();

describe('batches', () => {
  it('go out when the time is over, many streams in one', async () => {
    const server = await startServer(() => ok);
    const { writer, stored } = writerTo(server.url);
    for (let i = 0; i < 30; i++) {
      writer.write(flow({ SrcK8S_Namespace: `ns${i % 3}` }, i));
    }
    expect(writer.stats.pendingFlows).toBe(30);
    await expect.poll(stored).toBe(30);
    expect(server.pushes).toHaveLength(1);
    expect(server.pushes[0]?.streams).toHaveLength(3);
    expect(writer.stats).toMatchObject({ pendingFlows: 0, queueBytes: 0, streams: 3 });
    expect(writer.ready()).toEqual({ ok: true });
  });

  it('go out when they are full, none above the limit', async () => {
    const server = await startServer(() => ok);
    const { writer, stored } = writerTo(server.url, { batchBytes: 4096, maxLineBytes: 1024, batchWaitMs: 60_000 });
    for (let i = 0; i < 100; i++) {
      writer.write(flow({ SrcK8S_Name: 'x'.repeat(300) }, i));
    }
    await writer.flush();
    expect(stored()).toBe(100);
    expect(server.pushes.length).toBeGreaterThan(10);
    for (const { streams } of server.pushes) {
      const size = streams.reduce((sum, { entries }) => sum + entries.reduce((n, { line }) => n + line.length, 0), 0);
      expect(size).toBeLessThanOrEqual(4096);
    }
  });

  it('go out in the order they were filled, a small one after a large one', async () => {
    const server = await startServer(() => ok);
    const { writer, stored } = writerTo(server.url, { maxLineBytes: 1024, batchWaitMs: 60_000 });
    for (let round = 0; round < 3; round++) {
      for (let i = 0; i < 3000; i++) {
        writer.write(flow({ SrcK8S_Name: randomBytes(200).toString('hex') }, i));
      }
      const large = writer.flush();
      writer.write(flow({ SrcK8S_Name: 'small' }, 3000));
      await Promise.all([large, writer.flush()]);
    }
    expect(stored()).toBe(9003);
    expect(server.pushes.map((push) => bytesIn(push, 'small'))).toEqual([false, true, false, true, false, true]);
  });

  it('count a flow that is larger than a line may be, and store the others', async () => {
    const server = await startServer(() => ok);
    const { writer, stored, lostFlows } = writerTo(server.url, { maxLineBytes: 1024 });
    writer.write(flow({ Interfaces: ['x'.repeat(2000)] }));
    writer.write(flow());
    await writer.flush();
    expect([stored(), lostFlows('too_large')]).toEqual([1, 1]);
  });
});

describe('a time that Loki cannot hold', () => {
  it.each([Number.NaN, -1, 9_300_000_000_000, 1e15, Infinity])(
    '(%d ms) costs that flow alone',
    async (TimeFlowEndMs) => {
      const server = await startServer(() => ok);
      const { writer, stored, lostFlows } = writerTo(server.url);
      writer.write(flow({ TimeFlowEndMs }));
      writer.write(flow());
      await writer.flush();
      expect([stored(), lostFlows('rejected')]).toEqual([1, 1]);
    }
  );
});

describe('too many streams', () => {
  it('of its own go to one with fewer labels', async () => {
    const server = await startServer(() => ok);
    const { writer, stored, notices } = writerTo(server.url, { maxStreams: 10 });
    for (let i = 0; i < 50; i++) {
      writer.write(flow({ SrcK8S_Namespace: `ns${i}`, FlowDirection: 1 }, i));
    }
    await writer.flush();
    expect(stored()).toBe(50);
    const labels = new Set(server.pushes.flatMap(({ streams }) => streams.map((one) => one.labels)));
    expect(labels.size).toBe(11);
    expect(labels).toContain('{app="netobserv-flowcollector", FlowDirection="1"}');
    const folded = server.pushes.flatMap(linesOf).filter((line) => line.includes('"SrcK8S_Namespace":"ns'));
    expect(folded).toHaveLength(40);
    expect(writer.stats.folded).toBe(40);
    expect(notices[0]).toContain('loki.labels');
  });

  it('for Loki: what it took stays, the rest goes to fewer, nothing is stored twice', async () => {
    const held = new Set<string>();
    const kept: string[] = [];
    const server = await startServer(({ streams }) => {
      let refused = false;
      for (const { labels, entries } of streams) {
        if (held.has(labels) || held.size < 5 || !labels.includes('Namespace')) {
          held.add(labels);
          kept.push(...entries.map(({ ns, line }) => `${labels} ${ns} ${line}`));
        } else {
          refused = true;
        }
      }
      return refused ? { status: 429, body: 'maximum active stream limit exceeded when trying to create stream' } : ok;
    });
    const { writer, stored, lost } = writerTo(server.url);
    for (let i = 0; i < 20; i++) {
      writer.write(flow({ SrcK8S_Namespace: `ns${i}` }, i));
    }
    await writer.flush();
    expect(stored()).toBe(20);
    expect(lost).toEqual([]);
    // As Loki keeps one of entries that are equal in stream, time and line, so does the set.
    expect(new Set(kept).size).toBe(20);
    expect(writer.stats.folded).toBe(15);
  });
});

describe('the queue', () => {
  it('drops the oldest when it is full, and counts them', async () => {
    const server = await startServer(() => ({ status: 503 }));
    const { writer, lostFlows } = writerTo(server.url, {
      queueBytes: 1024 * 1024,
      batchBytes: 100_000,
      maxLineBytes: 50_000,
      concurrency: 1,
      backoffMinMs: 50,
      backoffMaxMs: 100,
    });
    for (let i = 0; i < 100; i++) {
      writer.write(flow({ SrcK8S_Name: 'x'.repeat(40_000) }, i));
    }
    await expect.poll(() => server.pushes.length).toBeGreaterThan(0);
    expect(lostFlows('queue_full')).toBeGreaterThan(50);
    expect(lostFlows('queue_full') + writer.stats.pendingFlows).toBe(100);
    expect(writer.stats.queueBytes).toBeLessThan(1.5 * 1024 * 1024);
  });
});

describe('closing', () => {
  it('sends what is left', async () => {
    const server = await startServer(() => ok);
    const { writer, stored } = writerTo(server.url, { batchWaitMs: 60_000 });
    writer.write(flow());
    await writer.close(5000);
    expect(stored()).toBe(1);
  });

  it('counts as lost what Loki does not take in time, and what comes after', async () => {
    const server = await startServer(() => ({ status: 503 }));
    const { writer, lostFlows } = writerTo(server.url, { batchBytes: 1024, maxLineBytes: 1024, concurrency: 2 });
    for (let i = 0; i < 50; i++) {
      writer.write(flow({}, i));
    }
    const started = performance.now();
    await writer.close(300);
    expect(performance.now() - started).toBeLessThan(2000);
    expect(lostFlows('shutdown')).toBe(50);
    writer.write(flow());
    expect(lostFlows('shutdown')).toBe(51);
  });
});

import { describe, expect, it } from 'vitest';
import { flow } from './flows';
import { linesOf, startPushServer } from './pushServer';
import { bytesIn, lokiStand, ok } from './stand';

const { startServer, writerTo } = lokiStand();

describe('a push that Loki cannot take now', () => {
  it.each([
    ['429', { status: 429, body: 'ingestion rate limit exceeded' }],
    ['500', { status: 500, body: 'oops' }],
    ['503', { status: 503, body: 'unavailable' }],
    ['401', { status: 401, body: 'no credentials' }],
    ['a cut connection', 'reset' as const],
  ])('(%s) is repeated, byte for byte, until it is taken', async (_what, failure) => {
    const server = await startServer((_push, before) => (before < 3 ? failure : ok));
    const { writer, stored, lost } = writerTo(server.url);
    writer.write(flow());
    await writer.flush();
    expect(stored()).toBe(1);
    expect(lost).toEqual([]);
    expect(new Set(server.pushes.map(({ body }) => body.toString('hex')))).toHaveProperty('size', 1);
    expect(server.pushes).toHaveLength(4);
    expect(writer.stats.retries).toBe(3);
  });

  it('is repeated after no answer in time', async () => {
    const server = await startServer((_push, before) => (before === 0 ? 'hang' : ok));
    const { writer, stored, notices } = writerTo(server.url, { timeoutMs: 200 });
    writer.write(flow());
    await writer.flush();
    expect(stored()).toBe(1);
    expect(notices[0]).toContain('no answer within 200 ms');
  });

  it('waits as long as Retry-After asks', async () => {
    const server = await startServer((_push, before) =>
      before === 0 ? { status: 429, body: 'slow down', headers: { 'retry-after': '1' } } : ok
    );
    const { writer } = writerTo(server.url);
    const started = performance.now();
    writer.write(flow());
    await writer.flush();
    expect(performance.now() - started).toBeGreaterThanOrEqual(1000);
  });

  it('does not hold up the others', async () => {
    const server = await startServer((push) => (bytesIn(push, '"slow"') ? { status: 503 } : ok));
    const { writer, stored } = writerTo(server.url, { concurrency: 2, backoffMinMs: 50, backoffMaxMs: 50 });
    writer.write(flow({ SrcK8S_Name: 'slow' }));
    await expect.poll(() => server.pushes.length).toBeGreaterThan(0);
    for (let i = 0; i < 5; i++) {
      writer.write(flow({ SrcK8S_Name: 'fine' }, i));
    }
    await expect.poll(stored).toBe(5);
  });

  it('while others pass is taken apart after ten server errors, and only what fails alone is lost', async () => {
    const server = await startServer((push) => (bytesIn(push, '"poison"') ? { status: 500, body: 'panic' } : ok));
    const { writer, stored, lostFlows } = writerTo(server.url, { concurrency: 2, backoffMaxMs: 10 });
    writer.write(flow({ SrcK8S_Name: 'poison' }, 1));
    writer.write(flow({ SrcK8S_Name: 'beside it' }, 2));
    const others = setInterval(() => writer.write(flow({ SrcK8S_Name: 'other' }, 3)), 5);
    await expect.poll(() => lostFlows('rejected'), { timeout: 10_000 }).toBe(1);
    clearInterval(others);
    await writer.flush();
    const lines = server.pushes.filter((push) => !bytesIn(push, '"poison"')).flatMap(linesOf);
    expect(lines.some((line) => line.includes('beside it'))).toBe(true);
    expect(stored()).toBe(lines.length);
  });

  it('to an address where nothing listens waits too; readiness and one message say so, and it recovers', async () => {
    const taken = await startPushServer(() => ok);
    const { port } = taken;
    await taken.close();
    const { writer, notices, stored } = writerTo(`http://127.0.0.1:${port}`);
    writer.write(flow());
    await expect.poll(() => writer.ready().reason).toMatch(/nothing listens there; start Loki or correct loki.url/);
    await startServer(() => ok, { port });
    await writer.flush();
    expect(stored()).toBe(1);
    expect(writer.ready()).toEqual({ ok: true });
    expect(notices.at(-1)).toBe('Loki takes flows again');
  });
});

describe('a push of which the answer was lost', () => {
  it('is settled before anything else is sent, as Loki looks for equal entries in the newest block only', async () => {
    const server = await startServer((push, before) => (bytesIn(push, '"first"') && before < 3 ? 'reset' : ok));
    const { writer, stored } = writerTo(server.url, { concurrency: 4, backoffMinMs: 100, backoffMaxMs: 100 });
    writer.write(flow({ SrcK8S_Name: 'first' }));
    // Before the push has come through; how often it was tried by now is the machine's pace.
    await expect.poll(() => server.pushes.length).toBeGreaterThan(0);
    for (let i = 0; i < 5; i++) {
      writer.write(flow({ SrcK8S_Name: 'later' }, i));
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
    await writer.flush();
    expect(stored()).toBe(6);
    const order = server.pushes.map((push) => bytesIn(push, '"first"'));
    expect(order.indexOf(false)).toBeGreaterThan(order.lastIndexOf(true));
    expect(order.filter(Boolean)).toHaveLength(4);
  });

  it('again and again does not hold up the others for ever', async () => {
    const server = await startServer((push) => (bytesIn(push, '"cursed"') ? 'reset' : ok));
    const { writer, stored } = writerTo(server.url, { concurrency: 2 });
    writer.write(flow({ SrcK8S_Name: 'cursed' }));
    await expect.poll(() => server.pushes.length).toBeGreaterThan(0);
    writer.write(flow({ SrcK8S_Name: 'fine' }));
    await expect.poll(stored).toBe(1);
    expect(server.pushes.filter((push) => bytesIn(push, '"cursed"')).length).toBeGreaterThan(5);
  });
});

describe('streams that Loki holds back', () => {
  it('are found, and wait alone: the others are not sent over and over', async () => {
    let held = true;
    const server = await startServer((push) =>
      held && push.streams.some(({ labels }) => labels.includes('"hot"'))
        ? {
            status: 429,
            body: "Per stream rate limit exceeded (limit: 3MB/sec) while attempting to ingest for stream '{}'",
          }
        : ok
    );
    const { writer, stored } = writerTo(server.url);
    for (let i = 0; i < 32; i++) {
      writer.write(flow({ SrcK8S_Namespace: i === 13 ? 'hot' : `ns${i}` }, i));
    }
    await expect.poll(() => server.pushes.length).toBeGreaterThan(10);
    const sent = new Map<string, number>();
    for (const { streams } of server.pushes) {
      streams.forEach(({ labels }) => sent.set(labels, (sent.get(labels) ?? 0) + 1));
    }
    sent.delete('{app="netobserv-flowcollector", SrcK8S_Namespace="hot"}');
    expect(Math.max(...sent.values())).toBeLessThanOrEqual(6);
    held = false;
    await writer.flush();
    expect(stored()).toBe(32);
  });
});

describe('a push that Loki refuses in part', () => {
  it('loses only the entries at fault, and names why', async () => {
    const server = await startServer((push) =>
      bytesIn(push, '"bad"') ? { status: 400, body: 'this entry is odd' } : ok
    );
    const { writer, stored, lost, lostFlows } = writerTo(server.url);
    for (let i = 0; i < 200; i++) {
      writer.write(flow({ SrcK8S_Namespace: `ns${i % 10}`, SrcK8S_Name: i === 77 || i === 123 ? 'bad' : 'good' }, i));
    }
    await writer.flush();
    expect(stored()).toBe(198);
    expect(lostFlows('rejected')).toBe(2);
    expect(lost[0]?.detail).toBe('400 this entry is odd');
  });

  it('drops what is too old at once, by the time that Loki names', async () => {
    const oldest = '2026-01-01T00:00:00Z';
    const isOld = (ns: string) => BigInt(ns) < BigInt(Date.parse(oldest)) * 1_000_000n;
    const server = await startServer((push) =>
      push.streams.some(({ entries }) => entries.some(({ ns }) => isOld(ns)))
        ? {
            status: 400,
            body: `entry for stream '{}' has timestamp too old: x, oldest acceptable timestamp is: ${oldest}\n`,
          }
        : ok
    );
    const { writer, stored, lostFlows } = writerTo(server.url);
    for (let i = 0; i < 1000; i++) {
      const ms = Date.parse(i % 2 === 0 ? '2025-06-01' : '2026-06-01');
      writer.write(flow({ SrcK8S_Namespace: `ns${i % 50}`, TimeFlowEndMs: ms }, i));
    }
    await writer.flush();
    expect([stored(), lostFlows('rejected')]).toEqual([500, 500]);
    expect(server.pushes).toHaveLength(2);
  });

  it('finds what is too new within the second that Loki names, without asking for each', async () => {
    const limit = Date.parse('2126-06-01T00:00:00.500Z');
    const server = await startServer((push) => {
      const refused = push.streams.flatMap(({ entries }) => entries).find(({ ns }) => BigInt(ns) / 1_000_000n >= limit);
      return refused === undefined
        ? ok
        : { status: 400, body: "entry for stream '{}' has timestamp too new: 2126-06-01T00:00:00Z\n" };
    });
    const { writer, stored, lostFlows } = writerTo(server.url);
    for (let i = 0; i < 1000; i++) {
      writer.write(flow({ SrcK8S_Namespace: `ns${i % 7}`, TimeFlowEndMs: limit - 500 + i }, i));
    }
    await writer.flush();
    expect([stored(), lostFlows('rejected')]).toEqual([500, 500]);
    expect(server.pushes.length).toBeLessThan(120);
  });

  it('for the time of an entry that cannot be, does not take the others for refused', async () => {
    const odd = Date.parse('2200-01-01');
    const server = await startServer((push) =>
      push.streams.some(({ entries }) => entries.some(({ ns }) => BigInt(ns) >= BigInt(odd) * 1_000_000n))
        ? { status: 400, body: "entry for stream '{}' has timestamp too old: 1970-01-01T00:00:00Z" }
        : ok
    );
    const { writer, stored, lostFlows } = writerTo(server.url);
    for (let i = 0; i < 20; i++) {
      writer.write(flow(i === 7 ? { TimeFlowEndMs: odd } : {}, i));
    }
    await writer.flush();
    expect([stored(), lostFlows('rejected')]).toEqual([19, 1]);
  });

  it('is given up as a whole after 300 more pushes, so that bad input cannot flood Loki', async () => {
    const server = await startServer(() => ({ status: 400, body: 'no' }));
    const { writer, lostFlows } = writerTo(server.url);
    for (let i = 0; i < 2000; i++) {
      writer.write(flow({}, i));
    }
    await writer.flush();
    expect(lostFlows('rejected')).toBe(2000);
    expect(server.pushes.length).toBeLessThan(320 + 2 * 11);
  });
});

describe('a push that is too large for Loki', () => {
  it.each([
    ['413', { status: 413, body: 'too large' }],
    ['500', { status: 500, body: 'rpc error: code = ResourceExhausted desc = grpc: received message larger than max' }],
  ])('(%s) is halved until it fits', async (_what, refusal) => {
    const server = await startServer((push) => (linesOf(push).length > 10 ? refusal : ok));
    const { writer, stored } = writerTo(server.url);
    for (let i = 0; i < 100; i++) {
      writer.write(flow({ SrcK8S_Namespace: `ns${i % 3}` }, i));
    }
    await writer.flush();
    expect(stored()).toBe(100);
  });

  it('with one flow in it loses that', async () => {
    const server = await startServer(() => ({ status: 413 }));
    const { writer, lostFlows } = writerTo(server.url);
    writer.write(flow());
    await writer.flush();
    expect(lostFlows('too_large')).toBe(1);
  });
});

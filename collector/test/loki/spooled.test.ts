import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { OpenBatch, type SealedBatch } from '../../src/loki/openBatch';
import { decodeParcel, encodeParcel, sealedParcel } from '../../src/loki/parcel';
import { Segment } from '../../src/spool/segment';
import { newFolder } from '../spool/folder';
import { flow, startWriter } from './flows';
import { linesOf, startPushServer, type PushServer } from './pushServer';

let servers: PushServer[] = [];
let ended: Array<() => Promise<void>> = [];
afterEach(async () => {
  vi.restoreAllMocks();
  await Promise.all(ended.map((end) => end()));
  await Promise.all(servers.map((server) => server.close()));
  ended = [];
  servers = [];
});

async function serve(...args: Parameters<typeof startPushServer>): Promise<PushServer> {
  const server = await startPushServer(...args);
  servers.push(server);
  return server;
}

/** A writer with a spool in that folder. */
function spooling(
  url: string,
  path: string,
  settings: Record<string, unknown> = {},
  spool: Record<string, unknown> = {}
) {
  const started = startWriter(url, settings, { path, ...spool });
  ended.push(() => started.writer.close(0));
  return started;
}

const ok = { status: 204 };
const away = { status: 503 };
const namesOf = (server: PushServer) =>
  server.pushes.flatMap(linesOf).map((line) => (JSON.parse(line) as { SrcK8S_Name?: string }).SrcK8S_Name);

describe('a parcel', () => {
  it('is the batch again when it comes out of the spool', async () => {
    const entry = fc.record({
      ms: fc.integer({ min: 0, max: 4_102_444_800_000 }),
      subMs: fc.integer({ min: 0, max: 999_999 }),
      line: fc.string({ unit: 'grapheme' }),
      exporter: fc.option(fc.constantFrom('10.0.0.1', 'fd00::1', '__proto__'), { nil: undefined }),
    });
    const label = fc.string({ unit: 'grapheme' });
    const fold = fc.record({ stream: fc.record({ labels: label }), members: label });
    const stream = fc.oneof(fc.record({ labels: label }), fc.record({ labels: label, fold }));
    await fc.assert(
      fc.asyncProperty(fc.array(fc.record({ stream, entry }), { minLength: 1 }), async (lines) => {
        const open = new OpenBatch();
        lines.forEach((line) => open.add(line.stream, line.entry));
        const [sealed] = open.seal() as [SealedBatch];
        const { meta, body, flows } = await encodeParcel(sealed);
        const parcel = decodeParcel(meta, body);
        expect(await parcel.batch()).toEqual(await sealedParcel(sealed).batch());
        expect([...parcel.flows.values()].reduce((sum, count) => sum + count, 0)).toBe(flows);
      })
    );
  });

  it('of another version is not taken for one of this', () => {
    expect(() => decodeParcel(Buffer.from('[2,"10.0.0.1",1]'), Buffer.alloc(4))).toThrow(/another version .* \(2, /);
  });
});

describe('flows in the spool', () => {
  it('are stored, and the spool is empty afterwards', async () => {
    const server = await serve(() => ok);
    const { writer, stored } = spooling(server.url, newFolder());
    for (let i = 0; i < 100; i++) {
      writer.write(flow({ SrcK8S_Namespace: `ns${i % 3}` }, i));
    }
    await writer.flush();
    expect(stored()).toBe(100);
    expect(writer.stats).toMatchObject({ pendingFlows: 0, queueBytes: 0, spool: { flows: 0, records: 0 } });
  });

  it('that Loki did not take before the end are not lost: the next start sends them, with the same bytes', async () => {
    const folder = newFolder();
    const down = await serve(() => away);
    const first = spooling(down.url, folder);
    for (let i = 0; i < 50; i++) {
      first.writer.write(flow({ SrcK8S_Name: `pod${i}` }, i));
    }
    await expect.poll(() => down.pushes.length).toBeGreaterThan(0);
    await first.writer.close(50);
    expect([first.stored(), first.lost]).toEqual([0, []]);
    expect(first.writer.stats.pendingFlows).toBe(50);

    const server = await serve(() => ok);
    const second = spooling(server.url, folder);
    expect(second.writer.stats).toMatchObject({ recoveredFlows: 50, pendingFlows: 50 });
    await second.writer.flush();
    expect(second.stored()).toBe(50);
    expect(namesOf(server)).toEqual(Array.from({ length: 50 }, (_, i) => `pod${i}`));
    expect(server.pushes.map(({ body }) => body.toString('hex'))).toContain(down.pushes[0]?.body.toString('hex'));
    await second.writer.close(1000);
    expect(spooling(server.url, folder).writer.stats.recoveredFlows).toBe(0);
  });

  it('of which Loki refuses some lose only those, counted by exporter, also after a restart', async () => {
    const folder = newFolder();
    const down = await serve(() => away);
    const first = spooling(down.url, folder);
    for (let i = 0; i < 100; i++) {
      const bad = i % 10 === 0;
      const AgentIP = bad && i < 50 ? '192.0.2.7' : '192.0.2.1';
      first.writer.write(flow({ SrcK8S_Namespace: `ns${i % 7}`, SrcK8S_Name: bad ? 'bad' : 'good', AgentIP }, i));
    }
    await expect.poll(() => down.pushes.length).toBeGreaterThan(0);
    await first.writer.close(0);
    const server = await serve((push) =>
      linesOf(push).some((line) => line.includes('"bad"')) ? { status: 400, body: 'this entry is odd' } : ok
    );
    const { writer, stored, lost, lostFlows } = spooling(server.url, folder);
    await writer.flush();
    expect([stored(), lostFlows('rejected')]).toEqual([90, 10]);
    const of = (exporter: string) =>
      lost.filter((one) => one.exporter === exporter).reduce((n, { count }) => n + count, 0);
    expect([of('192.0.2.7'), of('192.0.2.1')]).toEqual([5, 5]);
  });

  it('for whose stream Loki has no room go to one with fewer labels, as without a spool', async () => {
    const server = await serve(({ streams }) =>
      streams.some(({ labels }) => labels.includes('SrcK8S_Namespace="full"'))
        ? { status: 429, body: 'maximum active stream limit exceeded when trying to create stream' }
        : ok
    );
    const { writer, stored, lost } = spooling(server.url, newFolder());
    writer.write(flow({ SrcK8S_Namespace: 'full', SrcK8S_Name: 'a', FlowDirection: 0 }));
    writer.write(flow({ SrcK8S_Namespace: 'fine', SrcK8S_Name: 'b' }));
    await writer.flush();
    expect([stored(), lost]).toEqual([2, []]);
    const labels = server.pushes.flatMap(({ streams }) => streams.map((one) => one.labels));
    expect(labels).toContain('{app="netobserv-flowcollector", FlowDirection="0"}');
    expect(server.pushes.flatMap(linesOf)).toContainEqual(expect.stringContaining('"SrcK8S_Namespace":"full"'));
  });

  it('are halved where a push is too large', async () => {
    const server = await serve((push) => (linesOf(push).length > 10 ? { status: 413 } : ok));
    const { writer, stored } = spooling(server.url, newFolder());
    for (let i = 0; i < 100; i++) {
      writer.write(flow({ SrcK8S_Namespace: `ns${i % 3}` }, i));
    }
    await writer.flush();
    expect(stored()).toBe(100);
  });

  it('are dropped, the oldest first, when it is full: counted by exporter, and the others are stored', async () => {
    let up = false;
    const server = await serve(() => (up ? ok : away));
    const spool = { segmentBytes: 20_000, maxBytes: 100_000 };
    const settings = { batchBytes: 8192, maxLineBytes: 8192 };
    const { writer, stored, lost, lostFlows } = spooling(server.url, newFolder(), settings, spool);
    let random = 1;
    const noise = () =>
      Array.from({ length: 500 }, () => (random = (random * 48_271) % 2_147_483_647).toString(36)[2]).join('');
    for (let i = 0; i < 600; i++) {
      writer.write(flow({ SrcK8S_Name: noise(), AgentIP: `192.0.2.${i % 2}` }, i));
      if (i % 50 === 0) {
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    }
    await expect.poll(() => lostFlows('spool_full')).toBeGreaterThan(100);
    await expect.poll(() => writer.stats.queueBytes).toBeLessThan(100_000);
    expect(writer.stats.spool?.bytes).toBeLessThanOrEqual(spool.maxBytes);
    expect(new Set(lost.map(({ exporter }) => exporter))).toEqual(new Set(['192.0.2.0', '192.0.2.1']));
    up = true;
    await writer.flush();
    expect(stored() + lostFlows()).toBe(600);
    expect(writer.stats).toMatchObject({ pendingFlows: 0, spool: { flows: 0 } });
  });
});

describe('a disk that is full', () => {
  it('costs nothing while Loki takes flows: they go from memory; the spool is used again when there is room', async () => {
    const server = await serve(() => ok);
    const write = vi.spyOn(Segment.prototype, 'write').mockRejectedValue(new Error('ENOSPC: no space left on device'));
    const { writer, stored, lost, notices } = spooling(server.url, newFolder());
    for (let i = 0; i < 20; i++) {
      writer.write(flow({}, i));
    }
    await writer.flush();
    expect([stored(), lost]).toEqual([20, []]);
    expect(notices.join()).toContain('cannot be written, flows wait in memory up to loki.queueBytes: ENOSPC');
    write.mockRestore();
    await new Promise((resolve) => setTimeout(resolve, 1100));
    writer.write(flow({}, 21));
    await writer.flush();
    expect(stored()).toBe(21);
    expect(writer.stats.spool).toMatchObject({ segments: 1, writeErrors: 1 });
  });

  it('with Loki away keeps what memory may hold, and counts the oldest beyond', async () => {
    const server = await serve(() => away);
    vi.spyOn(Segment.prototype, 'write').mockRejectedValue(new Error('ENOSPC: no space left on device'));
    const settings = { queueBytes: 1024 * 1024, batchBytes: 100_000, maxLineBytes: 50_000, concurrency: 1 };
    const { writer, lostFlows } = spooling(server.url, newFolder(), settings);
    for (let i = 0; i < 100; i++) {
      writer.write(flow({ SrcK8S_Name: 'x'.repeat(40_000) }, i));
    }
    await expect.poll(() => lostFlows('queue_full')).toBeGreaterThan(50);
    expect(lostFlows('queue_full') + writer.stats.pendingFlows).toBe(100);
    expect(writer.stats.queueBytes).toBeLessThan(1.5 * 1024 * 1024);
  });
});

it('a disk that became read-only neither ends the writer nor holds up its end', async () => {
  const server = await serve(() => ok);
  const { writer, stored, lost, notices } = spooling(server.url, newFolder());
  vi.spyOn(Segment.prototype, 'remove').mockImplementation(() => {
    throw new Error('EROFS: read-only file system, unlink');
  });
  vi.spyOn(Segment.prototype, 'close').mockRejectedValue(new Error('EIO: i/o error, close'));
  for (let i = 0; i < 20; i++) {
    writer.write(flow({}, i));
  }
  await writer.flush();
  writer.write(flow({}, 20));
  await writer.close(5000);
  expect([stored(), lost]).toEqual([21, []]);
  expect(notices.join()).toMatch(/cannot be closed: EIO.*cannot be deleted: EROFS/);
});

it('a record that was spoilt on disk costs only its own flows', async () => {
  const folder = newFolder();
  const down = await serve(() => away);
  const first = spooling(down.url, folder, { batchBytes: 1024, maxLineBytes: 1024 });
  for (let i = 0; i < 40; i++) {
    first.writer.write(flow({ SrcK8S_Name: `pod${i}` }, i));
  }
  await expect.poll(() => first.writer.stats.spool?.flows).toBe(40);
  await first.writer.close(0);
  const { openSync, writeSync, closeSync } = await import('node:fs');
  const fd = openSync(`${folder}/000000000001.seg`, 'r+');
  writeSync(fd, Buffer.of(0xaa, 0x55), 0, 2, 100);
  closeSync(fd);
  const server = await serve(() => ok);
  const { writer, stored, lost, lostFlows } = spooling(server.url, folder);
  await writer.flush();
  expect(lostFlows('spool_corrupt')).toBeGreaterThan(0);
  expect(stored() + lostFlows('spool_corrupt')).toBe(40);
  expect(lost).toHaveLength(1);
  expect(writer.stats.pendingFlows).toBe(0);
});

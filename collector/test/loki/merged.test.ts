import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { uncompressSync } from 'snappy';
import { afterEach, describe, expect, it } from 'vitest';
import { mergedParcel } from '../../src/loki/merged';
import { OpenBatch, type SealedBatch } from '../../src/loki/openBatch';
import { decodeParcel, encodeParcel, type SpooledParcel } from '../../src/loki/parcel';
import { newFolder } from '../spool/folder';
import { decodePush } from './decodePush';
import { flow, startWriter } from './flows';
import { linesOf, startPushServer, type PushServer } from './pushServer';

const ok = { status: 204 };
const SMALL_SPOOL = { segmentBytes: 20_000, maxBytes: 100_000 };
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

interface Line {
  readonly labels: string;
  readonly ms: number;
  readonly line: string;
  readonly exporter: string;
}

async function spooled(lines: readonly Line[]): Promise<SpooledParcel> {
  const open = new OpenBatch();
  lines.forEach(({ labels, ...entry }) => open.add({ labels }, { ...entry, subMs: 7 }));
  const [sealed] = open.seal() as [SealedBatch];
  const { meta, body } = await encodeParcel(sealed);
  return decodeParcel(meta, body);
}

describe('parcels as one', () => {
  const line = fc.record({
    labels: fc.constantFrom('{app="a"}', '{app="a", SrcK8S_Namespace="ü"}', '{app="b"}'),
    ms: fc.integer({ min: 0, max: 4_102_444_800_000 }),
    line: fc.string({ unit: 'grapheme' }),
    exporter: fc.constantFrom('10.0.0.1', 'fd00::1', '__proto__'),
  });
  const sorted = (texts: string[]) => texts.sort((a, b) => (a < b ? -1 : 1));

  it('are a push with the entries of all, each stream once; taken apart they are the same', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(line, { minLength: 1, maxLength: 20 }), { minLength: 1, maxLength: 5 }),
        async (parts) => {
          const parcel = mergedParcel(await Promise.all(parts.map(spooled)));
          const streams = decodePush(uncompressSync(await parcel.body()) as Buffer);
          expect(new Set(streams.map(({ labels }) => labels)).size).toBe(streams.length);
          const pushed = streams.flatMap(({ labels, entries }) =>
            entries.map((entry) => `${labels} ${entry.ns} ${entry.line}`)
          );
          const asked = parts.flat().map((one) => `${one.labels} ${BigInt(one.ms) * 1_000_000n + 7n} ${one.line}`);
          expect(sorted(pushed)).toEqual(sorted(asked));
          const apart = await parcel.batch();
          const entries = apart.streams.flatMap(({ stream, entries: own }) =>
            own.map((entry) => `${stream.labels} ${BigInt(entry.ms) * 1_000_000n + 7n} ${entry.line}`)
          );
          expect(sorted(entries)).toEqual(sorted(asked));
          const counts = new Map<string, number>();
          parts.flat().forEach(({ exporter }) => counts.set(exporter, (counts.get(exporter) ?? 0) + 1));
          expect(parcel.flows).toEqual(counts);
        }
      )
    );
  });

  it('tell how large a push is before it is taken apart', async () => {
    const parcel = await spooled([{ labels: '{app="a"}', ms: 1, line: 'x'.repeat(100_000), exporter: '10.0.0.1' }]);
    expect(parcel.pushBytes).toBe(uncompressSync(await parcel.body()).length);
    expect((await parcel.body()).length).toBeLessThan(10_000);
  });
});

describe('what is written to the spool often', () => {
  let server: PushServer;
  let end: (() => Promise<void>) | undefined;
  afterEach(async () => {
    await end?.();
    end = undefined;
    await server.close();
  });

  function spooling(settings: Record<string, unknown>, path = newFolder()) {
    const started = startWriter(server.url, settings, { path, flushMs: 10 });
    end = () => started.writer.close(0);
    return started;
  }

  it('goes to Loki together', async () => {
    server = await startPushServer(() => ok);
    const { writer, stored } = spooling({ batchWaitMs: 60_000 });
    for (let i = 0; i < 8; i++) {
      writer.write(flow({ SrcK8S_Namespace: `ns${i % 2}` }, i));
      await expect.poll(() => writer.stats.spool?.records).toBe(i + 1);
    }
    expect(server.pushes).toHaveLength(0);
    await writer.flush();
    expect(stored()).toBe(8);
    expect(server.pushes).toHaveLength(1);
    expect(server.pushes[0]?.streams).toHaveLength(2);
    expect(writer.stats).toMatchObject({ pendingFlows: 0, spool: { records: 0, flows: 0 } });
  });

  it('goes after loki.batchWaitMs, whether more comes or not', async () => {
    server = await startPushServer(() => ok);
    const { writer, stored } = spooling({ batchWaitMs: 100 });
    writer.write(flow({}, 1));
    await expect.poll(stored).toBe(1);
  });

  it('does not wait where it is flushed, nor where the writer ends', async () => {
    server = await startPushServer(() => ok);
    const { writer, stored } = spooling({ batchWaitMs: 60_000 });
    writer.write(flow({}, 1));
    await expect.poll(() => writer.stats.spool?.records).toBe(1);
    await writer.flush();
    expect(stored()).toBe(1);
    writer.write(flow({}, 2));
    await expect.poll(() => writer.stats.spool?.records).toBe(1);
    await writer.close(5000);
    expect(stored()).toBe(2);
  });

  it('fills pushes, also after Loki was away', async () => {
    let up = false;
    server = await startPushServer(() => (up ? ok : { status: 503 }));
    const settings = { batchWaitMs: 30, batchBytes: 20_000, maxLineBytes: 5000 };
    const { writer, stored } = spooling(settings);
    for (let i = 0; i < 60; i++) {
      writer.write(flow({ SrcK8S_Name: `pod${i}-${'x'.repeat(1500)}` }, i));
      await pause(12);
    }
    const records = writer.stats.spool?.records ?? 0;
    expect(records).toBeGreaterThan(20);
    const refused = server.pushes.length;
    up = true;
    await writer.flush();
    expect(stored()).toBe(60);
    const taken = server.pushes.slice(refused);
    expect(taken.length).toBeLessThan(records / 2);
    taken.forEach((push) => expect(linesOf(push).join('').length).toBeLessThan(20_000));
    const names = server.pushes.flatMap(linesOf).map((one) => /pod(\d+)-/.exec(one)?.[1]);
    expect(new Set(names).size).toBe(60);
  });

  it('goes together up to 64 KiB, so that Loki knows it again where an answer is lost', async () => {
    server = await startPushServer(() => ok);
    const { writer, stored } = spooling({ batchWaitMs: 500 });
    for (let i = 0; i < 10; i++) {
      writer.write(flow({ SrcK8S_Name: `pod${i}-${'x'.repeat(20_000)}` }, i));
      await pause(25);
    }
    await expect.poll(stored).toBe(10);
    const sizes = server.pushes.map((push) => linesOf(push).join('').length);
    expect(Math.max(...sizes)).toBeLessThan(64 * 1024);
    expect(sizes.length).toBeLessThan(10);
  });

  it('and held for others is still there after the next start, where Loki did not take it', async () => {
    server = await startPushServer(() => ({ status: 503 }));
    const path = newFolder();
    const first = spooling({ batchWaitMs: 60_000 }, path);
    for (let i = 0; i < 5; i++) {
      first.writer.write(flow({}, i));
      await pause(25);
    }
    await first.writer.close(50);
    expect([first.stored(), first.lost]).toEqual([0, []]);
    const second = spooling({ batchWaitMs: 60_000 }, path);
    expect(second.writer.stats.recoveredFlows).toBe(5);
  });

  it('and held for others is counted where it had to make room before the end', async () => {
    server = await startPushServer(() => ({ status: 503 }));
    const path = newFolder();
    const settings = { batchWaitMs: 60_000, batchBytes: 4096, maxLineBytes: 2048 };
    const { writer, lostFlows, stored } = startWriter(server.url, settings, { path, flushMs: 10, ...SMALL_SPOOL });
    end = () => writer.close(0);
    let written = 0;
    const write = async (count: number, everyMs: number) => {
      for (const until = written + count; written < until;) {
        writer.write(flow({ SrcK8S_Name: randomBytes(400).toString('hex') }, written++));
        if (written % 4 === 0) {
          await pause(everyMs);
        }
      }
    };
    await write(24, 25);
    expect(lostFlows('spool_full')).toBe(0);
    await write(300, 12);
    await expect.poll(() => lostFlows('spool_full')).toBeGreaterThan(80);
    await writer.close(50);
    const { recoveredFlows } = spooling({}, path).writer.stats;
    expect(stored() + lostFlows() + recoveredFlows).toBe(written);
  });

  it('and left at the end is counted where it makes room for what is still being written', async () => {
    server = await startPushServer(() => ({ status: 503 }));
    const path = newFolder();
    const settings = { batchBytes: 4096, maxLineBytes: 2048 };
    const { writer, lostFlows, stored } = startWriter(server.url, settings, { path, flushMs: 10, ...SMALL_SPOOL });
    end = () => writer.close(0);
    const write = (from: number, to: number) => {
      for (let i = from; i < to; i++) {
        writer.write(flow({ SrcK8S_Name: randomBytes(400).toString('hex') }, i));
      }
    };
    write(0, 20);
    await expect.poll(() => server.pushes.length).toBeGreaterThan(3);
    write(20, 320);
    await writer.close(0);
    const { recoveredFlows } = spooling({}, path).writer.stats;
    expect(stored() + lostFlows() + recoveredFlows).toBe(320);
  });
});

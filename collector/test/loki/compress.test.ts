import { Worker } from 'node:worker_threads';
import { uncompressSync } from 'snappy';
import { afterEach, describe, expect, it } from 'vitest';
import { compressPush, CompressThread, onCompressFallback } from '../../src/loki/compress';

const threads: CompressThread[] = [];
afterEach(() => Promise.all(threads.splice(0).map((thread) => thread.close())));
function start(...how: ConstructorParameters<typeof CompressThread>): CompressThread {
  const thread = new CompressThread(...how);
  threads.push(thread);
  return thread;
}

const PUSHES = [0, 1, 100, 70_000, 2_500_000].map((size) =>
  Buffer.from(
    Array.from({ length: Math.ceil(size / 8) }, (_, index) => `flow${index % 997}`)
      .join('')
      .slice(0, size)
  )
);

describe('the thread that compresses', () => {
  it('gives what was put in, each for its own, in any number at once', async () => {
    const thread = start();
    const compressed = await Promise.all([...PUSHES, ...PUSHES].map((push) => thread.compress(push)));
    expect(compressed).toHaveLength(10);
    compressed.forEach((one, index) => {
      expect((uncompressSync(one, { asBuffer: true }) as Buffer).equals(PUSHES[index % PUSHES.length]!)).toBe(true);
    });
  });

  it('leaves the push as it is, and takes only what is meant of a larger one', async () => {
    const whole = new Uint8Array(Buffer.from('before-push-behind'));
    const compressed = await start().compress(whole.subarray(7, 11));
    expect(String(uncompressSync(compressed))).toBe('push');
    expect(Buffer.from(whole).toString()).toBe('before-push-behind');
  });

  it('reads where it stands what is in memory that threads share', async () => {
    const whole = Buffer.from(new SharedArrayBuffer(64));
    whole.write('before-push-behind');
    const compressed = await start().compress(whole.subarray(7, 11));
    expect(String(uncompressSync(compressed))).toBe('push');
  });

  it('that fails tells all who wait, and is started anew for the next', async () => {
    let starts = 0;
    const echo = `require('node:worker_threads').parentPort.on('message', (m) => require('node:worker_threads').parentPort.postMessage(m))`;
    const thread = start(() => new Worker(starts++ === 0 ? 'throw new Error("oops")' : echo, { eval: true }));
    const both = [thread.compress(PUSHES[1]!), thread.compress(PUSHES[2]!)];
    await expect(both[0]).rejects.toThrow('oops');
    await expect(both[1]).rejects.toThrow('oops');
    expect(await thread.compress(PUSHES[2]!)).toEqual(PUSHES[2]);
    expect(starts).toBe(2);
  });
});

it('a push is compressed as Loki takes it', async () => {
  for (const push of PUSHES) {
    expect((uncompressSync(await compressPush(push), { asBuffer: true }) as Buffer).equals(push)).toBe(true);
  }
});

it('a push is compressed without the thread where that fails, which is told', async () => {
  const told: string[] = [];
  const end = onCompressFallback(({ message }) => told.push(message));
  const broken = start(() => new Worker('throw new Error("oops")', { eval: true }));
  for (const push of PUSHES) {
    expect((uncompressSync(await compressPush(push, broken), { asBuffer: true }) as Buffer).equals(push)).toBe(true);
  }
  expect(told).toEqual(PUSHES.map(() => 'oops'));
  end();
  await compressPush(PUSHES[1]!, broken);
  expect(told).toHaveLength(PUSHES.length);
});

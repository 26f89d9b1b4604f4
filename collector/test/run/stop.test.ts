import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it, vi } from 'vitest';
import { runCommand } from '../../src/commands/run';
import { startCollector, type Collector } from '../../src/run';

vi.mock('../../src/run', () => ({ startCollector: vi.fn() }));

const directory = mkdtempSync(join(tmpdir(), 'collector-stop-'));
afterAll(() => {
  rmSync(directory, { recursive: true });
  vi.restoreAllMocks();
});

it('a collector that cannot end in order is not said to be unable to start, and its process ends', async () => {
  const file = join(directory, 'collector.yaml');
  writeFileSync(file, 'loki: {url: "http://127.0.0.1:1"}\nlog: {level: silent}\n');
  const stop = vi.fn(() => Promise.reject(new Error('EROFS: read-only file system')));
  vi.mocked(startCollector).mockResolvedValue({ stop } as unknown as Collector);
  const exit = vi.spyOn(process, 'exit').mockImplementation(() => undefined as never);
  let stderr = '';
  const io = { env: {}, stdout: process.stdout, stderr: { write: (text: string) => (stderr += text) } };
  const listeners = process.listenerCount('SIGTERM');
  const running = runCommand(file, io);
  await expect.poll(() => process.listenerCount('SIGTERM')).toBeGreaterThan(listeners);
  const [onSigterm] = process.listeners('SIGTERM').slice(-1);
  onSigterm!('SIGTERM');
  await running;
  expect(stop).toHaveBeenCalledOnce();
  expect(exit).toHaveBeenCalledWith(1);
  expect(stderr).toBe('');
});

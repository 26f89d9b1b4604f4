import { execFile, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { describeFailure, startChild, waitUntilReady } from '../process/child';
import { findOnPath } from '../process/findOnPath';
import { takeLock } from '../process/lock';
import { freePort, preferPort } from '../process/ports';
import { Stopper } from '../stopper';

const root = join(import.meta.dirname, '..', '..');
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'stack-process-'));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** False for what has ended and only waits to be noticed by whoever inherited it. */
function isRunning(pid: number): boolean {
  const { stdout } = spawnSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' });
  return /^[^Z\s]/.test(stdout.trim());
}

/** Starts a shell that starts a long sleep and tells its pid in its log. */
function sleeper(name = 'A sleeper'): ReturnType<typeof startChild> {
  return startChild({
    name,
    command: 'sh',
    args: ['-c', 'sleep 300 & echo $!; wait'],
    logFile: join(folder, 'sleeper.log'),
  });
}

async function pidIn(file: string): Promise<number> {
  await expect
    .poll(() => existsSync(file) && /^\d+\n/.test(readFileSync(file, 'utf8')), { timeout: 10_000 })
    .toBe(true);
  return Number(readFileSync(file, 'utf8').split('\n')[0]);
}

describe('a child', () => {
  test('is stopped with all that it started', async () => {
    const child = sleeper();
    const grandchild = await pidIn(child.logFile);
    await child.stop();
    expect(child.running).toBe(false);
    await expect.poll(() => isRunning(grandchild)).toBe(false);
  });

  test('that ignores SIGTERM is made to end', async () => {
    const child = startChild({
      name: 'Stubborn',
      command: process.execPath,
      args: ['-e', 'process.on("SIGTERM", () => {}); console.log("1"); setInterval(() => {}, 1000)'],
      logFile: join(folder, 'stubborn.log'),
    });
    await pidIn(child.logFile);
    await child.stop(200);
    expect(await child.ended).toBe('signal SIGKILL');
  });

  test('that dies is reported with its last log lines and where its log is', async () => {
    const logFile = join(folder, 'dying.log');
    const child = startChild({ name: 'Loki', command: 'sh', args: ['-c', 'echo disk full; exit 3'], logFile });
    const failed = waitUntilReady(child, async () => false);
    await expect(failed).rejects.toThrow(/Loki ended before it was ready: exit code 3\.[^]*dying\.log[^]*disk full/);
    expect(describeFailure(child, 'ended (exit code 3)')).toContain('disk full');
  });

  test('whose program is missing shows as ended, with the reason', async () => {
    const child = startChild({ name: 'None', command: join(folder, 'none'), args: [], logFile: join(folder, 'log') });
    expect(await child.ended).toContain('ENOENT');
  });

  test('ends with its parent, even where that is killed outright', async () => {
    const script = join(folder, 'parent.mts');
    const logFile = join(folder, 'orphan.log');
    const options = { name: 'x', command: 'sh', args: ['-c', 'sleep 300 & echo $!; wait'], logFile };
    const module = pathToFileURL(join(root, 'stack/process/child.ts')).href;
    writeFileSync(
      script,
      `import { startChild } from ${JSON.stringify(module)};\n` +
        `startChild(${JSON.stringify(options)});\nprocess.send('started');\nsetInterval(() => undefined, 1000);\n`
    );
    const parent = spawn(process.execPath, ['--import', 'tsx', script], {
      cwd: root,
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    await once(parent, 'message');
    const grandchild = await pidIn(logFile);
    parent.kill('SIGKILL');
    await once(parent, 'exit');
    await expect.poll(() => isRunning(grandchild), { timeout: 10_000 }).toBe(false);
  });
});

describe('ports', () => {
  test('the wished one where it is free, else another', async () => {
    const free = await freePort();
    expect(await preferPort(free)).toEqual({ port: free, wished: true });
    const server = createServer();
    server.listen(free, '127.0.0.1');
    await once(server, 'listening');
    const other = await preferPort(free);
    expect(other.wished).toBe(false);
    expect(other.port).not.toBe(free);
    server.close();
  });

  test('for UDP too', async () => {
    const free = await freePort('udp');
    expect(await preferPort(free, 'udp')).toEqual({ port: free, wished: true });
  });

  test('another one with each call, though none is listened on', async () => {
    const ports = new Set<number>();
    for (let call = 0; call < 1_000; call++) {
      ports.add(await freePort());
    }
    expect(ports.size).toBe(1_000);
  });
});

describe('the lock on a data folder', () => {
  test('is held until given back', () => {
    const file = join(folder, 'deep', 'lock');
    const release = takeLock(file);
    expect(() => takeLock(file)).toThrow(new RegExp(`process ${process.pid} runs this already`));
    release();
    takeLock(file)();
  });

  test('of a process that is gone is taken over', async () => {
    const gone = execFile('true');
    await once(gone, 'exit');
    const file = join(folder, 'lock');
    writeFileSync(file, String(gone.pid));
    takeLock(file)();
    expect(existsSync(file)).toBe(false);
  });
});

test('what was started is stopped in reverse order, once, past failures', async () => {
  const stopper = new Stopper();
  const order: string[] = [];
  stopper.add('first', () => void order.push('first'));
  stopper.add('second', () => {
    throw new Error('stuck');
  });
  stopper.add('third', () => void order.push('third'));
  const [failures] = await Promise.all([stopper.stop(), stopper.stop()]);
  expect(order).toEqual(['third', 'first']);
  expect(failures).toEqual(['second: stuck']);
});

test('programs are found on the PATH, files that cannot be run are not', () => {
  writeFileSync(join(folder, 'tool'), '', { mode: 0o644 });
  expect(findOnPath('tool', folder)).toBeUndefined();
  writeFileSync(join(folder, 'other'), '', { mode: 0o755 });
  expect(findOnPath('other', `/nowhere::${folder}`)).toBe(join(folder, 'other'));
});

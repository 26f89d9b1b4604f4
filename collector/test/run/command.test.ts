import { spawn, type ChildProcess } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { netflow5 } from '../../../tests/integration/collector/recorded';
import { linesOf, startPushServer, type PushServer, type Reply } from '../loki/pushServer';

const directory = mkdtempSync(join(tmpdir(), 'collector-run-'));
afterAll(() => rmSync(directory, { recursive: true }));
const file = join(directory, 'collector.yaml');
const root = join(import.meta.dirname, '../../..');

let child: ChildProcess | undefined;
let server: PushServer | undefined;
afterEach(async () => {
  child?.kill('SIGKILL');
  await server?.close();
});

/** Starts the command line from its sources, as `collector run` is, and waits until it receives. */
async function start(answer: () => Reply, more = '') {
  server = await startPushServer(answer);
  writeFileSync(
    file,
    `receive: {listen: ["127.0.0.1:0"]}\nhttp: {listen: "127.0.0.1:0"}\nloki: {url: "${server.url}", batchWaitMs: 60000${more}}\n`
  );
  const process_ = spawn(process.execPath, ['--import', 'tsx', 'collector/src/cli.ts', 'run', '--config', file], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  child = process_;
  let log = '';
  process_.stderr.on('data', (data: Buffer) => (log += data.toString()));
  const exited = once(process_, 'exit').then(([code]) => code as number | null);
  const port = async () => {
    await expect.poll(() => log, { timeout: 20_000 }).toContain('"msg":"receiving"');
    return Number(/"udp":\["127.0.0.1:(\d+)"\]/.exec(log)?.[1]);
  };
  return {
    port: await port(),
    exited,
    log: () => log,
    kill: (signal: NodeJS.Signals) => process_.kill(signal),
    pid: process_.pid,
  };
}

async function send(bytes: number, port: number): Promise<void> {
  const socket = createSocket('udp4');
  await new Promise((resolve) => socket.send(netflow5(bytes, Date.now()), port, '127.0.0.1', resolve));
  socket.close();
}

describe('collector run', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)('at %s sends what it holds and exits with 0', async (signal) => {
    const { port, exited, log, kill } = await start(() => ({ status: 204 }));
    await send(4711, port);
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(server?.pushes).toHaveLength(0);
    kill(signal);
    expect(await exited).toBe(0);
    expect(server?.pushes.flatMap(linesOf).join()).toContain('"Bytes":4711');
    expect(log()).toContain('"decoded":1,"stored":1,"lost":{}');
  });

  it('ends after loki.drainMs where Loki does not take it, and says what was lost', async () => {
    const { port, exited, log, kill } = await start(() => ({ status: 503 }), ', drainMs: 300');
    await send(1, port);
    await new Promise((resolve) => setTimeout(resolve, 200));
    kill('SIGTERM');
    expect(await exited).toBe(0);
    expect(log()).toContain('"lost":{"shutdown":1}');
  });

  it('ends at once at a second signal; one that comes doubled within half a second is one', async () => {
    const { port, exited, log, kill } = await start(() => ({ status: 503 }), ', drainMs: 60000');
    await send(1, port);
    await new Promise((resolve) => setTimeout(resolve, 200));
    kill('SIGINT');
    kill('SIGINT');
    await expect.poll(log).toContain('a second signal ends at once');
    await new Promise((resolve) => setTimeout(resolve, 700));
    expect(child?.exitCode).toBeNull();
    kill('SIGINT');
    expect(await exited).toBe(1);
  });
});

describe('collector run that cannot start', () => {
  it.each([
    ['a wrong setting', 'loki: {urll: x}\n', /collector.yaml:1: loki.url: missing; write one like/],
    ['a file that is missing', undefined, /nowhere.yaml: there is no such file; correct the path or create it/],
  ])('for %s exits with 1 and says why', async (_what, text, message) => {
    writeFileSync(file, text ?? '');
    const path = text === undefined ? join(directory, 'nowhere.yaml') : file;
    const failed = spawn(process.execPath, ['--import', 'tsx', 'collector/src/cli.ts', 'run', '--config', path], {
      cwd: root,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let stderr = '';
    failed.stderr.on('data', (data: Buffer) => (stderr += data.toString()));
    const [code] = (await once(failed, 'exit')) as [number];
    expect(code).toBe(1);
    expect(stderr).toMatch(message);
    expect(stderr).not.toContain('    at ');
  });
});

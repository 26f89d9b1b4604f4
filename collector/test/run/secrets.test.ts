import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { collectorConfig } from '../../src/config/root';
import { createLog } from '../../src/log';
import { startCollector } from '../../src/run';
import { netflow5, sendUdp } from '../../../tests/integration/collector/recorded';
import { startPushServer } from '../loki/pushServer';

const SECRETS = ['password-of-loki', 'token-of-loki', 'password-of-kafka', 'password-in-file'];

const folder = mkdtempSync(join(tmpdir(), 'flows-secrets-'));
const file = join(folder, 'password');
writeFileSync(file, 'password-in-file\n');

const undo: Array<() => unknown> = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) {
    await step();
  }
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs a collector whose Loki refuses its login and whose Kafka, where it has one, is away. @returns all it says. */
async function allThatIsSaid(loki: object, kafka?: object): Promise<string> {
  let said = '';
  const log = new Writable({
    write(chunk: Buffer, _encoding, done) {
      said += chunk.toString();
      done();
    },
  });
  const authorizations: string[] = [];
  const server = await startPushServer(({ headers, body }) => {
    authorizations.push(String(headers.authorization));
    // A server that tells the login back, as some proxies do of what they refuse.
    return { status: 401, body: `unauthorized: ${String(headers.authorization)} ${body.length}` };
  });
  undo.push(() => server.close());
  const config = collectorConfig.parse({
    receive: { listen: ['127.0.0.1:0'] },
    http: { listen: '127.0.0.1:0' },
    loki: { url: server.url, batchWaitMs: 20, drainMs: 100, backoffMinMs: 20, ...loki },
    ...(kafka && { kafka }),
  });
  const collector = await startCollector(config, createLog({ level: 'trace' }, log));
  let running = true;
  const stop = async () => {
    if (running) {
      running = false;
      await collector.stop();
    }
  };
  undo.push(stop);
  await sendUdp([netflow5(1, Date.now())], collector.udp[0]!.port);
  const page = async (path: string) => (await fetch(`http://127.0.0.1:${collector.httpPort}${path}`)).text();
  const about = kafka === undefined ? 'Loki' : 'Kafka';
  await expect.poll(() => page('/readyz'), { timeout: 5000 }).toContain(about);
  await expect.poll(() => said, { timeout: 5000 }).toContain(about);
  for (const path of ['/readyz', '/status', '/metrics', '/healthz']) {
    said += await page(path);
  }
  await stop();
  const bodies = server.pushes.map(({ streams }) => JSON.stringify(streams));
  expect(kafka !== undefined || authorizations.length > 0).toBe(true);
  return `${said}${bodies.join('')}`;
}

describe('a secret', () => {
  it.each<[string, object, object | undefined]>([
    ['password for Loki', { basicAuth: { username: 'joe', password: 'password-of-loki' } }, undefined],
    ['password for Loki in a file', { basicAuth: { username: 'joe', passwordFile: file } }, undefined],
    ['token for Loki', { bearerToken: 'token-of-loki' }, undefined],
    [
      'password for Kafka',
      {},
      {
        role: 'receive',
        brokers: ['127.0.0.1:1'],
        sasl: { mechanism: 'plain', username: 'joe', password: 'password-of-kafka' },
      },
    ],
  ])('(%s) is in no line of the log, no page, no metric and no report', async (_, loki, kafka) => {
    const said = await allThatIsSaid(loki, kafka);
    for (const secret of SECRETS) {
      expect(said).not.toContain(secret);
      expect(said).not.toContain(btoa(`joe:${secret}`));
    }
  });
});

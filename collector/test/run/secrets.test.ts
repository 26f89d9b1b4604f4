import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { netflow5, sendUdp } from '../../../tests/integration/collector/recorded';
import { startPushServer } from '../loki/pushServer';
import { startLogged } from './loggedCollector';

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
  const authorizations: string[] = [];
  const server = await startPushServer(({ headers, body }) => {
    authorizations.push(String(headers.authorization));
    // A server that tells the login back, as some proxies do of what they refuse.
    return { status: 401, body: `unauthorized: ${String(headers.authorization)} ${body.length}` };
  });
  undo.push(() => server.close());
  const settings = {
    loki: { url: server.url, batchWaitMs: 20, drainMs: 100, backoffMinMs: 20, ...loki },
    ...(kafka && { kafka }),
  };
  const { collector, logged, stop } = await startLogged('trace', settings, undo);
  await sendUdp([netflow5(1, Date.now())], collector.udp[0]!.port);
  const page = async (path: string) => (await fetch(`http://127.0.0.1:${collector.httpPort}${path}`)).text();
  const about = kafka === undefined ? 'Loki' : 'Kafka';
  await expect.poll(() => page('/readyz')).toContain(about);
  await expect.poll(logged).toContain(about);
  let said = '';
  for (const path of ['/readyz', '/status', '/metrics', '/healthz']) {
    said += await page(path);
  }
  await stop();
  const bodies = server.pushes.map(({ streams }) => JSON.stringify(streams));
  expect(kafka !== undefined || authorizations.length > 0).toBe(true);
  return `${logged()}${said}${bodies.join('')}`;
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

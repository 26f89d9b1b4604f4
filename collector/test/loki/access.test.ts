import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { flow, startWriter } from './flows';
import { startPushServer, type PushServer } from './pushServer';

const directory = mkdtempSync(join(tmpdir(), 'loki-access-'));
afterAll(() => rmSync(directory, { recursive: true }));

async function headersWith({ path = '', ...settings }: Record<string, unknown>) {
  const server = await startPushServer(() => ({ status: 204 }));
  const { writer } = startWriter(`${server.url}${String(path)}`, settings);
  writer.write(flow());
  await writer.close(5000);
  await server.close();
  return server.pushes[0]!;
}

describe('a push says who sends it', () => {
  const tokenFile = join(directory, 'token');
  writeFileSync(tokenFile, 'from-file\n');

  it.each([
    ['nobody', {}, undefined],
    ['basic auth', { basicAuth: { username: 'joe', password: 'p:w' } }, `Basic ${btoa('joe:p:w')}`],
    [
      'basic auth by file',
      { basicAuth: { username: 'joe', passwordFile: tokenFile } },
      `Basic ${btoa('joe:from-file')}`,
    ],
    ['bearer token', { bearerToken: 'abc' }, 'Bearer abc'],
    ['bearer token by file', { bearerTokenFile: tokenFile }, 'Bearer from-file'],
  ])('%s', async (_what, settings, authorization) => {
    const { headers } = await headersWith(settings);
    expect(headers.authorization).toBe(authorization);
    expect(headers['content-type']).toBe('application/x-protobuf');
  });

  it('the tenant', async () => {
    expect((await headersWith({ tenant: 'team-a' })).headers['x-scope-orgid']).toBe('team-a');
    expect((await headersWith({})).headers['x-scope-orgid']).toBeUndefined();
  });

  it.each([
    ['', '/loki/api/v1/push'],
    ['/', '/loki/api/v1/push'],
    ['/behind/gateway/', '/behind/gateway/loki/api/v1/push'],
    ['/loki/api/v1/push', '/loki/api/v1/push'],
  ])('at an address with path "%s" to %s', async (path, expected) => {
    expect((await headersWith({ path })).path).toBe(expected);
  });

  it('without what stands around a tenant, token or login, such as the line break at the end of a secret', async () => {
    const { headers } = await headersWith({ tenant: 'team-a\n', bearerToken: ' abc\r\n' });
    expect([headers['x-scope-orgid'], headers.authorization]).toEqual(['team-a', 'Bearer abc']);
    const basic = await headersWith({ basicAuth: { username: 'joe\n', password: 'p:w\n' } });
    expect(basic.headers.authorization).toBe(`Basic ${btoa('joe:p:w')}`);
  });

  it('refuses to start with a token file that no header can hold', () => {
    const file = join(directory, 'two-tokens');
    writeFileSync(file, 'one\ntwo\n');
    expect(() => startWriter('http://127.0.0.1:1', { bearerTokenFile: file })).toThrow(
      'loki.bearerTokenFile: its file holds more than a token; write nothing else into it'
    );
  });

  it('refuses to start where a file cannot be read, and names the setting', () => {
    expect(() => startWriter('http://127.0.0.1:1', { bearerTokenFile: join(directory, 'absent') })).toThrow(
      /loki.bearerTokenFile: cannot read the file it names: ENOENT.*; correct the path or its rights/
    );
    expect(() => startWriter('http://127.0.0.1:1', { tls: { ca: join(directory, 'absent') } })).toThrow(/loki.tls.ca/);
  });
});

const openssl = spawnSync('openssl', ['version']).status === 0;

describe.skipIf(!openssl)(`TLS${openssl ? '' : ' (skipped: no openssl on PATH to make a certificate with)'}`, () => {
  const ca = join(directory, 'cert.pem');
  const key = join(directory, 'key.pem');
  let server: PushServer;

  beforeAll(async () => {
    const request = [
      'req',
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:prime256v1',
      '-nodes',
      '-days',
      '1',
    ];
    const names = ['-subj', '/CN=loki.test', '-addext', 'subjectAltName=DNS:loki.test,IP:127.0.0.1'];
    execFileSync('openssl', [...request, ...names, '-keyout', key, '-out', ca], { stdio: 'ignore' });
    const tls = {
      cert: readFileSync(ca),
      key: readFileSync(key),
      ca: readFileSync(ca),
      requestCert: true,
      rejectUnauthorized: false,
    };
    server = await startPushServer(() => ({ status: 204 }), { tls });
  });
  afterAll(() => server.close());

  it('refuses a certificate of an unknown CA, and says what to set', async () => {
    const { writer } = startWriter(server.url);
    writer.write(flow());
    await expect.poll(() => writer.ready().reason).toMatch(/self-signed; name its CA in loki.tls.ca/);
    await writer.close(0);
    expect(server.pushes).toHaveLength(0);
  });

  it.each([
    ['a CA that is named', { ca }],
    ['no check, where that is asked for', { insecureSkipVerify: true }],
    ['a client certificate', { ca, cert: ca, key }],
    ['another name in the certificate', { ca, serverName: 'loki.test' }],
  ])('works with %s', async (_what, tls) => {
    const { writer, stored } = startWriter(server.url, { tls });
    writer.write(flow());
    await writer.close(5000);
    expect(stored()).toBe(1);
    expect(server.pushes.at(-1)?.knownClient).toBe('cert' in tls);
  });
});

import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  contents,
  hasOpenssl,
  makeCa,
  makeCertificate,
  noOpenssl,
  type CertificateFiles,
} from '../receive/certificates';
import { flow, startWriter } from './flows';
import { startPushServer, type PushServer } from './pushServer';

const directory = mkdtempSync(join(tmpdir(), 'loki-renewed-'));
afterAll(() => rmSync(directory, { recursive: true }));

/** Files are read again after half a minute. */
const passTime = () => vi.setSystemTime(Date.now() + 31_000);

describe.skipIf(!hasOpenssl)(`certificates that are renewed${noOpenssl}`, () => {
  const mounted = {
    ca: join(directory, 'ca.pem'),
    cert: join(directory, 'cert.pem'),
    key: join(directory, 'cert.key'),
  };
  let server: PushServer;
  let end: () => Promise<void>;

  beforeEach(() => vi.useFakeTimers({ toFake: ['Date'] }));
  afterEach(async () => {
    await end();
    await server.close();
    vi.useRealTimers();
  });

  /** A CA, its certificate for Loki, and one for the collector. */
  function make(name: string) {
    const ca = makeCa(directory, name);
    return {
      ca,
      loki: makeCertificate(directory, `${name}-loki`, ca),
      own: makeCertificate(directory, `${name}-own`, ca),
    };
  }

  function mount({ ca, own }: { ca: CertificateFiles; own: CertificateFiles }): void {
    copyFileSync(ca.cert, mounted.ca);
    copyFileSync(own.cert, mounted.cert);
    copyFileSync(own.key, mounted.key);
  }

  async function serve({ ca, loki }: { ca: CertificateFiles; loki: CertificateFiles }, port = 0): Promise<void> {
    const tls = { ...contents(loki), ca: readFileSync(ca.cert), requestCert: true, rejectUnauthorized: false };
    server = await startPushServer(() => ({ status: 204 }), { port, tls });
  }

  function start() {
    const started = startWriter(server.url, { tls: mounted, backoffMaxMs: 50 });
    end = () => started.writer.close(0);
    return started;
  }

  it('are used for new connections, without a restart', async () => {
    const [before, after] = [make('before'), make('after')];
    mount(before);
    await serve(before);
    const { writer, stored } = start();
    writer.write(flow({}, 1));
    await writer.flush();
    expect([stored(), server.pushes[0]?.knownClient]).toEqual([1, true]);

    const { port } = server;
    await server.close();
    await serve(after, port);
    mount(after);
    writer.write(flow({}, 2));
    await expect.poll(() => writer.ready().ok).toBe(false);
    passTime();
    await writer.flush();
    expect([stored(), server.pushes[0]?.knownClient]).toEqual([2, true]);
  });

  it('and do not fit together leave those from before in use, and are told of', async () => {
    const [present, next] = [make('present'), make('next')];
    mount(present);
    await serve(present);
    const { writer, stored, notices } = start();
    for (const [subMs, spoil] of [
      () => copyFileSync(next.own.key, mounted.key),
      () => writeFileSync(mounted.cert, 'half a cert'),
      () => rmSync(mounted.ca),
    ].entries()) {
      mount(present);
      spoil();
      passTime();
      writer.write(flow({}, subMs));
      await writer.flush();
      expect(stored()).toBe(subMs + 1);
      expect(notices.at(-1)).toMatch(/^loki\.tls.*; until then the files from before are used$/);
    }
    expect(notices).toHaveLength(3);
  });

  it('refuse the start where they do not fit together', async () => {
    const [one, other] = [make('one'), make('other')];
    await serve(one);
    end = () => Promise.resolve();
    const tls = { ca: one.ca.cert, cert: one.own.cert, key: other.own.key };
    expect(() => startWriter(server.url, { tls })).toThrow(
      /loki\.tls: .*; name a certificate in PEM, its own key, and CAs in PEM/
    );
  });
});

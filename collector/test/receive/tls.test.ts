import { once } from 'node:events';
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, createServer, type ConnectionOptions, type TLSSocket } from 'node:tls';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { receiveConfig, Receiver } from '../../src/receive';
import { tlsConfig } from '../../src/receive/stream/config';
import { followTlsFiles } from '../../src/receive/stream/tlsFiles';
import { testDecoder } from '../decode/captures';
import { ipfix, set, SHORT, short, template } from '../decode/messages';
import { contents, hasOpenssl, makeCa, makeCertificate, noOpenssl, type CertificateFiles } from './certificates';

const flows = Buffer.concat([ipfix([set(2, template(256, ...SHORT))]), ipfix([set(256, short())])]);

/** Once it is closed, by an error or without. */
const closed = (socket: Socket) => new Promise((resolve) => socket.once('close', resolve));

describe.skipIf(!hasOpenssl)(`IPFIX by TLS${noOpenssl}`, () => {
  let folder: string;
  let ca: CertificateFiles;
  let server: CertificateFiles;
  let exporter: CertificateFiles;
  let stranger: CertificateFiles;
  const undo: Array<() => unknown> = [];

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'flows-tls-'));
    ca = makeCa(folder, 'ca');
    server = makeCertificate(folder, 'collector', ca);
    exporter = makeCertificate(folder, 'exporter', ca);
    stranger = makeCertificate(folder, 'stranger', makeCa(folder, 'other-ca'));
  }, 30_000);
  afterEach(async () => {
    for (const step of undo.splice(0).reverse()) {
      await step();
    }
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  async function receive(tls: object = {}, rest: object = {}) {
    const { decoder } = testDecoder();
    const sources: Array<string | undefined> = [];
    const losses: string[] = [];
    const config = receiveConfig.parse({
      listen: ['127.0.0.1:0'],
      tls: { listen: ['127.0.0.1:0'], cert: server.cert, key: server.key, ...tls },
      ...rest,
    });
    const receiver = await Receiver.open(config, {
      onDatagrams: (datagrams) =>
        sources.push(...datagrams.flatMap((one) => decoder.decode(one)).map(({ record }) => record.SrcAddr)),
      onSessionEnd: (address, session) => decoder.endSession(address, session),
      onLoss: (reason, from, count, detail) => losses.push(`${reason} ${from} ${count}: ${detail}`),
    });
    undo.push(() => receiver.close());
    return { receiver, sources, losses, port: receiver.streamAddresses('tls')[0]!.port };
  }

  function dial(port: number, options: ConnectionOptions = {}): TLSSocket {
    const socket = connect({ port, host: '127.0.0.1', servername: 'localhost', ca: contents(ca).cert, ...options });
    socket.on('error', () => undefined);
    undo.push(() => socket.destroy());
    return socket;
  }

  it('takes messages from an exporter that trusts its CA', async () => {
    const { port, sources, losses } = await receive();
    dial(port).write(flows);
    await expect.poll(() => sources).toEqual(['10.0.0.1']);
    expect(losses).toEqual([]);
  });

  describe('with clientCa', () => {
    it('takes an exporter whose certificate that CA signed', async () => {
      const { port, sources, losses } = await receive({ clientCa: ca.cert });
      dial(port, contents(exporter)).write(flows);
      await expect.poll(() => sources).toEqual(['10.0.0.1']);
      expect(losses).toEqual([]);
    });

    it('hears neither one without certificate nor one of another CA, and counts both', async () => {
      const { port, sources, losses, receiver } = await receive({ clientCa: ca.cert });
      for (const options of [{}, contents(stranger)]) {
        const socket = dial(port, options);
        socket.write(flows);
        await closed(socket);
      }
      await expect.poll(() => losses).toHaveLength(2);
      expect(losses).toEqual([
        'receive_error 127.0.0.1 1: it shows no certificate; give it one that a CA of receive.tls.clientCa signed',
        expect.stringMatching(
          /^receive_error 127.0.0.1 1: its certificate is refused: [A-Z_]+; give it one that a CA of/
        ),
      ]);
      expect(sources).toEqual([]);
      await expect.poll(() => receiver.connections).toBe(0);
    });
  });

  it('hears nobody who speaks plainly, or an older version', async () => {
    const { port, sources, losses } = await receive({ minVersion: 'TLSv1.3', handshakeSeconds: 1 });
    const old = dial(port, { maxVersion: 'TLSv1.2' });
    await closed(old);
    const { connect: connectPlainly } = await import('node:net');
    for (const bytes of [flows, Buffer.alloc(0)]) {
      // The second says nothing at all: the handshake has a time limit.
      const plain = connectPlainly(port, '127.0.0.1');
      plain.on('error', () => undefined);
      plain.write(bytes);
      await closed(plain);
    }
    await expect.poll(() => losses.length).toBe(3);
    expect(losses[0]).toBe('receive_error 127.0.0.1 1: the TLS handshake failed: unsupported protocol');
    expect(sources).toEqual([]);
  });

  it('counts connections before their handshake', async () => {
    const { port, losses } = await receive({}, { tcp: { maxConnections: 1 } });
    const socket = dial(port);
    await once(socket, 'secureConnect');
    await closed(dial(port));
    expect(losses[0]).toMatch(
      /^connection_limit 127.0.0.1 1: 1 connections are open; raise receive.tcp.maxConnections/
    );
  });

  it('refuses who is not allowed to send before any handshake', async () => {
    const { port, losses } = await receive({}, { allow: ['10.0.0.0/8'] });
    await closed(dial(port));
    expect(losses).toEqual(['refused other 1: a connection from 127.0.0.1, which no network of receive.allow holds']);
  });

  it('gives new connections the certificate that the files hold now; unsound ones change nothing', async () => {
    const files = { cert: join(folder, 'live.pem'), key: join(folder, 'live.key') };
    const put = (from: CertificateFiles) => {
      copyFileSync(from.cert, files.cert);
      copyFileSync(from.key, files.key);
    };
    put(server);
    const live = createServer(contents(server));
    live.listen(0, '127.0.0.1');
    await once(live, 'listening');
    undo.push(() => live.close());
    const errors: string[] = [];
    undo.push(followTlsFiles(live, tlsConfig.parse(files), (error) => errors.push(error.message), 20));
    const nameNow = async () => {
      const socket = dial((live.address() as { port: number }).port);
      await once(socket, 'secureConnect');
      const { CN } = socket.getPeerCertificate().subject;
      socket.destroy();
      return CN;
    };
    expect(await nameNow()).toBe('collector');
    put(exporter);
    await expect.poll(nameNow).toBe('exporter');
    writeFileSync(files.key, 'no key at all');
    await expect.poll(() => errors).toHaveLength(1);
    expect(errors[0]).toMatch(/^receive.tls: .*; name a certificate in PEM, its own key/);
    expect(await nameNow()).toBe('exporter');
    // Told once, however often it is looked at.
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(errors).toHaveLength(1);
    put(server);
    await expect.poll(nameNow).toBe('collector');
  });

  it.each<[string, () => object, RegExp]>([
    [
      'a file that is not there',
      () => ({ key: '/nowhere/tls.key' }),
      /^receive.tls.key: cannot read the file it names: ENOENT.*; correct/,
    ],
    [
      'the key of another certificate',
      () => ({ key: exporter.key }),
      /^receive.tls: .*; name a certificate in PEM, its own key/,
    ],
    [
      'a CA that is none',
      () => ({ clientCa: exporter.key }),
      /^receive.tls: .*; name a certificate in PEM, its own key, and CAs/,
    ],
  ])('names the setting and the remedy for %s', async (_, settings, message) => {
    await expect(receive(settings())).rejects.toThrow(message);
  });

  it('asks for the files where it listens', () => {
    expect(() => receiveConfig.parse({ tls: { listen: [4740] } })).toThrow(
      /needs cert and key where it listens; write both/
    );
    expect(receiveConfig.parse({}).tls.listen).toEqual([]);
  });
});

import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type TlsOptions } from 'node:tls';
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { LossReason } from '../../src/flow';
import { kafkaConfig } from '../../src/kafka/config';
import { connectionOptions, kafkaError } from '../../src/kafka/connection';
import { DatagramProducer } from '../../src/kafka/producer';
import { OutgoingQueue } from '../../src/kafka/queue';
import { contents, hasOpenssl, makeCa, makeCertificate, noOpenssl } from '../receive/certificates';

let ended: Array<() => unknown> = [];
afterEach(async () => {
  for (const end of ended.reverse()) {
    await end();
  }
  ended = [];
});

/** A port at which nobody listens. */
async function deadPort(): Promise<number> {
  const server: Server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** A broker that takes connections and says nothing. */
async function silentBroker(tls?: TlsOptions): Promise<{ port: number; heard: () => number }> {
  let heard = 0;
  const onConnection = (socket: Socket) => {
    socket.on('data', (data) => (heard += data.length));
    socket.on('error', () => undefined);
    ended.push(() => socket.destroy());
  };
  const server = tls === undefined ? createServer(onConnection) : createTlsServer(tls, onConnection);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ended.push(() => server.close());
  return { port: (server.address() as AddressInfo).port, heard: () => heard };
}

/** A broker that is asked for a login, and resets the connection instead of an answer. */
async function resettingBroker(): Promise<{ port: number; resets: () => number }> {
  let resets = 0;
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', () => {
      resets++;
      socket.resetAndDestroy();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ended.push(() => server.close());
  return { port: (server.address() as AddressInfo).port, resets: () => resets };
}

/** A producer of datagrams to that port, and what it told. */
function produceTo(port: number, settings: object = {}) {
  const lost = new Map<string, number>();
  const notices: string[] = [];
  const config = kafkaConfig.parse({ role: 'receive', brokers: [`127.0.0.1:${port}`], ...settings });
  const producer = new DatagramProducer(config, {
    onLoss: (reason: LossReason, exporter, count) => {
      expect(reason).toBe('kafka_unsent');
      lost.set(exporter, (lost.get(exporter) ?? 0) + count);
    },
    onNotice: (_level, _key, text) => notices.push(text),
  });
  ended.push(() => producer.close(0));
  const send = (n: number) =>
    producer.send({ payload: Buffer.alloc(800), address: `192.0.2.${n % 2}`, port: 1, receivedMs: Date.now() });
  return { producer, lost, notices, send };
}

const message = (size: number, key = '192.0.2.1') => ({ key, value: Buffer.alloc(size), ms: 1 });

describe('datagrams that wait for Kafka', () => {
  it('are bounded by bytes: the oldest make room', () => {
    const queue = new OutgoingQueue(3000);
    const all = [message(800), message(801), message(802), message(803)];
    expect(all.slice(0, 2).flatMap((one) => queue.put(one))).toEqual([]);
    expect(all.slice(2).flatMap((one) => queue.put(one))).toEqual([all[0], all[1]]);
    expect(queue.take(Infinity)).toEqual([all[2], all[3]]);
  });

  it('count until they are acknowledged', () => {
    const queue = new OutgoingQueue(2500);
    queue.put(message(800));
    const taken = queue.take(10_000);
    expect([queue.length, queue.bytes]).toEqual([0, 1000]);
    queue.put(message(800));
    expect(queue.put(message(800))).toHaveLength(1);
    queue.release(taken);
    expect(queue.bytes).toBe(1000);
  });

  it('come out in their order, however many there were', () => {
    const queue = new OutgoingQueue(1e9);
    const out: number[] = [];
    for (let n = 0; n < 20_000; n++) {
      queue.put({ ...message(1), ms: n });
      if (n % 3 === 0) {
        out.push(...queue.take(1).map(({ ms }) => ms));
      }
    }
    out.push(...queue.take(Infinity).map(({ ms }) => ms));
    expect(out).toEqual(Array.from({ length: 20_000 }, (_, n) => n));
  });

  it('are counted by exporter where no broker takes them, and readiness names the broker', async () => {
    const port = await deadPort();
    const { producer, lost, notices, send } = produceTo(port, {
      produce: { queueBytes: 1024 * 1024, batchBytes: 100_000 },
    });
    const sent = 3000;
    for (let n = 0; n < sent; n++) {
      send(n);
    }
    const dropped = [...lost.values()].reduce((sum, one) => sum + one, 0);
    expect(dropped).toBeGreaterThan(sent / 2);
    expect(producer.stats.queueBytes).toBeLessThanOrEqual(1024 * 1024);
    await expect.poll(() => notices.length, { timeout: 10_000 }).toBeGreaterThan(0);
    expect(producer.ready()).toEqual({ ok: false, reason: expect.stringContaining(`127.0.0.1:${port}`) as string });
    await producer.close(50);
    expect([...lost].sort()).toEqual([
      ['192.0.2.0', sent / 2],
      ['192.0.2.1', sent / 2],
    ]);
    expect(producer.stats).toEqual({ produced: 0, queueBytes: 0 });
  });
});

describe('a broker that takes connections and says nothing', () => {
  it('does not hold up the end for longer than it may take', async () => {
    const { port, heard } = await silentBroker();
    const { producer, lost, notices, send } = produceTo(port);
    [0, 1, 2].forEach(send);
    await expect.poll(heard).toBeGreaterThan(0);
    const started = performance.now();
    await producer.close(200);
    expect(performance.now() - started).toBeLessThan(2000);
    expect(Object.fromEntries(lost)).toEqual({ '192.0.2.0': 2, '192.0.2.1': 1 });
    expect(notices).toEqual([]);
  });

  it('does not hold it up at all where nothing is left to send', async () => {
    const { port, heard } = await silentBroker();
    const { producer } = produceTo(port);
    await expect.poll(heard).toBeGreaterThan(0);
    const started = performance.now();
    await producer.close(20_000);
    expect(performance.now() - started).toBeLessThan(2000);
  });
});

describe.skipIf(!hasOpenssl)(`certificates for Kafka${noOpenssl}`, () => {
  it('are read again when they were renewed', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'kafka-renewed-'));
    ended.push(() => rmSync(folder, { recursive: true }));
    const [before, after] = [makeCa(folder, 'before'), makeCa(folder, 'after')];
    const { port, heard } = await silentBroker(contents(makeCertificate(folder, 'broker', after)));
    const ca = join(folder, 'ca.pem');
    copyFileSync(before.cert, ca);
    const { notices, send } = produceTo(port, { tls: { ca, serverName: 'localhost' } });
    send(0);
    await expect.poll(() => notices.join()).toContain('certificate');
    expect(heard()).toBe(0);
    copyFileSync(after.cert, ca);
    await expect.poll(heard, { timeout: 10_000 }).toBeGreaterThan(0);
  });

  it('have to go with their keys', () => {
    const folder = mkdtempSync(join(tmpdir(), 'kafka-keys-'));
    ended.push(() => rmSync(folder, { recursive: true }));
    const [one, other] = [makeCa(folder, 'one'), makeCa(folder, 'other')];
    const options = (tls: object) =>
      connectionOptions(kafkaConfig.parse({ role: 'store', brokers: ['kafka:9092'], tls }));
    expect(options({ ...one, ca: other.cert }).tls).toMatchObject(contents(one));
    expect(() => options({ cert: one.cert, key: other.key })).toThrow(/^kafka.tls: .*; name a certificate in PEM/);
  });
});

it('outlives brokers that reset the connection during its login', async () => {
  const { port, resets } = await resettingBroker();
  const sasl = { mechanism: 'plain', username: 'flows', password: 'secret' };
  const uncaught: Error[] = [];
  const onUncaught = (error: Error) => uncaught.push(error);
  process.on('uncaughtException', onUncaught);
  ended.push(() => process.off('uncaughtException', onUncaught));
  const { producer, notices, send } = produceTo(port, { sasl });
  send(1);
  await expect.poll(resets, { timeout: 15_000 }).toBeGreaterThan(3);
  expect(uncaught).toEqual([]);
  expect(producer.ready().ok).toBe(false);
  expect(notices.length).toBeGreaterThan(0);
});

describe('the connection to Kafka', () => {
  const config = (settings: object) => kafkaConfig.parse({ role: 'store', brokers: ['kafka:9092'], ...settings });

  it('verifies the brokers where TLS is set, unless told otherwise', () => {
    expect(connectionOptions(config({})).tls).toBeUndefined();
    expect(connectionOptions(config({ tls: {} })).tls).toMatchObject({ rejectUnauthorized: true });
    expect(connectionOptions(config({ tls: { insecureSkipVerify: true } })).tls).toMatchObject({
      rejectUnauthorized: false,
    });
  });

  it('reads the password from its file at each login', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'kafka-secret-'));
    ended.push(() => rmSync(folder, { recursive: true }));
    const passwordFile = join(folder, 'password');
    writeFileSync(passwordFile, 'old\n');
    const { sasl } = connectionOptions(config({ sasl: { mechanism: 'scram-sha-512', username: 'joe', passwordFile } }));
    writeFileSync(passwordFile, 'new\n');
    expect(sasl).toMatchObject({ mechanism: 'SCRAM-SHA-512', username: 'joe' });
    expect(await (sasl!.password as () => string)()).toBe('new');
  });

  it('takes a login without what stands around it, such as the line break at the end of a secret', () => {
    const { sasl } = connectionOptions(config({ sasl: { mechanism: 'plain', username: 'joe\n', password: 'hush\n' } }));
    expect(sasl).toMatchObject({ username: 'joe', password: 'hush' });
  });

  it.each([
    [
      'sasl: password file',
      { sasl: { mechanism: 'plain', username: 'joe', passwordFile: '/no/file' } },
      /^kafka.sasl.passwordFile: cannot read the file it names: ENOENT.*; correct the path or its rights$/,
    ],
    ['tls: ca', { tls: { ca: '/no/ca' } }, /^kafka.tls.ca: cannot read the file it names: ENOENT/],
  ])('says which file cannot be read (%s)', (_what, settings, text) => {
    expect(() => connectionOptions(config(settings))).toThrow(text);
  });

  it('tells the innermost causes and what to do', () => {
    const protocol = Object.assign(new Error('no such topic'), { apiId: 'UNKNOWN_TOPIC_OR_PARTITION' });
    const error = new AggregateError([new Error('outer', { cause: protocol })], 'all failed');
    expect(kafkaError(error, config({}))).toBe(
      'kafka:9092: no such topic (topic netobserv-datagrams: the topic does not exist; create it, or set another one in kafka.topic)'
    );
  });
});

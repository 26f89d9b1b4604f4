import { randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { FLOW_APP } from '@netobserv-flows/schema';
import { Admin, Producer } from '@platformatic/kafka';
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import type { Datagram } from '../../collector/src/flow';
import { connectKafka, kafkaConfig, type ConsumerPort } from '../../collector/src/kafka';
import { hasOpenssl, makeCa, makeCertificate, noOpenssl } from '../../collector/test/receive/certificates';
import { KafkaBroker, type SecureListener } from '../../stack/kafka/broker';
import { fetchKafka, locateKafka } from '../../stack/kafka/jars';
import { freePort } from '../../stack/process/ports';
import { storedNumbers } from './chaos/readBack';
import { buildCollector, CollectorProcess } from './chaos/collectorProcess';
import { Numbers, TemplateOnceExporter } from './kafka/exporter';
import { QUIET_PORT } from './kafka/port';
import { LokiClient } from './lokiClient';

if (process.env['NETOBSERV_KAFKA'] === '1') {
  await fetchKafka();
}
const program = locateKafka();
const noKafka = typeof program === 'string' ? ` (skipped: ${program})` : '';

const PARTITIONS = 6;
const EXPORTERS = 8;
const EVERY_MS = 100;
const PASSWORD = 'hush-hush';
const WAIT = { timeout: 45_000, interval: 500 };

/** A CA of the test, and the broker's certificate of it. */
function secureListener(folder: string): SecureListener | undefined {
  return hasOpenssl
    ? { ...makeCertificate(folder, 'broker', makeCa(folder, 'ca')), username: 'joe', password: PASSWORD }
    : undefined;
}

describe.skipIf(typeof program === 'string')(`Kafka between receiving and storing${noKafka}`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'netobserv-flows-kafka-'));
  const loki = new LokiClient(inject('lokiUrl'));
  let broker: KafkaBroker;
  let ended: Array<() => unknown> = [];

  beforeAll(async () => {
    if (typeof program === 'string') {
      return;
    }
    buildCollector();
    broker = await KafkaBroker.start(program, join(folder, 'broker'), secureListener(folder));
  });

  afterEach(async () => {
    for (const end of ended.reverse()) {
      await end();
    }
    ended = [];
  });

  afterAll(async () => {
    await broker?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  describe.skipIf(!hasOpenssl)(`by TLS and a login${noOpenssl}`, () => {
    /** A producer and a consumer of this process, joined by the broker's secure listener. */
    async function link(settings: Record<string, unknown>) {
      const topic = randomUUID();
      const admin = new Admin({ clientId: 'test', bootstrapBrokers: [broker.address] });
      await admin.createTopics({ topics: [topic], partitions: 1, replicas: 1 });
      await admin.close();
      const fed: Datagram[] = [];
      const port: ConsumerPort = { ...QUIET_PORT, feed: (datagram) => fed.push(datagram) };
      const [producer, consumer] = (['receive', 'store'] as const).map((role) => {
        const config = kafkaConfig.parse({ role, brokers: [broker.secureAddress], topic, ...settings });
        const one = connectKafka({ ...config, consume: { ...config.consume, group: topic } }, port);
        ended.push(() => one.close(0));
        return one;
      });
      return { producer: producer!, consumer: consumer!, fed };
    }
    const login = (mechanism: string, password = PASSWORD) => ({ sasl: { mechanism, username: 'joe', password } });
    const tls = () => ({ tls: { ca: join(folder, 'ca.pem') } });

    it.each(['plain', 'scram-sha-512'])('brings datagrams over (%s)', async (mechanism) => {
      const { producer, fed } = await link({ ...tls(), ...login(mechanism) });
      const sent = {
        payload: Buffer.from('x'),
        address: '192.0.2.1',
        port: 7,
        receivedMs: Date.now(),
      };
      producer.send!(sent);
      await expect.poll(() => fed, WAIT).toEqual([sent]);
    });

    it.each([
      ['of a CA that is not known', () => ({ tls: {}, ...login('plain') }), /self-signed|unable to (get|verify)/],
      ['at which the login is refused', () => ({ ...tls(), ...login('plain', 'wrong') }), /[Aa]uthentication/],
    ])('does not use a broker %s, and says so without the password', async (_what, settings, why) => {
      const { producer, consumer } = await link(settings());
      producer.send!({ payload: Buffer.from('x'), address: '192.0.2.1', port: 7, receivedMs: Date.now() });
      for (const side of [producer, consumer]) {
        await expect.poll(() => side.ready().reason, WAIT).toMatch(why);
        expect(side.ready().reason).toContain(broker.secureAddress);
        expect(side.ready().reason).not.toContain('wrong');
      }
    });
  });

  /** A topic, a receiver for it, and exporters that send to the receiver; `stored` is what Loki has of their flows. */
  async function stand() {
    const test = randomUUID();
    const admin = new Admin({ clientId: 'test', bootstrapBrokers: [broker.address] });
    await admin.createTopics({ topics: [test], partitions: PARTITIONS, replicas: 1 });
    await admin.close();
    const begunMs = Date.now();
    const start = async (name: string, role: string, settings: Record<string, unknown> = {}, consume = {}) => {
      const own = join(folder, `${test}-${name}`);
      mkdirSync(own, { recursive: true });
      const config = {
        ...settings,
        kafka: {
          role,
          brokers: [broker.address],
          topic: test,
          consume: { group: test, sessionTimeoutMs: 3000, commitMs: 500, ...consume },
        },
        loki: { url: inject('lokiUrl'), extraLabels: { test }, batchWaitMs: 200 },
        report: { enabled: false },
      };
      const collector = await CollectorProcess.start(own, config, await freePort());
      ended.push(() => collector.kill());
      return collector;
    };
    const port = await freePort('udp');
    const receiver = await start('receiver', 'receive', { receive: { listen: [`127.0.0.1:${port}`] } });
    const numbers = new Numbers();
    const exporters = Array.from(
      { length: EXPORTERS },
      (_, index) => new TemplateOnceExporter(`127.0.0.${index + 11}`, port, numbers)
    );
    ended.push(() => exporters.forEach((one) => one.close()));
    await Promise.all(exporters.map((one) => one.open()));
    const stored = async () => {
      const found = await storedNumbers(
        loki,
        `{app="${FLOW_APP}", test="${test}"}`,
        begunMs - 60_000,
        Date.now() + 60_000
      );
      return found.sort((a, b) => a - b);
    };
    const all = () => Array.from({ length: numbers.count }, (_, index) => index + 1);
    const run = () => exporters.forEach((one) => one.start(EVERY_MS));
    const pause = () => exporters.forEach((one) => one.pause());
    return { topic: test, receiver, start, stored, all, numbers, run, pause };
  }

  it('has every flow stored once by two consumers, also when one of them is killed', async () => {
    const { receiver, start, stored, all, numbers, run, pause } = await stand();
    const first = await start('first', 'store');
    // It commits nothing before it is killed, so that all it has stored is decoded once more by the other.
    const second = await start('second', 'store', {}, { commitMs: 60_000 });
    run();
    await expect.poll(async () => (await first.status()).decoded, WAIT).toBeGreaterThan(0);
    await expect.poll(async () => (await second.status()).decoded, WAIT).toBeGreaterThan(0);
    await expect.poll(async () => (await second.status()).stored, WAIT).toBeGreaterThan(0);
    const beforeKill = numbers.count;
    const { stored: bySecond } = await second.status();
    await second.kill();
    await sleep(6000);
    pause();
    expect(numbers.count).toBeGreaterThan(beforeKill);
    await expect.poll(async () => (await stored()).length, WAIT).toBeGreaterThanOrEqual(numbers.count);
    await sleep(2000);
    expect(await stored()).toEqual(all());
    expect((await receiver.status()).lost).toEqual({});
    expect(await first.status()).toMatchObject({ lost: {}, decoded: numbers.count });
    expect(bySecond).toBeGreaterThan(0);
  });

  it('loses nothing while the broker is away', async () => {
    const { receiver, start, stored, all, numbers, run, pause } = await stand();
    const store = await start('store', 'store');
    run();
    await expect.poll(async () => (await store.status()).stored, WAIT).toBeGreaterThan(0);
    await broker.stop();
    await expect.poll(async () => (await receiver.status()).reasons.join(), WAIT).toContain(broker.address);
    await expect.poll(async () => (await store.status()).reasons.join(), WAIT).toContain('Kafka');
    await broker.resume();
    await expect.poll(async () => (await receiver.status()).ready, WAIT).toBe(true);
    await expect.poll(async () => (await store.status()).ready, WAIT).toBe(true);
    pause();
    await expect.poll(async () => (await stored()).length, WAIT).toBeGreaterThanOrEqual(numbers.count);
    await sleep(2000);
    expect(await stored()).toEqual(all());
    expect((await receiver.status()).lost).toEqual({});
    expect((await store.status()).lost).toEqual({});
  });

  it('passes over messages that no receiver has written, and counts them', async () => {
    const { topic, start, stored, all, numbers, run, pause } = await stand();
    const producer = new Producer({ clientId: 'test', bootstrapBrokers: [broker.address] });
    const values = [Buffer.alloc(0), Buffer.from('rubbish'), Buffer.alloc(100, 0xff)];
    await producer.send({ messages: values.map((value) => ({ topic, key: Buffer.from('x'), value })), acks: -1 });
    await producer.close();
    const store = await start('store', 'store');
    run();
    await expect.poll(() => numbers.count, WAIT).toBeGreaterThan(100);
    pause();
    await expect.poll(async () => (await stored()).length, WAIT).toBeGreaterThanOrEqual(numbers.count);
    expect(await stored()).toEqual(all());
    expect((await store.status()).lost).toEqual({ kafka_invalid: values.length });
  });
});

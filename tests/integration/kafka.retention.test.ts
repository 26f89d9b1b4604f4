import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Admin } from '@platformatic/kafka';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { connectKafka, kafkaConfig, type ConsumerPort, type KafkaLink } from '../../collector/src/kafka';
import { KafkaBroker } from '../../stack/kafka/broker';
import { fetchKafka, locateKafka } from '../../stack/kafka/jars';
import { QUIET_PORT } from './kafka/port';

if (process.env['NETOBSERV_KAFKA'] === '1') {
  await fetchKafka();
}
const program = locateKafka();
const noKafka = typeof program === 'string' ? ` (skipped: ${program})` : '';

/** Of bytes that do not compress, so that a consumer does not read all of them ahead. */
const MESSAGE_BYTES = 2000;
const WAIT = { timeout: 45_000, interval: 250 };

describe.skipIf(typeof program === 'string')(`messages that Kafka deletes before they are read${noKafka}`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'netobserv-flows-kafka-'));
  let broker: KafkaBroker;
  let admin: Admin;
  let ended: Array<() => unknown> = [];

  beforeAll(async () => {
    if (typeof program === 'string') {
      return;
    }
    broker = await KafkaBroker.start(program, join(folder, 'broker'));
    admin = new Admin({ clientId: 'test', bootstrapBrokers: [broker.address] });
  });

  afterEach(async () => {
    for (const end of ended.reverse()) {
      await end();
    }
    ended = [];
  });

  afterAll(async () => {
    await admin?.close();
    await broker?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  /** A topic with a receiver; exporters are told apart by their addresses, whose messages go to any partition. */
  async function stand(partitions: number) {
    const topic = randomUUID();
    await admin.createTopics({ topics: [topic], partitions, replicas: 1 });
    const connect = (role: 'receive' | 'store', port: Partial<ConsumerPort> = {}): KafkaLink => {
      const one = connectKafka(
        kafkaConfig.parse({
          role,
          brokers: [broker.address],
          topic,
          consume: { group: topic, commitMs: 100, sessionTimeoutMs: 3000 },
        }),
        { ...QUIET_PORT, ...port }
      );
      ended.push(() => one.close(0));
      return one;
    };
    const receiver = connect('receive');
    let sent = 0;
    const send = async (exporters: number, each: number) => {
      for (let index = 0; index < exporters * each; index++) {
        const address = `192.0.2.${index % exporters}`;
        const payload = randomBytes(MESSAGE_BYTES);
        payload.writeUInt32BE(sent++);
        receiver.send!({ payload, address, port: 7, receivedMs: Date.now() });
      }
      await expect.poll(() => receiver.stats().produced, WAIT).toBe(sent);
    };
    /** Reads until it is stopped, and notes what it reads and what it counts as lost. */
    const store = (port: Partial<ConsumerPort> = {}) => {
      const fed: number[] = [];
      const lost: Record<string, number> = {};
      const link = connect('store', {
        feed: ({ payload }) => fed.push(payload.readUInt32BE()),
        onLoss: (reason, _exporter, count) => (lost[reason] = (lost[reason] ?? 0) + count),
        ...port,
      });
      const lag = async () => {
        await link.sample();
        return link.stats().lag;
      };
      const end = async () => {
        await link.stop();
        await link.close(1000);
      };
      return { link, fed, lost, lag, end };
    };
    /** Has the first partition begin at an offset; a negative one counts from its end. */
    const beginAt = async (offset: bigint) => {
      const asked = { topics: [{ name: topic, partitions: [{ partitionIndex: 0, timestamp: -1n }] }] };
      const end = (await admin.listOffsets(asked))[0]!.partitions[0]!.offset;
      const start = offset < 0n ? end + offset : offset;
      await admin.deleteRecords({ topics: [{ name: topic, partitions: [{ partition: 0, offset: start }] }] });
    };
    return { send, store, beginAt };
  }

  it('do not hold up those behind them, and are counted', async () => {
    const { send, store, beginAt } = await stand(1);
    const first = store();
    await send(1, 10);
    await expect.poll(first.lag, WAIT).toBe(0);
    await first.end();
    await send(1, 100);
    await beginAt(60n);

    const second = store();
    await expect.poll(() => second.fed.length, WAIT).toBe(50);
    expect(second.fed).toEqual(Array.from({ length: 50 }, (_, index) => 60 + index));
    expect(second.lost).toEqual({ kafka_expired: 50 });
    await expect.poll(second.lag, WAIT).toBe(0);
    expect(second.link.ready()).toEqual({ ok: true });
    await second.end();

    const third = store();
    await send(1, 5);
    await expect.poll(() => third.fed.length, WAIT).toBe(5);
    expect(third.lost).toEqual({});
  });

  it('do not hold up a consumer that fell behind while it ran, nor its other partitions', async () => {
    const { send, store, beginAt } = await stand(4);
    let isFull = false;
    const consumer = store({ isFull: () => isFull });
    await send(16, 2);
    await expect.poll(consumer.lag, WAIT).toBe(0);
    isFull = true;
    await send(16, 400);
    await beginAt(-5n);
    isFull = false;
    await expect.poll(consumer.lag, WAIT).toBe(0);
    const { kafka_expired: expired = 0 } = consumer.lost;
    expect(expired).toBeGreaterThan(0);
    expect(consumer.fed.length + expired).toBe(16 * 402);
    expect(new Set(consumer.fed).size).toBe(consumer.fed.length);
  });
});

import { compatibilityPartitioner, Producer, type MessageToProduce } from '@platformatic/kafka';
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Datagram, ReportLoss } from '../flow';
import { orAborted } from '../orAborted';
import type { KafkaConfig } from './config';
import { connectionOptions, hasError, kafkaError } from './connection';
import { KafkaHealth } from './health';
import { encodeDatagram, encodeSessionEnd } from './message';
import { OutgoingQueue, type Outgoing } from './queue';

/** What Kafka's side tells the rest of the collector. */
export interface KafkaEvents {
  readonly onLoss: ReportLoss;
  readonly onNotice: (level: 'info' | 'warn', key: string, message: string) => void;
}

/** Kafka's replicas all have it: `acks=all`. */
const ACKS_ALL = -1;
const RETRY_MIN_MS = 200;
const RETRY_MAX_MS = 5_000;
/** How often the broker is asked for while nothing is to be sent. */
const PROBE_MS = 5_000;

const WAITING = 'datagrams wait in memory up to kafka.produce.queueBytes';

/**
 * Hands received datagrams to Kafka: in batches, one after the other, each until all replicas have it, so that the
 * order of an exporter's datagrams is kept. While no broker takes them they wait in memory; where there is no room
 * the oldest are dropped and counted. A batch whose answer got lost is sent again: datagrams may be in Kafka twice.
 */
export class DatagramProducer {
  private readonly queue: OutgoingQueue;
  private readonly health: KafkaHealth;
  private readonly loop: Promise<void>;
  private client: Producer<Buffer, Buffer, Buffer, Buffer> | undefined;
  private wake: () => void = () => undefined;
  /** Given at the end: nothing more comes. */
  private readonly ending = new AbortController();
  /** Given when the time to drain is over. */
  private readonly halt = new AbortController();
  private produced = 0;
  /** Sessions have names that are unique in one process; behind Kafka there are those of all receivers. */
  private readonly sessions = randomBytes(6).toString('hex');

  /** @throws ConfigError where a file that the settings name cannot be read. */
  constructor(
    private readonly config: KafkaConfig,
    private readonly events: KafkaEvents
  ) {
    // A file that cannot be read is told at the start.
    connectionOptions(config);
    this.queue = new OutgoingQueue(config.produce.queueBytes);
    this.health = new KafkaHealth(events.onNotice);
    this.loop = this.run();
  }

  /** Takes a datagram; never waits. Its payload is copied. */
  send(datagram: Datagram): void {
    const { address, receivedMs, session } = datagram;
    const sent = session === undefined ? datagram : { ...datagram, session: `${this.sessions} ${session}` };
    this.enqueue({ key: address, value: encodeDatagram(sent), ms: receivedMs });
  }

  /** A connection of an exporter has ended: whoever decodes it has to know. */
  sendSessionEnd(address: string, session: string): void {
    const nowMs = Date.now();
    this.enqueue({ key: address, value: encodeSessionEnd(address, `${this.sessions} ${session}`, nowMs), ms: nowMs });
  }

  /** Whether the brokers take what is sent. */
  ready(): { ok: boolean; reason?: string } {
    return this.health.state;
  }

  /** Messages that Kafka has acknowledged, and bytes that wait for it in memory. */
  get stats(): { produced: number; queueBytes: number } {
    return { produced: this.produced, queueBytes: this.queue.bytes };
  }

  /** Sends what is left, for at most `timeoutMs`; what Kafka has not taken then is counted as lost. */
  async close(timeoutMs: number): Promise<void> {
    this.ending.abort();
    this.wake();
    const timer = setTimeout(() => this.halt.abort(), timeoutMs);
    await this.loop;
    await this.disconnect();
    clearTimeout(timer);
    this.lose(this.queue.take(Infinity), 'Kafka had not taken them when the time to drain was over');
  }

  private get ended(): boolean {
    return this.ending.signal.aborted;
  }

  private enqueue(message: Outgoing): void {
    const dropped = this.queue.put(message);
    if (dropped.length > 0) {
      this.lose(dropped, 'Kafka did not take them in time; see kafka.produce.queueBytes', false);
    }
    this.wake();
  }

  private async run(): Promise<void> {
    while (!this.halt.signal.aborted) {
      if (this.queue.length === 0) {
        if (this.ended) {
          return;
        }
        await this.idle();
        continue;
      }
      if (!this.ended && this.queue.bytes < this.config.produce.batchBytes) {
        await this.pause(this.config.produce.lingerMs);
      }
      await this.deliver(this.queue.take(this.config.produce.batchBytes));
    }
  }

  /** Until there is something to send; meanwhile readiness is found out. */
  private async idle(): Promise<void> {
    const timer = setTimeout(() => this.wake(), PROBE_MS);
    const woken = new Promise<void>((resolve) => (this.wake = resolve));
    if (!this.health.state.ok) {
      await this.probe();
    }
    await (this.queue.length > 0 || this.ended ? undefined : woken);
    clearTimeout(timer);
  }

  private async probe(): Promise<void> {
    try {
      await orAborted(this.connected().metadata({ topics: [this.config.topic] }), this.ending.signal);
      this.health.succeeded();
    } catch (error) {
      if (!this.ended) {
        await this.failed(error);
      }
    }
  }

  /** Sends until they are taken, refused, or the time to drain is over. */
  private async deliver(messages: readonly Outgoing[]): Promise<void> {
    for (let attempt = 0; !this.halt.signal.aborted; attempt++) {
      try {
        await this.push(messages);
        this.health.succeeded();
        this.produced += messages.length;
        this.queue.release(messages);
        return;
      } catch (error) {
        if (this.halt.signal.aborted) {
          break;
        }
        if (hasError(error, 'MESSAGE_TOO_LARGE') || hasError(error, 'RECORD_LIST_TOO_LARGE')) {
          return this.deliverParts(messages);
        }
        await this.failed(error);
        await this.pause(Math.min(RETRY_MAX_MS, RETRY_MIN_MS * 2 ** Math.min(attempt, 10)));
      }
    }
    this.lose(messages, 'Kafka had not taken them when the time to drain was over');
  }

  /** The broker takes smaller batches than those that are sent. */
  private async deliverParts(messages: readonly Outgoing[]): Promise<void> {
    if (messages.length <= 1) {
      this.lose(messages, `${this.config.topic}: a message is above the topic's max.message.bytes; raise that`);
      return;
    }
    const middle = Math.ceil(messages.length / 2);
    await this.deliver(messages.slice(0, middle));
    await this.deliver(messages.slice(middle));
  }

  private async push(messages: readonly Outgoing[]): Promise<void> {
    const { topic, produce } = this.config;
    const sent = this.connected().send({
      messages: messages.map(({ key, value, ms }): MessageToProduce<Buffer, Buffer, Buffer, Buffer> => ({
        topic,
        key: Buffer.from(key),
        value,
        timestamp: BigInt(ms),
      })),
      acks: ACKS_ALL,
      compression: produce.compression,
      // As Kafka's own clients do it: other producers put the same key into the same partition.
      partitioner: compatibilityPartitioner,
    });
    // A broker that is silent is waited for half a minute.
    await orAborted(sent, this.halt.signal);
  }

  private connected(): Producer<Buffer, Buffer, Buffer, Buffer> {
    if (this.client === undefined) {
      this.client = new Producer(connectionOptions(this.config));
      // Failures come by the requests, too; without a listener they would end the process.
      this.client.on('error', () => undefined);
    }
    return this.client;
  }

  /** A client that failed is not used further: the next one looks at all brokers anew. */
  private async failed(error: unknown): Promise<void> {
    this.health.failed(kafkaError(error, this.config), WAITING);
    await this.disconnect();
  }

  private async disconnect(): Promise<void> {
    const { client } = this;
    this.client = undefined;
    if (client !== undefined) {
      // What goes wrong at the end of one that is not used further, the next one finds out.
      await orAborted(client.close(), this.halt.signal).catch(() => undefined);
    }
  }

  private async pause(ms: number): Promise<void> {
    await sleep(ms, undefined, { signal: this.halt.signal }).catch(() => undefined);
  }

  /** @param held whether they still count as held by the queue. */
  private lose(messages: readonly Outgoing[], detail: string, held = true): void {
    if (held) {
      this.queue.release(messages);
    }
    const byExporter = new Map<string, number>();
    for (const { key } of messages) {
      byExporter.set(key, (byExporter.get(key) ?? 0) + 1);
    }
    for (const [exporter, count] of byExporter) {
      this.events.onLoss('kafka_unsent', exporter, count, detail);
    }
  }
}

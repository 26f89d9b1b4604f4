import { Consumer, type Message } from '@platformatic/kafka';
import { setImmediate as turn, setTimeout as sleep } from 'node:timers/promises';
import type { Datagram } from '../flow';
import type { KafkaConfig } from './config';
import { connectionOptions, hasError, kafkaError } from './connection';
import { skipGone, tellGone, UNKNOWN } from './gone';
import { KafkaHealth } from './health';
import { Ledger, type Commit } from './ledger';
import { decodeMessage, type DatagramMessage } from './message';
import { lagOf, spansOf } from './offsets';
import type { KafkaEvents } from './producer';
import { readStretch } from './warmUp';

/** What a consumer of datagrams needs of the rest of the collector. */
export interface ConsumerPort extends KafkaEvents {
  /** Takes a datagram as if it had been received. */
  readonly feed: (datagram: Datagram) => void;
  /** Takes a datagram whose flows are stored already, for what it tells of those that follow. */
  readonly learn: (datagram: Datagram) => void;
  readonly endSession: (address: string, session: string) => void;
  /** Settles once all that was fed so far is stored, in the spool, or lost for good and counted. */
  readonly durable: () => Promise<void>;
  /** Whether what is fed now would have others dropped: then Kafka keeps it. */
  readonly isFull: () => boolean;
}

type Client = Consumer<Buffer, Buffer, Buffer, Buffer>;
type Incoming = Message<Buffer, Buffer, Buffer, Buffer>;

const RETRY_MIN_MS = 500;
const RETRY_MAX_MS = 10_000;
/** How often it is looked whether there is room again. */
const FULL_MS = 100;
/** A broker that is away does not hold up the end for longer. */
const CLOSE_MS = 3_000;
const FETCH_BYTES = 2 * 1024 * 1024;
/** Messages that are read ahead. */
const READ_AHEAD = 2048;
/** What a message counts for beside its bytes. */
const OVERHEAD = 64;
/** So many are dealt with in a row before others get a turn. */
const IN_A_ROW = 256;

/** It is looked whether there is room each time that so many were dealt with. */
const LOOK_EVERY = 32;

/**
 * Takes datagrams out of Kafka, as one of a group of consumers that share the partitions. An offset is committed only
 * when the flows before it are durable, so that after a kill the rest is read again: each datagram is decoded at least
 * once. Before its first flow, a partition is read from some minutes back, so that the templates, sampling rates and
 * sequence numbers of its exporters are known as if they had been received here.
 */
export class DatagramConsumer {
  private readonly health: KafkaHealth;
  private readonly ledger = new Ledger();
  private readonly loop: Promise<void>;
  private readonly stopped = new AbortController();
  private readonly committer: NodeJS.Timeout;
  private client: Client | undefined;
  private stream: { close(): Promise<void>; destroy(error: Error): unknown } | undefined;
  private committing: Promise<void> | undefined;
  private readonly counts = { consumed: 0, repeated: 0, warmedUp: 0 };
  private lagging: number | undefined;

  /** @throws ConfigError where a file that the settings name cannot be read. */
  constructor(
    private readonly config: KafkaConfig,
    private readonly port: ConsumerPort
  ) {
    // A file that cannot be read is told at the start.
    connectionOptions(config);
    this.health = new KafkaHealth(port.onNotice);
    this.committer = setInterval(() => void this.commit(), config.consume.commitMs);
    this.loop = this.run();
  }

  /** Whether the brokers answer. */
  ready(): { ok: boolean; reason?: string } {
    return this.health.state;
  }

  /**
   * Messages that were fed; that came again after a rebalance and were passed over; that were read back for what they
   * tell of later ones; and how many messages of our partitions are not committed yet, where that is known.
   */
  get stats(): { consumed: number; repeated: number; warmedUp: number; lag: number | undefined } {
    return { ...this.counts, lag: this.lagging };
  }

  /** Asks the broker how far its partitions are behind; to be called now and then. */
  async sampleLag(): Promise<void> {
    const { client } = this;
    if (client === undefined || !this.health.state.ok) {
      this.lagging = undefined;
      return;
    }
    try {
      this.lagging = lagOf(await spansOf(client, this.config.topic, this.owned(client)));
    } catch {
      // The next fetch tells of it.
      this.lagging = undefined;
    }
  }

  /** Takes no more datagrams; those that were taken are fed. The place in the group is kept until {@link close}. */
  async stop(): Promise<void> {
    this.stopped.abort();
    const ended = this.stream?.close().catch(() => undefined);
    // From here on nothing is fed any more, even where a broker that is away holds the loop up.
    await Promise.race([Promise.all([ended, this.loop]), sleep(CLOSE_MS, undefined, { ref: false })]);
  }

  /** Commits what is durable by now, and leaves the group. */
  async close(): Promise<void> {
    await this.stop();
    clearInterval(this.committer);
    await Promise.race([this.settleCommits(), sleep(RETRY_MIN_MS)]);
    await this.disconnect();
  }

  private async settleCommits(): Promise<void> {
    await this.committing;
    await this.commit();
  }

  private async run(): Promise<void> {
    for (let attempt = 0; !this.stopped.signal.aborted; attempt++) {
      const consumedBefore = this.counts.consumed;
      try {
        await this.consume();
      } catch (error) {
        if (this.stopped.signal.aborted) {
          return;
        }
        const failure = await this.failureAfter(error);
        if (failure !== undefined) {
          this.health.failed(kafkaError(failure, this.config), 'datagrams stay in Kafka until it does');
        }
        await this.disconnect();
        attempt = failure === undefined || this.counts.consumed > consumedBefore ? 0 : attempt;
        await this.pause(Math.min(RETRY_MAX_MS, RETRY_MIN_MS * 2 ** Math.min(attempt, 10)));
      }
    }
  }

  /** What is still wrong after an error: nothing where reading can go on behind messages that are gone. */
  private async failureAfter(error: unknown): Promise<unknown> {
    const { client } = this;
    if (client === undefined || !hasError(error, 'OFFSET_OUT_OF_RANGE')) {
      return error;
    }
    try {
      const couldSkip = await skipGone(client, this.config, this.owned(client), this.ledger, this.port);
      return couldSkip ? undefined : error;
    } catch (second) {
      return second;
    }
  }

  /**
   * Reads until {@link stop}.
   * @throws Error where the stream ends otherwise.
   */
  private async consume(): Promise<void> {
    const { topic, consume } = this.config;
    const client: Client = new Consumer({
      ...connectionOptions(this.config),
      groupId: consume.group,
      sessionTimeout: consume.sessionTimeoutMs,
      heartbeatInterval: Math.ceil(consume.sessionTimeoutMs / 10),
      rebalanceTimeout: Math.max(consume.sessionTimeoutMs, 10_000),
      autocommit: false,
      maxBytes: FETCH_BYTES,
      highWaterMark: READ_AHEAD,
    });
    this.client = client;
    // Such as a group that cannot be joined again: the next connection begins anew.
    client.on('error', (error: Error) => this.stream?.destroy(error));
    client.on('consumer:heartbeat:error', ({ error }) =>
      this.health.failed(kafkaError(error, this.config), 'datagrams stay in Kafka until it does')
    );
    client.on('consumer:heartbeat:end', () => this.health.succeeded());
    client.on('consumer:group:join', () => this.ledger.sharedOut());
    const stream = await client.consume({ topics: [topic], mode: 'committed', fallbackMode: 'earliest' });
    this.stream = stream;
    this.health.succeeded();
    let inARow = 0;
    for await (const message of stream) {
      if (this.stopped.signal.aborted) {
        return;
      }
      if (inARow % LOOK_EVERY === 0 && (await this.waitForRoom())) {
        return;
      }
      await this.take(client, message);
      if (++inARow % IN_A_ROW === 0) {
        // Sockets and timers get their turn: heartbeats, pushes, commits.
        await turn();
      }
    }
    if (!this.stopped.signal.aborted) {
      throw new Error('the connection ended');
    }
  }

  private async take(client: Client, message: Incoming): Promise<void> {
    const { partition, offset } = message;
    const kind = this.ledger.kindOf(partition, offset);
    if (kind === 'again') {
      this.counts.repeated++;
      this.ledger.again(partition);
      return;
    }
    if (kind === 'gap') {
      await this.warmUp(client, message);
      if (this.stopped.signal.aborted) {
        return;
      }
      const { topic } = this.config;
      tellGone({ topic, partition, offset, isAnew: false, ...this.ledger.missing(partition, offset) }, this.port);
    }
    const read = this.read(message.value);
    if (read?.kind === 'datagram') {
      this.port.feed(read.datagram);
    } else if (read !== undefined) {
      this.port.endSession(read.address, read.session);
    }
    this.counts.consumed++;
    this.ledger.add(partition, offset, (message.value?.length ?? 0) + OVERHEAD);
  }

  /** A message that no receiver has written is counted and passed over. */
  private read(value: Buffer | undefined): DatagramMessage | undefined {
    try {
      return decodeMessage(value ?? Buffer.alloc(0));
    } catch (error) {
      this.port.onLoss('kafka_invalid', UNKNOWN, 1, (error as Error).message);
      return undefined;
    }
  }

  private async warmUp(client: Client, { partition, offset, timestamp }: Incoming): Promise<void> {
    const { topic, consume } = this.config;
    if (consume.warmUpSeconds === 0) {
      return;
    }
    const fromMs = Number(timestamp) - consume.warmUpSeconds * 1000;
    let read = 0;
    for await (const value of readStretch(client, { topic, partition, fromMs, until: offset })) {
      if (this.stopped.signal.aborted) {
        return;
      }
      this.learn(value);
      if (++read % IN_A_ROW === 0) {
        await turn();
      }
    }
    this.counts.warmedUp += read;
  }

  private learn(value: Buffer): void {
    let message: DatagramMessage;
    try {
      message = decodeMessage(value);
    } catch {
      // It was counted by the consumer that had to deal with it.
      return;
    }
    if (message.kind === 'datagram') {
      this.port.learn(message.datagram);
    } else {
      this.port.endSession(message.address, message.session);
    }
  }

  /** Waits while too much is neither stored nor in the spool. @returns true where it was stopped meanwhile. */
  private async waitForRoom(): Promise<boolean> {
    const { maxUncommittedBytes } = this.config.consume;
    while (!this.stopped.signal.aborted) {
      if (this.ledger.uncommittedBytes <= maxUncommittedBytes && !this.port.isFull()) {
        return false;
      }
      if (this.ledger.uncommittedBytes > 0) {
        void this.commit();
      }
      await this.pause(FULL_MS);
    }
    return true;
  }

  /** Commits what was handed over until now, once it is durable; one round at a time. */
  private commit(): Promise<void> {
    this.committing ??= this.commitRound().finally(() => (this.committing = undefined));
    return this.committing;
  }

  private async commitRound(): Promise<void> {
    const { commits, bytes } = this.ledger.take();
    if (commits.length === 0) {
      return;
    }
    await this.port.durable();
    this.ledger.durable(bytes);
    const { client } = this;
    if (client === undefined) {
      return;
    }
    // What another consumer has by now is its to commit; what comes back to us comes again, from what is committed.
    const owned = this.owned(client);
    const ours = commits.filter((one) => owned.includes(one.partition) && this.ledger.isDue(one));
    if (ours.length === 0) {
      return;
    }
    try {
      await client.commit({ offsets: ours.map((one) => this.offsetOf(one)) });
      this.ledger.committed(ours);
    } catch (error) {
      this.ledger.failed(ours);
      this.port.onNotice('warn', 'kafka-commit', `Kafka: offsets not committed: ${kafkaError(error, this.config)}`);
    }
  }

  private offsetOf({ partition, offset }: Commit): {
    topic: string;
    partition: number;
    offset: bigint;
    leaderEpoch: number;
  } {
    return { topic: this.config.topic, partition, offset, leaderEpoch: -1 };
  }

  private owned(client: Client): readonly number[] {
    return client.assignments?.find(({ topic }) => topic === this.config.topic)?.partitions ?? [];
  }

  private async disconnect(): Promise<void> {
    const { client } = this;
    this.client = undefined;
    this.stream = undefined;
    if (client === undefined) {
      return;
    }
    // What goes wrong at the end, the next connection or the other consumers find out.
    const closed = new Promise<void>((resolve) => client.close(true, () => resolve()));
    await Promise.race([closed, sleep(CLOSE_MS, undefined, { ref: false })]);
  }

  private async pause(ms: number): Promise<void> {
    await sleep(ms, undefined, { signal: this.stopped.signal }).catch(() => undefined);
  }
}

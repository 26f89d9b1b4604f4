import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startChild, waitUntilReady, type Child } from '../process/child';
import { freePort } from '../process/ports';
import type { KafkaProgram } from './jars';

const run = promisify(execFile);

/** Any will do: there is one cluster of one node. */
const CLUSTER_ID = 'bmV0b2JzZXJ2LWZsb3dzLQ';
const MEMORY = ['-Xmx384m', '-XX:+UseSerialGC', '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn'];

/** A Kafka of a single node (KRaft) on 127.0.0.1, for tests: its data outlasts its process. */
export class KafkaBroker {
  private child: Child | undefined;

  private constructor(
    private readonly program: KafkaProgram,
    private readonly folder: string,
    readonly port: number
  ) {}

  /**
   * Makes the storage of a broker, and starts it.
   * @param folder for its data, its configuration and its log; made where missing.
   * @throws Error with its last log lines where it does not get ready.
   */
  static async start(program: KafkaProgram, folder: string): Promise<KafkaBroker> {
    const broker = new KafkaBroker(program, folder, await freePort());
    mkdirSync(folder, { recursive: true });
    writeFileSync(broker.config, settings(folder, broker.port, await freePort()));
    await run(program.java, [
      ...broker.java('kafka.tools.StorageTool'),
      'format',
      '-t',
      CLUSTER_ID,
      '-c',
      broker.config,
    ]);
    await broker.resume();
    return broker;
  }

  /** As clients name it. */
  get address(): string {
    return `127.0.0.1:${this.port}`;
  }

  /** Starts it again after {@link stop}, with the same data and port. */
  async resume(): Promise<void> {
    this.child = startChild({
      name: 'Kafka',
      command: this.program.java,
      args: [...this.java('kafka.Kafka'), this.config],
      cwd: this.folder,
      logFile: join(this.folder, `kafka-${Date.now()}.log`),
    });
    await waitUntilReady(this.child, () => accepts(this.port));
  }

  /** Ends it as whoever runs it would. */
  async stop(): Promise<void> {
    await this.child?.stop(30_000);
  }

  /** Ends it as `kill -9` does. */
  async kill(): Promise<void> {
    await this.child?.kill();
  }

  private get config(): string {
    return join(this.folder, 'server.properties');
  }

  private java(main: string): string[] {
    return [...MEMORY, '-cp', `${this.program.jars}/*`, main];
  }
}

function settings(folder: string, port: number, controllerPort: number): string {
  return [
    'process.roles=broker,controller',
    'node.id=1',
    `controller.quorum.voters=1@127.0.0.1:${controllerPort}`,
    `listeners=PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}`,
    `advertised.listeners=PLAINTEXT://127.0.0.1:${port}`,
    'controller.listener.names=CONTROLLER',
    'listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
    `log.dirs=${join(folder, 'data')}`,
    'auto.create.topics.enable=false',
    'offsets.topic.replication.factor=1',
    'offsets.topic.num.partitions=1',
    'group.initial.rebalance.delay.ms=0',
    'group.min.session.timeout.ms=1000',
    '',
  ].join('\n');
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true));
    socket.once('error', () => resolve(false));
    socket.once('close', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}

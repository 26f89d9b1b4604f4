import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
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

/** A listener with TLS and a login (SASL PLAIN and SCRAM-SHA-512), beside the one without. */
export interface SecureListener {
  /** PEM files of the broker's certificate and key. */
  readonly cert: string;
  readonly key: string;
  readonly username: string;
  readonly password: string;
}

/** A Kafka of a single node (KRaft) on 127.0.0.1, for tests: its data outlasts its process. */
export class KafkaBroker {
  private child: Child | undefined;

  private constructor(
    private readonly program: KafkaProgram,
    private readonly folder: string,
    readonly port: number,
    private readonly securePort: number
  ) {}

  /**
   * Makes the storage of a broker, and starts it.
   * @param folder for its data, its configuration and its log; made where missing.
   * @throws Error with its last log lines where it does not get ready.
   */
  static async start(program: KafkaProgram, folder: string, secure?: SecureListener): Promise<KafkaBroker> {
    const broker = new KafkaBroker(program, folder, await freePort(), await freePort());
    mkdirSync(folder, { recursive: true });
    const ports = { plain: broker.port, secure: broker.securePort, controller: await freePort() };
    writeFileSync(broker.config, settings(folder, ports, secure));
    await run(program.java, [
      ...broker.java('kafka.tools.StorageTool'),
      'format',
      '-t',
      CLUSTER_ID,
      '-c',
      broker.config,
      ...(secure ? ['--add-scram', `SCRAM-SHA-512=[name=${secure.username},password=${secure.password}]`] : []),
    ]);
    await broker.resume();
    return broker;
  }

  /** As clients name it. */
  get address(): string {
    return `127.0.0.1:${this.port}`;
  }

  /** As clients name it that use TLS and a login. */
  get secureAddress(): string {
    return `127.0.0.1:${this.securePort}`;
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

interface Ports {
  readonly plain: number;
  readonly secure: number;
  readonly controller: number;
}

function settings(folder: string, ports: Ports, secure: SecureListener | undefined): string {
  const address = (name: string, port: number) => `${name}://127.0.0.1:${port}`;
  const clients = [address('PLAINTEXT', ports.plain), ...(secure ? [address('SECURE', ports.secure)] : [])].join(',');
  return [
    'process.roles=broker,controller',
    'node.id=1',
    `controller.quorum.voters=1@127.0.0.1:${ports.controller}`,
    `listeners=${clients},${address('CONTROLLER', ports.controller)}`,
    `advertised.listeners=${clients}`,
    'controller.listener.names=CONTROLLER',
    'listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,SECURE:SASL_SSL',
    `log.dirs=${join(folder, 'data')}`,
    'auto.create.topics.enable=false',
    'offsets.topic.replication.factor=1',
    'offsets.topic.num.partitions=1',
    'group.initial.rebalance.delay.ms=0',
    'group.min.session.timeout.ms=1000',
    ...(secure ? secureSettings(folder, secure) : []),
    '',
  ].join('\n');
}

function secureSettings(folder: string, { cert, key, username, password }: SecureListener): string[] {
  const store = join(folder, 'broker.pem');
  writeFileSync(store, Buffer.concat([readFileSync(key), readFileSync(cert)]));
  const listener = 'listener.name.secure';
  const plain = 'org.apache.kafka.common.security.plain.PlainLoginModule required';
  const scram = 'org.apache.kafka.common.security.scram.ScramLoginModule required;';
  return [
    `${listener}.ssl.keystore.type=PEM`,
    `${listener}.ssl.keystore.location=${store}`,
    `${listener}.sasl.enabled.mechanisms=PLAIN,SCRAM-SHA-512`,
    `${listener}.plain.sasl.jaas.config=${plain} user_${username}="${password}";`,
    `${listener}.scram-sha-512.sasl.jaas.config=${scram}`,
  ];
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

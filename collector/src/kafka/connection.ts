import type { EventEmitter } from 'node:events';
import { isIP } from 'node:net';
import { instancesChannel, type ConnectionOptions } from '@platformatic/kafka';
import { checkTlsFiles, readSettingFile } from '../config';
import type { KafkaConfig } from './config';

type Options = Pick<ConnectionOptions, 'tls' | 'tlsServerName' | 'sasl' | 'connectTimeout' | 'requestTimeout'> & {
  clientId: string;
  bootstrapBrokers: string[];
  retries: number;
  retryDelay: number;
};

const CONNECT_MS = 5_000;
const REQUEST_MS = 30_000;

// A connection that is reset during its login emits two errors. The client listens for one, and the other would end the
// process; both come by what was asked of the connection, too.
instancesChannel.subscribe((made) => {
  const { type, instance } = made as { type: string; instance: EventEmitter };
  if (type === 'connection') {
    instance.on('error', () => undefined);
  }
});

/**
 * How to reach the brokers, as the client takes it: to be asked for anew with each client, as certificates are renewed.
 * Password files are read at each login, as they may change.
 * @throws ConfigError where a certificate, key or password file cannot be read, or certificates and keys are not sound.
 */
export function connectionOptions(config: KafkaConfig): Options {
  const { tls, sasl, brokers, clientId } = config;
  const passwordFile = sasl?.passwordFile;
  if (passwordFile !== undefined) {
    readPassword(passwordFile);
  }
  return {
    clientId,
    bootstrapBrokers: [...brokers],
    connectTimeout: CONNECT_MS,
    requestTimeout: REQUEST_MS,
    retries: 1,
    retryDelay: 200,
    ...(tls !== undefined && {
      tls: {
        ...readTlsFiles(tls),
        rejectUnauthorized: !tls.insecureSkipVerify,
      },
      // true: each broker is asked for by its own name. An address is no name (RFC 6066); it is verified all the same.
      tlsServerName: tls.serverName ?? !brokers.every((one) => isIP(hostOf(one)) !== 0),
    }),
    ...(sasl !== undefined && {
      sasl: {
        mechanism: sasl.mechanism.toUpperCase() as 'PLAIN' | 'SCRAM-SHA-256' | 'SCRAM-SHA-512',
        username: sasl.username,
        password: passwordFile === undefined ? sasl.password : () => readPassword(passwordFile),
      },
    }),
  };
}

const hostOf = (broker: string) => broker.replace(/:\d+$/, '').replace(/^\[|\]$/g, '');

const readPassword = (path: string) => readSettingFile('kafka.sasl.passwordFile', path).toString('utf8').trim();

function readTlsFiles(tls: NonNullable<KafkaConfig['tls']>) {
  const read = (name: 'ca' | 'cert' | 'key') => {
    const file = tls[name];
    return file === undefined ? undefined : readSettingFile(`kafka.tls.${name}`, file);
  };
  const files = { ca: read('ca'), cert: read('cert'), key: read('key') };
  checkTlsFiles('kafka.tls', files);
  return files;
}

interface Caused {
  readonly message: string;
  readonly code?: string;
  readonly apiId?: string;
  readonly errors?: readonly Caused[];
  readonly cause?: Caused;
}

/** What there is to be done, by Kafka's name of the error. */
const REMEDIES: Readonly<Record<string, string>> = {
  UNKNOWN_TOPIC_OR_PARTITION: 'the topic does not exist; create it, or set another one in kafka.topic',
  TOPIC_AUTHORIZATION_FAILED: 'the user may not use the topic; allow it to (ACL), or set another user in kafka.sasl',
  GROUP_AUTHORIZATION_FAILED:
    'the user may not use the group; allow it to (ACL), or set another in kafka.consume.group',
  SASL_AUTHENTICATION_FAILED: 'the login was refused; correct kafka.sasl',
};

/** What is wrong with the brokers, in one line: the innermost causes, and what to do where that is known. */
export function kafkaError(error: unknown, { brokers, topic }: Pick<KafkaConfig, 'brokers' | 'topic'>): string {
  const leaves = leavesOf(error as Caused);
  const remedy = leaves.map(({ apiId }) => REMEDIES[apiId ?? '']).find((one) => one !== undefined);
  const texts = [...new Set(leaves.map(({ message, code }) => (message === '' ? (code ?? 'no answer') : message)))];
  const what = texts.slice(0, 3).join(', ');
  return `${brokers.join(', ')}: ${what}${remedy === undefined ? '' : ` (topic ${topic}: ${remedy})`}`;
}

/** Whether Kafka's name of an error is somewhere among its causes. */
export function hasError(error: unknown, name: string): boolean {
  return leavesOf(error as Caused).some(({ apiId }) => apiId === name);
}

function leavesOf(error: Caused, depth = 0): Caused[] {
  const inner = [...(error.errors ?? []), ...(error.cause === undefined ? [] : [error.cause])];
  return inner.length === 0 || depth > 8 ? [error] : inner.flatMap((one) => leavesOf(one, depth + 1));
}

import { z } from 'zod';
import { clientTlsConfig } from '../config/clientTls';

const MIB = 1024 * 1024;

/** Kafka's own rule for names of topics and groups, at most 249 characters. */
const TOPIC = /^[a-zA-Z0-9._-]{1,249}$/;

const broker = z
  .string()
  .refine(
    (text) => /^(\[[0-9a-fA-F:.]+\]|[^\s:/[\]]+):\d{1,5}$/.test(text) && Number(/\d+$/.exec(text)![0]) <= 65_535,
    {
      error: ({ input }) =>
        `'${String(input)}' is no address of a broker; write it like kafka-1:9092 or [fd00::1]:9092`,
    }
  );

const sasl = z
  .strictObject({
    mechanism: z.enum(['plain', 'scram-sha-256', 'scram-sha-512']),
    username: z.string().trim().min(1),
    password: z.string().trim().min(1).optional(),
    passwordFile: z.string().min(1).optional(),
  })
  .refine(
    ({ password, passwordFile }) => (password === undefined) !== (passwordFile === undefined),
    'needs the password in one place; write either password or passwordFile'
  );

/** Settings of `kafka.produce`: how a receiver hands on what it receives. */
const produceConfig = z
  .strictObject({
    /** Datagrams that wait in memory for a broker, at most. */
    queueBytes: z
      .int()
      .min(MIB)
      .max(16 * 1024 * MIB)
      .default(128 * MIB),
    /** What is sent at once; a broker takes 1 MiB by default (`message.max.bytes`). */
    batchBytes: z
      .int()
      .min(1024)
      .max(64 * MIB)
      .default(896 * 1024),
    lingerMs: z.int().min(0).max(10_000).default(50),
    compression: z.enum(['none', 'gzip', 'snappy', 'lz4']).default('lz4'),
  })
  .refine(({ batchBytes, queueBytes }) => batchBytes <= queueBytes, {
    path: ['batchBytes'],
    error: 'is above kafka.produce.queueBytes; write a smaller one',
  });

/** Settings of `kafka.consume`: how datagrams are taken out of Kafka. */
const consumeConfig = z.strictObject({
  group: z.string().regex(TOPIC, 'is no name of a group; use letters, digits and . _ -').default('netobserv-flows'),
  /** How often offsets are committed, of what is stored or in the spool by then. */
  commitMs: z.int().min(50).max(60_000).default(1000),
  /** Datagrams taken out that are neither stored nor in the spool yet, at most; then reading pauses. */
  maxUncommittedBytes: z
    .int()
    .min(64 * 1024)
    .max(1024 * MIB)
    .default(4 * MIB),
  /** A consumer that is silent for so long is taken for dead, and others take over its partitions. */
  sessionTimeoutMs: z.int().min(1000).max(3_600_000).default(30_000),
  /** How far back a partition is read before its first flow, for templates and the like. 0: not at all. */
  warmUpSeconds: z.int().min(0).max(86_400).default(660),
});

/** Settings of `kafka`: the queue between receiving and storing. docs/collector.md tells of each. */
export const kafkaConfig = z.strictObject({
  /** `receive`: what is received goes to Kafka. `store`: what is in Kafka is decoded and stored. */
  role: z.enum(['receive', 'store']),
  brokers: z.array(broker).min(1, 'needs at least one broker; write it like kafka-1:9092'),
  topic: z.string().regex(TOPIC, 'is no name of a topic; use letters, digits and . _ -').default('netobserv-datagrams'),
  clientId: z.string().min(1).default('netobserv-flows-collector'),
  /** TLS to the brokers; they are verified unless told otherwise. Absent: no TLS. */
  tls: clientTlsConfig.optional(),
  sasl: sasl.optional(),
  produce: produceConfig.prefault({}),
  consume: consumeConfig.prefault({}),
});

/** `kafka`, checked and with defaults filled in. */
export type KafkaConfig = z.output<typeof kafkaConfig>;

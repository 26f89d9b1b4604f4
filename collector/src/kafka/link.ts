import type { Datagram } from '../flow';
import type { KafkaConfig } from './config';
import { DatagramConsumer, type ConsumerPort } from './consumer';
import { DatagramProducer } from './producer';

/** Figures of Kafka's side; of the role that a collector has not, they stay 0. */
export interface KafkaStats {
  /** Messages that Kafka acknowledged. */
  readonly produced: number;
  /** Bytes that wait for Kafka in memory. */
  readonly queueBytes: number;
  readonly consumed: number;
  /** Messages that came again after a rebalance and were passed over. */
  readonly repeated: number;
  /** Messages read back for what they tell of later ones. */
  readonly warmedUp: number;
  /** Messages of the own partitions that are not committed yet; undefined where that is not known. */
  readonly lag: number | undefined;
}

/** The collector's side of Kafka, in either role. */
export interface KafkaLink {
  /** Where received datagrams go; undefined where they come from Kafka. */
  readonly send?: (datagram: Datagram) => void;
  readonly endSession?: (address: string, session: string) => void;
  readonly ready: () => { ok: boolean; reason?: string };
  readonly stats: () => KafkaStats;
  /** To be called about every ten seconds. */
  readonly sample: () => Promise<void>;
  /** Takes in no more: first of all when the collector ends. */
  readonly stop: () => Promise<void>;
  /** The last of all, when what was taken in is stored: commits it, or sends what is left for at most `timeoutMs`. */
  readonly close: (timeoutMs: number) => Promise<void>;
}

const NOTHING: KafkaStats = { produced: 0, queueBytes: 0, consumed: 0, repeated: 0, warmedUp: 0, lag: undefined };

/**
 * Connects the collector to Kafka in its role. It comes back at once, whether a broker can be reached or not.
 * @throws ConfigError where a file that the settings name cannot be read.
 */
export function connectKafka(config: KafkaConfig, port: ConsumerPort): KafkaLink {
  if (config.role === 'receive') {
    const producer = new DatagramProducer(config, port);
    return {
      send: (datagram) => producer.send(datagram),
      endSession: (address, session) => producer.sendSessionEnd(address, session),
      ready: () => producer.ready(),
      stats: () => ({ ...NOTHING, ...producer.stats }),
      sample: () => Promise.resolve(),
      stop: () => Promise.resolve(),
      close: (timeoutMs) => producer.close(timeoutMs),
    };
  }
  const consumer = new DatagramConsumer(config, port);
  return {
    ready: () => consumer.ready(),
    stats: () => ({ ...NOTHING, ...consumer.stats }),
    sample: () => consumer.sampleLag(),
    stop: () => consumer.stop(),
    close: () => consumer.close(),
  };
}

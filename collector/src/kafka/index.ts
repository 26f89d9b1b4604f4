export { kafkaConfig, type KafkaConfig } from './config';
export type { ConsumerPort } from './consumer';
export { connectKafka, type KafkaLink, type KafkaStats } from './link';

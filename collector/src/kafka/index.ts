export { kafkaConfig, type KafkaConfig } from './config';
export { connectKafka, type KafkaLink, type KafkaStats } from './link';

import { fetchKafka, locateKafka } from './jars';

// By hand, where the test of Kafka is to run: `npx tsx stack/kafka/prepare.ts`.
try {
  await fetchKafka();
  const kafka = locateKafka();
  console.log(`Kafka: ${typeof kafka === 'string' ? kafka : kafka.jars}`);
} catch (error) {
  console.error((error as Error).message);
  process.exit(1);
}

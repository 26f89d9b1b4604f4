import { locateLoki } from './loki';

// `npm test` runs this beside its checks: a Loki that has to be built is then there when the tests ask for it.
try {
  const loki = await locateLoki();
  console.log(`Loki: ${'url' in loki ? loki.url : loki.binary}`);
} catch (error) {
  console.error((error as Error).message);
  process.exit(1);
}

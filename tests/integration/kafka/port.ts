import type { ConsumerPort } from '../../../collector/src/kafka';

/** What a link to Kafka is joined to where a test looks at none of it: takes all, has room, and all is durable at once. */
export const QUIET_PORT: ConsumerPort = {
  feed: () => undefined,
  learn: () => undefined,
  endSession: () => undefined,
  durable: () => Promise.resolve(),
  isFull: () => false,
  onLoss: () => undefined,
  onNotice: () => undefined,
};

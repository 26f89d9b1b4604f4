import type { Consumer } from '@platformatic/kafka';
import type { KafkaConfig } from './config';
import type { Ledger } from './ledger';
import { max, spansOf, type Span } from './offsets';
import type { KafkaEvents } from './producer';

type Client = Consumer<Buffer, Buffer, Buffer, Buffer>;

/** Under this name losses are counted that belong to no exporter. */
export const UNKNOWN = 'unknown';

/** Where a partition goes on whose committed offset the brokers do not have any more. */
export interface Resumption {
  readonly offset: bigint;
  /** Up to where it was read before. */
  readonly reached: bigint;
  /** Messages that were deleted before they were read. */
  readonly expired: number;
  /** It ends before what was committed: the topic was made anew, and what is known of it is void. */
  readonly isAnew: boolean;
}

/**
 * Where a partition has to go on, as what was committed is not there any more.
 * @param next what this consumer would have read next; undefined where it has read nothing of it.
 * @returns undefined where it can go on where it was.
 */
export function resumptionOf({ start, end, committed }: Span, next: bigint | undefined): Resumption | undefined {
  const place = committed ?? next;
  if (place === undefined || (place >= start && place <= end)) {
    return undefined;
  }
  if (place > end) {
    return { offset: start, reached: place, expired: 0, isAnew: true };
  }
  // What was read and is not committed yet is not lost.
  const reached = max(place, next ?? place);
  return { offset: start, reached, expired: Math.max(0, Number(start - reached)), isAnew: false };
}

/**
 * Goes on at the oldest message there is wherever what was committed is gone, and counts what was not read. Without
 * that one such partition would hold up all others, as one answer of a broker tells of all of them.
 * @param partitions the own ones.
 * @returns whether there was such a partition.
 * @throws Error where a broker does not answer.
 */
export async function skipGone(
  client: Client,
  { topic }: Pick<KafkaConfig, 'topic'>,
  partitions: readonly number[],
  ledger: Ledger,
  events: KafkaEvents
): Promise<boolean> {
  const moves = (await spansOf(client, topic, partitions)).flatMap((span) => {
    const { partition } = span;
    const resumption = resumptionOf(span, ledger.next(partition));
    return resumption === undefined ? [] : [{ topic, partition, ...resumption }];
  });
  if (moves.length === 0) {
    return false;
  }
  // First of all, so that no commit of an older place comes behind the one below.
  moves.forEach((move) => ledger.moved(move.partition, move));
  await client.commit({
    offsets: moves.map(({ partition, offset }) => ({ topic, partition, offset, leaderEpoch: -1 })),
  });
  moves.forEach((move) => tellGone(move, events));
  return true;
}

/** Counts what was deleted before it was read. */
export function tellGone(
  { topic, partition, reached, offset, expired, isAnew }: Resumption & { topic: string; partition: number },
  { onLoss, onNotice }: KafkaEvents
): void {
  const where = `partition ${partition} of ${topic}`;
  if (isAnew) {
    const why = `it ends before offset ${reached}, up to which it was read, so it was made anew`;
    onNotice('warn', 'kafka-anew', `Kafka: ${where} is read from its start: ${why}`);
  } else if (expired > 0) {
    const what = `it was read up to offset ${reached}, and its next message is ${offset}`;
    onLoss('kafka_expired', UNKNOWN, expired, `${where}: ${what}; Kafka has deleted those between`);
  }
}

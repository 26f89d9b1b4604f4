import type { Consumer } from '@platformatic/kafka';

type Client = Consumer<Buffer, Buffer, Buffer, Buffer>;

/** What the brokers have of a partition. */
export interface Span {
  readonly partition: number;
  /** The oldest message that there is. */
  readonly start: bigint;
  /** The offset that the next message gets. */
  readonly end: bigint;
  /** Where the group goes on; undefined where it has committed nothing. */
  readonly committed: bigint | undefined;
}

/** Time stamps that stand for the two ends of a partition (Kafka's ListOffsets). */
const EARLIEST = -2n;
const LATEST = -1n;

/**
 * Asks the brokers for partitions of a topic.
 * @returns those that the brokers told of in full.
 * @throws Error where a broker does not answer.
 */
export async function spansOf(client: Client, topic: string, partitions: readonly number[]): Promise<Span[]> {
  if (partitions.length === 0) {
    return [];
  }
  const asked = { topics: [topic], partitions: { [topic]: [...partitions] } };
  const [starts, ends, commits] = await Promise.all([
    client.listOffsets({ ...asked, timestamp: EARLIEST }),
    client.listOffsets({ ...asked, timestamp: LATEST }),
    client.listCommittedOffsets({ topics: [{ topic, partitions: [...partitions] }] }),
  ]);
  return partitions.flatMap((partition) => {
    const start = starts.get(topic)?.[partition];
    const end = ends.get(topic)?.[partition];
    const committed = commits.get(topic)?.[partition];
    // The brokers tell -1 where nothing was committed.
    const known = committed === undefined || committed < 0n ? undefined : committed;
    return start === undefined || end === undefined ? [] : [{ partition, start, end, committed: known }];
  });
}

/** Messages that are there and not committed. */
export function lagOf(spans: readonly Span[]): number {
  const lag = spans.reduce((sum, { start, end, committed = start }) => sum + end - max(start, committed), 0n);
  return Math.max(0, Number(lag));
}

/** The greater of two offsets. */
export const max = (a: bigint, b: bigint) => (a > b ? a : b);

import type { Consumer } from '@platformatic/kafka';

type Client = Consumer<Buffer, Buffer, Buffer, Buffer>;

/** A stretch of a partition, from the first message at or after a time up to an offset. */
export interface Stretch {
  readonly topic: string;
  readonly partition: number;
  /** Milliseconds since the Unix epoch. */
  readonly fromMs: number;
  /** Messages before this offset alone. */
  readonly until: bigint;
}

const FETCH_BYTES = 1024 * 1024;
const WAIT_MS = 500;

/**
 * Reads a stretch of a partition that others have dealt with already. It is over early where the broker has no more.
 * @throws Error where a broker does not answer.
 */
export async function* readStretch(client: Client, stretch: Stretch): AsyncGenerator<Buffer> {
  const { topic, partition, until } = stretch;
  let next = await offsetAt(client, stretch);
  while (next !== undefined && next < until) {
    const metadata = await client.metadata({ topics: [topic] });
    const described = metadata.topics.get(topic);
    const leader = described?.partitions[partition]?.leader;
    if (described === undefined || leader === undefined) {
      return;
    }
    const place = {
      partition,
      fetchOffset: next,
      partitionMaxBytes: FETCH_BYTES,
      currentLeaderEpoch: -1,
      lastFetchedEpoch: -1,
    };
    const response = await client.fetch({
      node: leader,
      topics: [{ topicId: described.id, partitions: [place] }],
      minBytes: 1,
      maxBytes: FETCH_BYTES,
      maxWaitTime: WAIT_MS,
    });
    const batches = response.responses.flatMap(({ partitions }) => partitions).flatMap(({ records }) => records ?? []);
    const begun = next;
    for (const batch of batches) {
      for (const { offsetDelta, value } of batch.records) {
        const offset = batch.firstOffset + BigInt(offsetDelta);
        if (offset >= begun && offset < until && value !== null && value !== undefined) {
          yield value;
        }
      }
      next = batch.firstOffset + BigInt(batch.lastOffsetDelta) + 1n;
    }
    if (next === begun) {
      return;
    }
  }
}

async function offsetAt(client: Client, { topic, partition, fromMs }: Stretch): Promise<bigint | undefined> {
  const found = await client.listOffsetsWithTimestamps({
    topics: [topic],
    partitions: { [topic]: [partition] },
    timestamp: BigInt(Math.max(0, fromMs)),
  });
  const offset = found.get(topic)?.get(partition)?.offset;
  return offset === undefined || offset < 0n ? undefined : offset;
}

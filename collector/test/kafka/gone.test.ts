import { describe, expect, it } from 'vitest';
import { resumptionOf, skipGone, tellGone } from '../../src/kafka/gone';
import { Ledger } from '../../src/kafka/ledger';
import { lagOf, spansOf, type Span } from '../../src/kafka/offsets';

const TOPIC = 'datagrams';
const span = (start: bigint, end: bigint, committed?: bigint): Span => ({ partition: 0, start, end, committed });

/** Brokers with partitions of one topic, numbered from 0; commits are noted. */
function brokers(spans: ReadonlyArray<readonly [start: bigint, end: bigint, committed: bigint]>) {
  const committed: Array<{ partition: number; offset: bigint }> = [];
  const client = {
    listOffsets: ({ timestamp }: { timestamp: bigint }) =>
      Promise.resolve(new Map([[TOPIC, spans.map(([start, end]) => (timestamp === -2n ? start : end))]])),
    listCommittedOffsets: () => Promise.resolve(new Map([[TOPIC, spans.map(([, , offset]) => offset)]])),
    commit: ({ offsets }: { offsets: typeof committed }) => Promise.resolve(void committed.push(...offsets)),
  };
  return { client: client as unknown as Parameters<typeof spansOf>[0], committed };
}

describe('a partition of which the committed offset is gone', () => {
  it.each([
    ['it goes on where it was', span(0n, 100n, 10n), undefined, undefined],
    ['also at the very end', span(100n, 100n, 100n), undefined, undefined],
    ['also where nothing was committed or read', span(60n, 100n), undefined, undefined],
    ['what was not read is lost', span(60n, 100n, 10n), undefined, [60n, 50, false]],
    ['what was read and not committed is not lost', span(60n, 100n, 10n), 30n, [60n, 30, false]],
    ['nor is anything where more was read', span(60n, 100n, 10n), 70n, [60n, 0, false]],
    ['what was read is all that is known before the first commit', span(60n, 100n), 30n, [60n, 30, false]],
    ['a topic that was made anew is read from its start', span(0n, 5n, 10n), 12n, [0n, 0, true]],
  ])('%s', (_what, given, next, expected) => {
    const found = resumptionOf(given, next);
    expect(found && [found.offset, found.expired, found.isAnew]).toEqual(expected);
  });

  it('is committed at its oldest message, and counted; the others stay where they are', async () => {
    const { client, committed } = brokers([
      [60n, 100n, 10n],
      [60n, 100n, 80n],
      [0n, 5n, 9n],
    ]);
    const told: unknown[] = [];
    const events = {
      onLoss: (...loss: unknown[]) => told.push(loss.slice(0, 3)),
      onNotice: (_level: string, key: string) => told.push(key),
    };
    expect(await skipGone(client, { topic: TOPIC }, [0, 1, 2], new Ledger(), events)).toBe(true);
    expect(committed.map(({ partition, offset }) => [partition, offset])).toEqual([
      [0, 60n],
      [2, 0n],
    ]);
    expect(told).toEqual([['kafka_expired', 'unknown', 50], 'kafka-anew']);
  });

  it('is no matter where all partitions can go on', async () => {
    const { client, committed } = brokers([[60n, 100n, 80n]]);
    const events = { onLoss: () => expect.unreachable(), onNotice: () => expect.unreachable() };
    expect(await skipGone(client, { topic: TOPIC }, [0], new Ledger(), events)).toBe(false);
    expect(committed).toEqual([]);
  });

  it('is told with the partition and its offsets', () => {
    const told: unknown[] = [];
    const gone = { topic: TOPIC, partition: 3, offset: 60n, reached: 10n, expired: 50, isAnew: false };
    tellGone(gone, { onLoss: (...loss) => told.push(...loss), onNotice: () => undefined });
    expect(told.slice(0, 3)).toEqual(['kafka_expired', 'unknown', 50]);
    expect(told[3]).toMatch(/partition 3 of datagrams: it was read up to offset 10, and its next message is 60/);
  });
});

describe('the lag of partitions', () => {
  it('is what is there and not committed, also before the first commit and of idle partitions', async () => {
    const { client } = brokers([
      [60n, 100n, 90n],
      [60n, 100n, -1n],
      [500n, 500n, 500n],
      [60n, 100n, 10n],
    ]);
    const lag = async (...partitions: number[]) => lagOf(await spansOf(client, TOPIC, partitions));
    expect([await lag(0), await lag(1), await lag(2), await lag(3), await lag(0, 1, 2, 3)]).toEqual([
      10, 40, 0, 40, 90,
    ]);
  });

  it('is none without partitions', async () => {
    expect(await spansOf(brokers([]).client, TOPIC, [])).toEqual([]);
  });
});

import { describe, expect, it } from 'vitest';
import { Ledger } from '../../src/kafka/ledger';

describe('the ledger of a consumer', () => {
  it('takes the first message of a partition, and one behind others, for a gap', () => {
    const ledger = new Ledger();
    expect(ledger.kindOf(3, 7n)).toBe('gap');
    ledger.add(3, 7n, 1);
    expect([ledger.kindOf(3, 8n), ledger.kindOf(3, 9n), ledger.kindOf(4, 8n)]).toEqual(['next', 'gap', 'gap']);
  });

  it('knows a message again that was handed over and is not committed', () => {
    const ledger = new Ledger();
    for (let offset = 5n; offset < 9n; offset++) {
      ledger.add(0, offset, 1);
    }
    ledger.committed([{ partition: 0, offset: 7n }]);
    expect([ledger.kindOf(0, 7n), ledger.kindOf(0, 8n)]).toEqual(['again', 'again']);
  });

  it('does not pass over the messages of a topic that was made anew', () => {
    const ledger = new Ledger();
    ledger.add(0, 99n, 1);
    ledger.committed([{ partition: 0, offset: 100n }]);
    expect(ledger.kindOf(0, 0n)).toBe('gap');
    ledger.add(0, 0n, 1);
    expect(ledger.kindOf(0, 1n)).toBe('next');
  });

  it('gives out to be committed what came since the last time, and counts what is not durable', () => {
    const ledger = new Ledger();
    ledger.add(0, 0n, 10);
    ledger.add(1, 4n, 20);
    const round = ledger.take();
    expect(round).toEqual({
      commits: [
        { partition: 0, offset: 1n },
        { partition: 1, offset: 5n },
      ],
      bytes: 30,
    });
    ledger.add(1, 5n, 5);
    ledger.durable(round.bytes);
    expect(ledger.uncommittedBytes).toBe(5);
    expect(ledger.take()).toEqual({ commits: [{ partition: 1, offset: 6n }], bytes: 5 });
    expect(ledger.take()).toEqual({ commits: [], bytes: 0 });
  });

  it('gives out again what the broker did not take, and where a message came again', () => {
    const ledger = new Ledger();
    ledger.add(0, 0n, 1);
    const { commits } = ledger.take();
    ledger.failed(commits);
    expect(ledger.take().commits).toEqual(commits);
    ledger.again(0);
    expect(ledger.take().commits).toEqual(commits);
  });

  it('tells the lag of partitions once it knows what is committed', () => {
    const ledger = new Ledger();
    ledger.add(0, 0n, 1);
    expect(ledger.lag([0], [5n])).toBeUndefined();
    ledger.committed([{ partition: 0, offset: 1n }]);
    expect([ledger.lag([0], [5n]), ledger.lag([0, 1], [5n, 0n])]).toEqual([4, 4]);
  });
});

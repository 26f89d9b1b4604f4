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

  it('knows what is missing before a message, unless another consumer can have had it', () => {
    const ledger = new Ledger();
    ledger.add(0, 4n, 1);
    expect(ledger.missing(0, 5n)).toEqual({ expired: 0, reached: 5n });
    expect(ledger.missing(0, 9n)).toEqual({ expired: 4, reached: 5n });
    expect(ledger.missing(1, 9n)).toEqual({ expired: 0, reached: 9n });
    ledger.sharedOut();
    expect(ledger.missing(0, 9n)).toEqual({ expired: 0, reached: 9n });
    ledger.add(0, 9n, 1);
    expect(ledger.missing(0, 12n)).toEqual({ expired: 2, reached: 10n });
  });

  it('does not go back with a commit that was taken before the partition went on behind a gap', () => {
    const ledger = new Ledger();
    ledger.add(0, 9n, 1);
    const [taken] = ledger.take().commits;
    expect(ledger.isDue(taken!)).toBe(true);
    ledger.moved(0, { offset: 60n, isAnew: false });
    expect([ledger.isDue(taken!), ledger.next(0), ledger.kindOf(0, 60n)]).toEqual([false, undefined, 'gap']);
    ledger.add(0, 60n, 1);
    expect([ledger.isDue(taken!), ledger.isDue({ partition: 0, offset: 61n })]).toEqual([false, true]);
  });

  it('passes over what it has read already where a partition goes on before that', () => {
    const ledger = new Ledger();
    ledger.add(0, 79n, 1);
    ledger.moved(0, { offset: 60n, isAnew: false });
    expect([ledger.kindOf(0, 60n), ledger.kindOf(0, 80n)]).toEqual(['again', 'next']);
    expect([ledger.isDue({ partition: 0, offset: 50n }), ledger.isDue({ partition: 0, offset: 80n })]).toEqual([
      false,
      true,
    ]);
  });

  it('forgets what it has read of a topic that was made anew', () => {
    const ledger = new Ledger();
    ledger.add(0, 99n, 1);
    ledger.moved(0, { offset: 0n, isAnew: true });
    expect(ledger.kindOf(0, 0n)).toBe('gap');
    ledger.add(0, 0n, 1);
    expect(ledger.isDue({ partition: 0, offset: 100n })).toBe(false);
  });
});

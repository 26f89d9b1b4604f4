import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makeBatch, OpenBatch } from '../../src/loki/batch';
import { encodePush } from '../../src/loki/encode';
import { decodePush } from './decodePush';

const stream = (labels: string) => ({ labels });

describe('a push', () => {
  it('reads back as it was written, by the published schema', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.record({
            labels: fc.string({ unit: 'grapheme' }),
            entries: fc.array(
              fc.record({
                ms: fc.integer({ min: 0, max: 4_102_444_800_000 }),
                subMs: fc.integer({ min: 0, max: 999_999 }),
                line: fc.string({ unit: 'grapheme' }),
              }),
              { minLength: 1 }
            ),
          })
        ),
        (streams) => {
          const batch = makeBatch(streams.map(({ labels, entries }) => ({ stream: stream(labels), entries })));
          const expected = streams.map(({ labels, entries }) => ({
            labels,
            entries: entries.map(({ ms, subMs, line }) => ({
              ns: String(BigInt(ms) * 1_000_000n + BigInt(subMs)),
              line,
            })),
          }));
          expect(decodePush(encodePush(batch))).toEqual(expected);
          expect(Buffer.compare(encodePush(batch), encodePush(batch))).toBe(0);
        }
      )
    );
  });

  it('is no larger than its batch says, so that the limit of a push holds', () => {
    const batch = makeBatch([
      { stream: stream('{app="x"}'), entries: [{ ms: 1_790_000_000_000, subMs: 999_999, line: 'ü'.repeat(500) }] },
      { stream: stream('{app="y"}'), entries: [{ ms: 1, subMs: 0, line: '' }] },
    ]);
    expect(encodePush(batch).length).toBeLessThanOrEqual(batch.bytes);
  });
});

describe('a batch', () => {
  it('holds many streams, each in the order of time', () => {
    const open = new OpenBatch();
    open.add(stream('{a="1"}'), { ms: 2, subMs: 5, line: 'c' });
    open.add(stream('{a="2"}'), { ms: 9, subMs: 0, line: 'x' });
    open.add(stream('{a="1"}'), { ms: 2, subMs: 4, line: 'b' });
    open.add(stream('{a="1"}'), { ms: 1, subMs: 9, line: 'a' });
    const batch = open.seal();
    expect(batch?.streams.map(({ entries }) => entries.map(({ line }) => line).join(''))).toEqual(['abc', 'x']);
    expect(batch?.bytes).toBe(makeBatch(batch?.streams ?? []).bytes);
    expect(open.seal()).toBeUndefined();
  });
});

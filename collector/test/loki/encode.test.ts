import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makeBatch } from '../../src/loki/batch';
import { encodePush } from '../../src/loki/encode';
import { OpenBatch, type SealedBatch } from '../../src/loki/openBatch';
import { sealedParcel } from '../../src/loki/parcel';
import { decodePush } from './decodePush';

const KEYS = ['labels', 'ms', 'subMs', 'line', 'exporter'];
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
  it('holds many streams, each in the order of time', async () => {
    const open = new OpenBatch();
    open.add(stream('{a="1"}'), { ms: 2, subMs: 5, line: 'c' });
    open.add(stream('{a="2"}'), { ms: 9, subMs: 0, line: 'x' });
    open.add(stream('{a="1"}'), { ms: 2, subMs: 4, line: 'b' });
    open.add(stream('{a="1"}'), { ms: 1, subMs: 9, line: 'a' });
    const [sealed] = open.seal();
    const { streams, bytes } = await sealedParcel(sealed!).batch();
    expect(streams.map(({ entries }) => entries.map(({ line }) => line).join(''))).toEqual(['abc', 'x']);
    expect(sealed!.bytes).toBeLessThanOrEqual(bytes);
    expect(open.seal()).toEqual([]);
  });

  it('is the push that its entries make, one batch after another, and tells whose they are', async () => {
    const entry = fc.record({
      labels: fc.constantFrom('{a="1"}', '{a="2"}', '{a="ü"}'),
      ms: fc.integer({ min: 0, max: 4_102_444_800_000 }),
      subMs: fc.integer({ min: 0, max: 999_999 }),
      line: fc.string({ unit: 'grapheme', maxLength: 300 }),
      exporter: fc.constantFrom('10.0.0.1', '10.0.0.2', undefined),
    });
    const open = new OpenBatch();
    await fc.assert(
      fc.asyncProperty(fc.array(entry, { minLength: 1 }), async (entries) => {
        entries.forEach(({ labels, ...one }) => open.add(stream(labels), one));
        const [sealed] = open.seal() as [SealedBatch];
        const batch = await sealedParcel(sealed).batch();
        expect(Buffer.compare(sealed.push, encodePush(batch))).toBe(0);
        expect(sealed.push.length).toBe(sealed.bytes);
        const written = batch.streams.flatMap(({ stream: { labels }, entries: of }) =>
          of.map((one) => ({ labels, ...one }))
        );
        const inOrder = (all: typeof entries) => all.map((one) => JSON.stringify(one, KEYS)).sort();
        expect(inOrder(written as typeof entries)).toEqual(inOrder(entries));
        expect([...sealed.flows.values()].reduce((sum, count) => sum + count, 0)).toBe(
          entries.filter(({ exporter }) => exporter !== undefined).length
        );
      })
    );
  });

  it('is in memory that threads share where it is large, which is used again once it is given back', () => {
    const open = new OpenBatch();
    const sealOne = (letter: string) => {
      open.add(stream('{a="1"}'), { ms: 1, subMs: 0, line: letter.repeat(1_500_000) });
      return open.seal()[0]!;
    };
    const [first, second] = [sealOne('a'), sealOne('b')];
    expect(first.push.buffer).toBeInstanceOf(SharedArrayBuffer);
    expect(second.push.buffer).not.toBe(first.push.buffer);
    first.release();
    const third = sealOne('c');
    expect(third.push.buffer).toBe(first.push.buffer);
    expect(decodePush(third.push)[0]!.entries[0]!.line).toBe('c'.repeat(1_500_000));
    expect(decodePush(second.push)[0]!.entries[0]!.line).toBe('b'.repeat(1_500_000));
  });

  it('keeps the line that was begun when it is sealed', () => {
    const open = new OpenBatch();
    open.add(stream('{a="1"}'), { ms: 1, subMs: 0, line: 'first' });
    open.begin().text('second');
    expect(decodePush(open.seal()[0]!.push)[0]!.entries.map(({ line }) => line)).toEqual(['first']);
    open.commit(stream('{a="1"}'), 2, 0, undefined);
    expect(decodePush(open.seal()[0]!.push)[0]!.entries.map(({ line }) => line)).toEqual(['second']);
  });

  it('above the limit is parted among pushes that hold whole streams, none too large, with each entry once', async () => {
    const entry = fc.record({
      labels: fc.constantFrom(...Array.from({ length: 12 }, (_, number) => `{a="${number}"}`)),
      ms: fc.integer({ min: 0, max: 1_000_000 }),
      line: fc.string({ maxLength: 80 }),
      exporter: fc.constantFrom('10.0.0.1', '10.0.0.2', undefined),
    });
    const open = new OpenBatch();
    await fc.assert(
      fc.asyncProperty(
        fc.array(entry, { minLength: 1, maxLength: 120 }),
        fc.integer({ min: 200, max: 4000 }),
        async (entries, limit) => {
          entries.forEach(({ labels, ...one }, subMs) => open.add(stream(labels), { ...one, subMs }));
          const pushes = open.seal(limit);
          const batches = await Promise.all(pushes.map((sealed) => sealedParcel(sealed).batch()));
          expect(pushes.every(({ push }) => push.length <= limit)).toBe(true);
          const total = pushes.reduce((sum, { push }) => sum + push.length, 0);
          expect(pushes.length === 1 || total > limit).toBe(true);
          const sent = batches.flatMap(({ streams }) =>
            streams.flatMap(({ stream: { labels }, entries: of }) => of.map((one) => ({ labels, ...one })))
          );
          const bySubMs = [...sent].sort((a, b) => a.subMs - b.subMs);
          expect(bySubMs).toEqual(entries.map(({ exporter, ...one }, subMs) => ({ ...one, subMs, exporter })));
          for (const labels of new Set(sent.map((one) => one.labels))) {
            const times = sent.filter((one) => one.labels === labels).map(({ ms }) => ms);
            expect(times).toEqual([...times].sort((a, b) => a - b));
          }
          for (const exporter of ['10.0.0.1', '10.0.0.2']) {
            const told = pushes.reduce((sum, { flows }) => sum + (flows.get(exporter) ?? 0), 0);
            expect(told).toBe(entries.filter((one) => one.exporter === exporter).length);
          }
        }
      )
    );
  });

  it('parts a stream only where it is above the limit by itself', () => {
    const open = new OpenBatch();
    const add = (labels: string, count: number) => {
      for (let index = 0; index < count; index++) {
        open.add(stream(labels), { ms: index, subMs: 0, line: 'x'.repeat(100) });
      }
    };
    ['a', 'b', 'c', 'd'].forEach((name) => add(`{a="${name}"}`, 6));
    const whole = open.seal(1500).map(({ streams }) => streams.map(({ labels }) => labels));
    expect(whole.flat()).toEqual(['{a="a"}', '{a="b"}', '{a="c"}', '{a="d"}']);
    expect(whole.length).toBeGreaterThan(1);
    add('{a="a"}', 20);
    const pieces = open.seal(1500);
    expect(pieces.length).toBe(2);
    expect(pieces.flatMap(({ push }) => decodePush(push)[0]!.entries).map(({ ns }) => ns)).toEqual(
      Array.from({ length: 20 }, (_, index) => `${BigInt(index) * 1_000_000n}`)
    );
  });
});

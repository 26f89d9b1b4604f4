import { describe, expect, test } from 'vitest';
import { coverageOf, coverageQuery } from './index';

const HOUR = 3_600_000;
const MINUTE = 60_000;
const NOON = Date.UTC(2026, 2, 14, 12);

describe('which rollups there are', () => {
  const fact = (name: string, value: number, level = 'workload', tier = '10m') => ({
    labels: { fact: name, Level: level, tier },
    value,
  });
  const facts = [
    fact('since', NOON - 5 * HOUR),
    fact('last', NOON - 20 * MINUTE),
    fact('keys', 12),
    fact('folded', 1),
    fact('lateness', 60_000),
  ];

  test('follows from the lines that tell of buckets', () => {
    expect(coverageOf(facts, NOON)).toEqual([
      {
        level: 'workload',
        tier: '10m',
        sinceMs: NOON - 5 * HOUR,
        untilMs: NOON - 10 * MINUTE,
        dueMs: NOON - 10 * MINUTE,
        writtenAfterMs: 75_000,
        folded: 'detail',
        keys: 12,
      },
    ]);
  });

  test('may be due later than the last one that is there, but not past the range', () => {
    const [workload] = coverageOf(facts, NOON + 5 * HOUR);
    expect(workload).toMatchObject({ untilMs: NOON - 10 * MINUTE, dueMs: NOON + 5 * HOUR - 10 * MINUTE });
    const [past] = coverageOf(facts, NOON + 5 * HOUR, NOON - MINUTE);
    expect(past).toMatchObject({ untilMs: NOON - 10 * MINUTE, dueMs: NOON - 10 * MINUTE });
  });

  test('is not due before what comes late had its time', () => {
    const dueAfter = (ms: number) => (coverageOf(facts, NOON + ms)[0]?.dueMs ?? 0) - NOON;
    expect([30_000, 74_999, 75_000].map(dueAfter)).toEqual([-10 * MINUTE, -10 * MINUTE, 0]);
  });

  test('are asked of whole buckets only', () => {
    expect(coverageQuery({ fromMs: NOON - HOUR, toMs: NOON }).expr).toContain(
      'level="bucket"} |= `"Layout":2,` != `"Partial":true` | json'
    );
  });

  test('are asked of pieces that a default Loki lets pass, where the range is longer', () => {
    const DAY = 24 * HOUR;
    const pieces = (days: number) => {
      const { expr } = coverageQuery({ fromMs: NOON - days * DAY, toMs: NOON });
      const found = [...expr.matchAll(/\[(\d+)s\](?: offset (\d+)s)?/g)];
      return [...new Set(found.map(([, length, offset = 0]) => `${Number(length) / 3600}h ${Number(offset) / 3600}h`))];
    };
    expect(pieces(15)).toEqual(['362h 0h']);
    expect(pieces(30)).toEqual(['720h 0h', '2h 720h']);
    expect(pieces(60)).toEqual(['720h 0h', '720h 720h', '2h 1440h']);
    // So long a range can only be asked where Loki allows more, and the query must not grow with it.
    expect(pieces(3650)).toHaveLength(4);
    expect(coverageQuery({ fromMs: NOON - 60 * DAY, toMs: NOON }).expr.match(/"piece", "\d"/g)).toEqual([
      '"piece", "1"',
      '"piece", "2"',
    ]);
  });

  test('follow from all pieces together', () => {
    const older = facts.map(({ labels, value }) => ({
      labels: { ...labels, piece: '1' },
      value: { since: NOON - 90 * HOUR, last: NOON - 50 * HOUR, keys: 99, folded: 0 }[labels.fact] ?? value,
    }));
    const expected = [{ sinceMs: NOON - 90 * HOUR, untilMs: NOON - 10 * MINUTE, keys: 99, folded: 'detail' }];
    expect(coverageOf([...facts, ...older], NOON)).toMatchObject(expected);
    expect(coverageOf([...older, ...facts], NOON)).toMatchObject(expected);
  });

  test('a bucket that was written before it was over is not complete', () => {
    const [found] = coverageOf([facts[0]!, fact('last', NOON), ...facts.slice(2)], NOON + 3 * MINUTE);
    expect(found!.untilMs).toBe(NOON);
  });

  test('levels and tiers of another version are passed over', () => {
    expect(coverageOf([fact('since', 1, 'galaxy'), fact('since', 1, 'workload', '1d'), fact('keys', 1)], NOON)).toEqual(
      []
    );
  });
});

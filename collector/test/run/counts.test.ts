import { describe, expect, it } from 'vitest';
import { Counts } from '../../src/counts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const START_MS = 1_700_000_000_000;

/** Counts in which all places are taken, by 100 exporters and 100 that only sent what could not be read. */
function full() {
  const counts = new Counts();
  counts.sample(START_MS);
  for (let host = 0; host < 100; host++) {
    send(counts, `10.0.0.${host}`);
    sendGarbage(counts, `203.0.113.${host}`);
  }
  counts.sample(START_MS + 1000);
  return counts;
}

/** A datagram of five flows, of which four are stored. */
function send(counts: Counts, exporter: string): void {
  counts.received(exporter, 100, START_MS);
  counts.decoded(exporter, 5);
  counts.stored(exporter, 4);
  counts.lost('rejected', exporter, 1);
}

/** A datagram that cannot be read. */
function sendGarbage(counts: Counts, exporter: string): void {
  counts.received(exporter, 10, START_MS);
  counts.lost('unknown_version', exporter, 1);
}

const names = (counts: Counts) => [...counts.all()].map(([exporter]) => exporter);

describe('when all places for exporters are taken', () => {
  it('further ones are counted together, until one was silent for an hour', () => {
    const counts = full();
    sendGarbage(counts, 'fd00::1');
    expect(names(counts)).toHaveLength(201);
    expect(names(counts)).toContain('other');
    counts.sample(START_MS + HOUR_MS);
    sendGarbage(counts, 'fd00::1');
    expect(names(counts)).not.toContain('fd00::1');
    counts.sample(START_MS + HOUR_MS + 2000);
    sendGarbage(counts, 'fd00::1');
    expect(names(counts)).toContain('fd00::1');
    expect(names(counts)).toHaveLength(201);
  });

  it('one that sends flows gets the place of one that never did at once, and nothing is missing from the sums', () => {
    const counts = new Counts();
    counts.sample(START_MS);
    for (let host = 0; host < 200; host++) {
      sendGarbage(counts, `203.0.113.${host}`);
    }
    counts.lost('malformed', '10.0.0.1', 1);
    expect(names(counts)).not.toContain('10.0.0.1');
    counts.received('10.0.0.1', 100, START_MS + 5);
    counts.decoded('10.0.0.1', 5, 400);
    counts.stored('10.0.0.1', 4);
    counts.lost('rejected', '10.0.0.1', 1);
    const own = new Map(counts.all()).get('10.0.0.1');
    expect(own).toMatchObject({ decoded: 5, stored: 4, sampling: 400, lastMs: START_MS + 5 });
    expect(own!.lost.get('rejected')).toBe(1);
    expect(names(counts)).toHaveLength(201);
    expect([counts.total('datagrams'), counts.total('bytes'), counts.total('decoded')]).toEqual([201, 2_100, 5]);
    expect(counts.losses()).toEqual({ unknown_version: 200, malformed: 1, rejected: 1 });
  });

  it('one that sends flows takes the place of none that does, nor that of the others', () => {
    const counts = new Counts();
    counts.sample(START_MS);
    for (let host = 0; host < 199; host++) {
      send(counts, `10.0.0.${host}`);
    }
    counts.received('203.0.113.1', 10, START_MS);
    counts.received('203.0.113.2', 10, START_MS);
    send(counts, 'fd00::1');
    send(counts, 'fd00::2');
    expect(names(counts)).not.toContain('203.0.113.1');
    expect(names(counts)).toEqual(expect.arrayContaining(['10.0.0.0', '10.0.0.198', 'fd00::1', 'other']));
    expect(names(counts)).not.toContain('fd00::2');
    expect(new Map(counts.all()).get('other')).toMatchObject({ decoded: 5, datagrams: 3 });
  });

  it('those make room first that never sent a flow, then those silent longest; none that still sends', () => {
    const counts = full();
    counts.sample(START_MS + 30 * MINUTE_MS);
    ['10.0.0.0', '10.0.0.1'].forEach((exporter) => send(counts, exporter));
    counts.sample(START_MS + 31 * MINUTE_MS);
    send(counts, '10.0.0.2');
    for (let minute = 32; minute <= 120; minute++) {
      send(counts, '10.0.0.3');
      counts.sample(START_MS + minute * MINUTE_MS);
    }
    const left = () => ({
      garbage: names(counts).filter((name) => name.startsWith('203.')).length,
      exporters: names(counts).filter((name) => name.startsWith('10.')),
    });
    const add = (count: number, prefix: string) =>
      Array.from({ length: count }, (_, index) => send(counts, `${prefix}${index}`));
    add(100, 'fd00::1:');
    expect(left()).toEqual({ garbage: 0, exporters: expect.objectContaining({ length: 100 }) });
    add(98, 'fd00::2:');
    expect(left().exporters).toEqual(['10.0.0.2', '10.0.0.3']);
    add(2, 'fd00::3:');
    expect(left().exporters).toEqual(['10.0.0.3']);
    expect(names(counts)).toContain('other');
  });

  it('one that sends at the last moment keeps its place', () => {
    const counts = full();
    counts.sample(START_MS + 2 * HOUR_MS);
    for (let host = 0; host < 100; host++) {
      counts.lost('unknown_version', `203.0.113.${host}`, 1);
    }
    sendGarbage(counts, 'fd00::1');
    expect(names(counts).filter((name) => name.startsWith('203.'))).toHaveLength(100);
  });

  it('nothing is missing from the sums, and what comes back counts on top', () => {
    const counts = full();
    const totals = () => ({
      datagrams: counts.total('datagrams'),
      bytes: counts.total('bytes'),
      decoded: counts.total('decoded'),
      stored: counts.total('stored'),
      lost: counts.losses(),
    });
    counts.sample(START_MS + 2 * HOUR_MS);
    for (let host = 0; host < 200; host++) {
      send(counts, `fd00::${host}`);
    }
    expect(names(counts).filter((name) => !name.startsWith('fd00::'))).toEqual([]);
    expect(totals()).toEqual({
      datagrams: 400,
      bytes: 31_000,
      decoded: 1500,
      stored: 1200,
      lost: { rejected: 300, unknown_version: 100 },
    });
    send(counts, '10.0.0.1');
    expect(totals()).toMatchObject({ decoded: 1505, stored: 1204 });
    expect(totals().decoded).toBe(totals().stored + totals().lost.rejected!);
  });
});

import fc from 'fast-check';
import type { FlowRow } from './flowRow';
import { row } from './flowRow.fixture';
import { appendOlder, mergeNewer } from './mergeFlows';

/** Flows that ended at these times, newest first, each named by its time. */
const flows = (...times: number[]) => ({
  rows: times.map((time) => row(String(time), { TimeFlowEndMs: time })),
  skipped: 0,
});
const ids = ({ rows }: { rows: readonly FlowRow[] }) => rows.map(({ id }) => id);
const options = { limit: 3, capacity: 3, fromMs: 0 };

describe('a refresh of the same query', () => {
  it('marks nothing as new where nothing was known', () => {
    const answer = flows(3, 2, 1);
    const merged = mergeNewer(flows(), answer, options);
    expect(merged.flows).toBe(answer);
    expect(merged.fresh.size).toBe(0);
  });

  it('puts new flows before those known, which stay the same objects', () => {
    const known = flows(3, 2, 1);
    const merged = mergeNewer(known, flows(5, 4, 3), { ...options, capacity: 10 });
    expect(ids(merged.flows)).toEqual(['5', '4', '3', '2', '1']);
    expect([...merged.fresh]).toEqual(['5', '4']);
    expect(merged.flows.rows[2]).toBe(known.rows[0]);
  });

  it('keeps no more than what was asked for', () => {
    expect(ids(mergeNewer(flows(3, 2, 1), flows(4, 3, 2), options).flows)).toEqual(['4', '3', '2']);
  });

  it('lets go of what has left the time range', () => {
    const merged = mergeNewer(flows(30, 20, 10), flows(50, 40, 30), { limit: 3, capacity: 9, fromMs: 15 });
    expect(ids(merged.flows)).toEqual(['50', '40', '30', '20']);
  });

  it('takes an answer below its limit for the whole truth, late flows among it', () => {
    const merged = mergeNewer(flows(30, 10), flows(30, 20), { limit: 3, capacity: 9, fromMs: 0 });
    expect(ids(merged.flows)).toEqual(['30', '20']);
    expect([...merged.fresh]).toEqual(['20']);
  });

  it('drops what was known where flows in between may be missing', () => {
    expect(ids(mergeNewer(flows(3, 2, 1), flows(9, 8, 7), { ...options, capacity: 9 }).flows)).toEqual(['9', '8', '7']);
  });

  it('holds every flow once, in order, whatever arrives between two refreshes', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.integer({ min: 1, max: 500 }), { maxLength: 60 }),
        fc.uniqueArray(fc.integer({ min: 1, max: 500 }), { maxLength: 60 }),
        fc.integer({ min: 1, max: 20 }),
        (before, arrived, limit) => {
          const newest = (times: number[]) => [...new Set(times)].sort((a, b) => b - a);
          const first = newest(before);
          const second = newest([...before, ...arrived]);
          const merged = mergeNewer(flows(...first.slice(0, limit)), flows(...second.slice(0, limit)), {
            limit,
            capacity: 1000,
            fromMs: 0,
          });
          const shown = merged.flows.rows.map((one) => Number(one.id));
          expect(shown).toEqual(newest(shown));
          expect(shown.slice(0, limit)).toEqual(second.slice(0, limit));
        }
      )
    );
  });
});

describe('a page of older flows', () => {
  it('comes after those known, each flow once', () => {
    const all = appendOlder({ ...flows(5, 4), skipped: 1 }, { ...flows(4, 3), skipped: 2 });
    expect(ids(all)).toEqual(['5', '4', '3']);
    expect(all.skipped).toBe(3);
  });
});

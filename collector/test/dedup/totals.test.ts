import { describe, expect, it } from 'vitest';
import { simulate } from './simulation';

/** Standard deviation of a total over the true one, where each packet is sampled 1 in `sampling`. */
const spread = (packets: number, sampling: number) => Math.sqrt((sampling - 1) / packets);

describe('totals over what counts', () => {
  it('are the true totals to the byte where every packet is observed', () => {
    const { counted, bytes, all } = simulate({
      seed: 1,
      flows: 3_000,
      meanPackets: 20,
      sampling: 1,
      observers: 'nodes',
    });
    expect(counted).toBe(bytes);
    expect(all).toBeGreaterThan(2.5 * bytes);
  });

  it('are the true totals to the byte for routers that observe every packet', () => {
    const { counted, bytes } = simulate({ seed: 2, flows: 3_000, meanPackets: 20, sampling: 1, observers: 'routers' });
    expect(counted).toBe(bytes);
  });

  it.each([11, 12, 13, 14, 15])('are unbiased where 1 packet in 100 is sampled (seed %i)', (seed) => {
    const { packets, bytes, counted } = simulate({
      seed,
      flows: 20_000,
      meanPackets: 20,
      sampling: 100,
      observers: 'nodes',
    });
    expect(Math.abs(counted / bytes - 1)).toBeLessThan(4 * spread(packets, 100));
  });

  it('over many samplings the error is as small as their number makes it', () => {
    const runs = Array.from({ length: 20 }, (_, run) =>
      simulate({ seed: 100 + run, flows: 5_000, meanPackets: 20, sampling: 100, observers: 'nodes' })
    );
    const sum = (of: (run: (typeof runs)[number]) => number) => runs.reduce((total, run) => total + of(run), 0);
    const bytes = sum((run) => run.bytes);
    const tolerance =
      3.5 *
      spread(
        sum((run) => run.packets),
        100
      );
    expect(Math.abs(sum((run) => run.counted) / bytes - 1)).toBeLessThan(tolerance);
    // What the rule avoids: counting at whichever point sampled a packet of the flow first.
    expect(sum((run) => run.firstCome) / bytes).toBeGreaterThan(2);
  });
});

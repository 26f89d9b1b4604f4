import { describe, expect, it } from 'vitest';
import { CountingWatch } from '../../src/counting';
import { dedupConfig, type DedupStats } from '../../src/dedup';

function watch(settings: object = {}) {
  const logged: Array<{ fields: object; message: string }> = [];
  const stats: { -readonly [Figure in keyof DedupStats]: DedupStats[Figure] } = {
    ownedFlows: 0,
    forgottenOwners: 0,
    assumedFlows: 0,
  };
  const counting = new CountingWatch({
    config: dedupConfig.parse(settings),
    stats: () => stats,
    log: { warn: (fields: object, message: string) => void logged.push({ fields, message }) } as never,
  });
  return { counting, stats, logged };
}

describe('owners of flows that are forgotten too early', () => {
  it('are warned of with what to do, once an hour while there are more', () => {
    const { counting, stats, logged } = watch({ maxOwnedFlows: 1_000 });
    counting.check(0);
    expect(logged).toEqual([]);
    for (let second = 1; second <= 3_601; second++) {
      stats.forgottenOwners += 10;
      counting.check(second * 1_000);
    }
    expect(logged).toEqual([
      {
        fields: { forgotten: 10, maxOwnedFlows: 1_000 },
        message: expect.stringContaining('raise dedup.maxOwnedFlows'),
      },
      expect.objectContaining({ fields: { forgotten: 36_000, maxOwnedFlows: 1_000 } }),
    ]);
    counting.check(10_000_000);
    expect(logged).toHaveLength(2);
  });
});

describe('flows that are left to nodes, as these are assumed to export', () => {
  it('are warned of where no node has exported when the learning is over, once an hour', () => {
    const { counting, stats, logged } = watch({ learningSeconds: 120 });
    for (let second = 0; second < 120 + 3_600; second++) {
      stats.assumedFlows += 5;
      counting.check(second * 1_000);
    }
    expect(logged).toEqual([
      {
        fields: { flows: 605 },
        message: expect.stringMatching(/left out, as dedup.assumeNodesExport.*set it to false/),
      },
    ]);
    stats.assumedFlows += 5;
    counting.check(3_720_000);
    expect(logged).toHaveLength(2);
  });

  it('are no cause for one where a node was heard meanwhile', () => {
    const { counting, stats, logged } = watch({ learningSeconds: 120 });
    stats.assumedFlows = 50;
    for (let second = 0; second < 600; second++) {
      counting.check(second * 1_000);
    }
    expect(logged).toEqual([]);
  });
});

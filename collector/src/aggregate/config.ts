import { DEFAULT_TIERS, TIER_MS, type TierName, type WrittenLevel } from '@netobserv-flows/schema';
import { z } from 'zod';

const tierName = z.enum(Object.keys(TIER_MS) as [TierName, ...TierName[]]);

const tiers = z
  .array(tierName)
  .refine((names) => new Set(names).size === names.length, 'names a tier twice; name each once');

const tiersOf = (level: WrittenLevel) => tiers.default([...DEFAULT_TIERS[level]]);

const levels = z
  .strictObject({
    namespace: tiersOf('namespace'),
    workload: tiersOf('workload'),
    /** Made of level `workload`, so of its tiers; of those that are usual where left out. */
    end: tiers.optional(),
    pod: tiersOf('pod'),
    external: tiersOf('external'),
    node: tiersOf('node'),
  })
  .superRefine(({ workload, end = [] }, context) => {
    const missing = end.filter((name) => !workload.includes(name));
    if (missing.length > 0) {
      context.addIssue({
        code: 'custom',
        path: ['end'],
        message: `has ${missing.join(', ')}, in which aggregate.levels.workload is not written, of which it is made; add it there or leave it out here`,
      });
    }
  });

/** In which tiers a level is written. */
export function tiersWritten(settings: z.output<typeof levels>, level: WrittenLevel): readonly TierName[] {
  return settings[level] ?? DEFAULT_TIERS[level].filter((name) => settings.workload.includes(name));
}

/** Settings under `aggregate`: the rollups written beside the flows. See docs/decisions/0003-rollups.md. */
export const aggregateConfig = z.strictObject({
  /** Whether rollups are written at all. */
  enabled: z.boolean().default(true),
  /** Tiers by level; a level with none is not written, and what it would answer is answered from flows. */
  levels: levels.prefault({}),
  /** Seconds after its end for which a bucket waits for flows that come late; later ones are a sum of their own. */
  latenessSeconds: z.int().min(0).max(3_600).default(60),
  /** Keys in one bucket of one level; past these, the smallest are folded together. About 400 bytes each. */
  maxKeys: z.int().min(10).max(1_000_000).default(10_000),
  /** File that keeps the sums of unfinished buckets over a kill; where left out, a kill loses them. */
  stateFile: z.string().min(1).optional(),
  /**
   * Time (RFC 3339) from which on this collector is known to sum up every flow that is stored, where that is before it
   * was started: for history that is sent into an empty Loki. Without it the sums of history are not relied on.
   */
  since: z.iso.datetime({ offset: true, error: 'is no time; write one like 2026-03-14T12:00:00Z' }).optional(),
});

/** The settings under `aggregate`, checked and with their defaults. */
export type AggregateConfig = z.output<typeof aggregateConfig>;

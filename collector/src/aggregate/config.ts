import { DEFAULT_TIERS, TIER_MS, type LevelName, type TierName } from '@netobserv-flows/schema';
import { z } from 'zod';

const tierName = z.enum(Object.keys(TIER_MS) as [TierName, ...TierName[]]);

const tiersOf = (level: LevelName) =>
  z
    .array(tierName)
    .refine((tiers) => new Set(tiers).size === tiers.length, 'names a tier twice; name each once')
    .default([...DEFAULT_TIERS[level]]);

/** Settings under `aggregate`: the rollups written beside the flows. See docs/decisions/0003-rollups.md. */
export const aggregateConfig = z.strictObject({
  /** Whether rollups are written at all. */
  enabled: z.boolean().default(true),
  /** Tiers by level; a level with none is not written, and what it would answer is answered from flows. */
  levels: z
    .strictObject({
      namespace: tiersOf('namespace'),
      workload: tiersOf('workload'),
      source: tiersOf('source'),
      destination: tiersOf('destination'),
      external: tiersOf('external'),
      node: tiersOf('node'),
    })
    .prefault({}),
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

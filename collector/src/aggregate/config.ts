import { DEFAULT_TIERS, TIER_MS, type TierName, type WrittenLevel } from '@netobserv-flows/schema';
import { z } from 'zod';

const tierName = z.enum(Object.keys(TIER_MS) as [TierName, ...TierName[]]);

const tiers = z
  .array(tierName)
  .refine((names) => new Set(names).size === names.length, 'names a tier twice; name each once');

const tiersOf = (level: WrittenLevel) => tiers.default([...DEFAULT_TIERS[level]]);

/** Levels whose lines are written in tiers of another at most. */
const MADE_OF = { end: 'workload', namespaceEnd: 'end' } as const satisfies Partial<Record<WrittenLevel, WrittenLevel>>;

const levels = z
  .strictObject({
    namespace: tiersOf('namespace'),
    workload: tiersOf('workload'),
    /** Made of level `workload`, so of its tiers; of those that are usual where left out. */
    end: tiers.optional(),
    /** The same; of the tiers of `end`, as each stands for what the other leaves out. */
    namespaceEnd: tiers.optional(),
    pod: tiersOf('pod'),
    external: tiersOf('external'),
    node: tiersOf('node'),
  })
  .superRefine((settings, context) => {
    for (const [level, from] of Object.entries(MADE_OF) as Array<[MadeLevel, WrittenLevel]>) {
      const missing = (settings[level] ?? []).filter((name) => !tiersWritten(settings, from).includes(name));
      if (missing.length > 0) {
        context.addIssue({
          code: 'custom',
          path: [level],
          message: `has ${missing.join(', ')}, in which aggregate.levels.${from} is not written, which it goes with; add it there or leave it out here`,
        });
      }
    }
  });

type MadeLevel = keyof typeof MADE_OF;
type Levels = Readonly<Record<Exclude<WrittenLevel, MadeLevel>, readonly TierName[]>> &
  Readonly<Partial<Record<MadeLevel, readonly TierName[] | undefined>>>;

/** In which tiers a level is written. */
export function tiersWritten(settings: Levels, level: WrittenLevel): readonly TierName[] {
  if (level !== 'end' && level !== 'namespaceEnd') {
    return settings[level];
  }
  const from = tiersWritten(settings, MADE_OF[level]);
  return settings[level] ?? DEFAULT_TIERS[level].filter((name) => from.includes(name));
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

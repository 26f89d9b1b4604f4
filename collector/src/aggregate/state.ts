import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { LEVEL_NAMES, TIER_NAMES, type LevelName, type TierName } from '@netobserv-flows/schema';
import { z } from 'zod';
import type { RollupLine } from './line';

const value = z.union([z.string(), z.number(), z.null()]);
const sums = z.tuple([
  z.array(value),
  z.union([z.literal(0), z.literal(1), z.literal(2)]),
  z.number(),
  z.number(),
  z.number(),
]);

const savedState = z.object({
  version: z.literal(1),
  buckets: z.array(
    z.object({
      level: z.enum(LEVEL_NAMES as [LevelName, ...LevelName[]]),
      tier: z.enum(TIER_NAMES as [TierName, ...TierName[]]),
      /** Names of the key's fields: sums of another version are not taken for what they are not. */
      fields: z.array(z.string()),
      startMs: z.number(),
      /** Values, how much is folded, bytes, packets, flows. */
      sums: z.array(sums),
    })
  ),
  given: z.array(
    z.object({
      givenMs: z.number(),
      labels: z.array(z.tuple([z.string(), z.string()])),
      ms: z.number(),
      subMs: z.number(),
      line: z.string(),
    })
  ),
});

/** The sums of buckets that are not over, and the lines given out lately, which Loki may not have. */
export type SavedState = z.output<typeof savedState>;

/** A line that was given out, and when. */
export type GivenLine = RollupLine & { readonly givenMs: number };

/**
 * Reads what an earlier start saved; undefined where there is no file.
 * @throws Error with the reason where it cannot be read or is none of ours.
 */
export function readState(file: string): SavedState | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
      return undefined;
    }
    throw error;
  }
  const parsed = savedState.safeParse(JSON.parse(text));
  if (!parsed.success) {
    throw new Error(`${file} is no state of rollups: ${z.prettifyError(parsed.error).slice(0, 200)}`);
  }
  return parsed.data;
}

/**
 * Saves a state: the file is the former or the new one, whole, whenever the process ends.
 * @throws Error where it cannot be written.
 */
export function writeState(file: string, state: SavedState): void {
  writeFileSync(`${file}.new`, JSON.stringify(state));
  renameSync(`${file}.new`, file);
}

import { z } from 'zod';

const MIB = 1024 * 1024;
const MIN_SYNC_MS = 10;
const MAX_SYNC_MS = 3_600_000;

/** When what was written is made to survive a loss of power: at each write, never, or every so many milliseconds. */
export type FsyncPolicy = 'always' | 'never' | number;

const isPolicy = (policy: string | number) =>
  typeof policy === 'number'
    ? policy >= MIN_SYNC_MS && policy <= MAX_SYNC_MS
    : policy === 'always' || policy === 'never';

/** Settings of `spool`: the queue on disk between the collector and Loki. docs/collector.md tells of each. */
export const spoolConfig = z
  .strictObject({
    /** Folder of its own; without it, what waits for Loki waits in memory. */
    path: z.string().min(1).optional(),
    maxBytes: z
      .int()
      .min(MIB)
      .default(1024 * MIB),
    segmentBytes: z
      .int()
      .min(64 * 1024)
      .max(256 * MIB)
      .default(16 * MIB),
    fsync: z
      .union([z.int(), z.string()])
      .refine(isPolicy, {
        error: ({ input }) =>
          `${String(input)} is no policy; write always, never, or milliseconds from ${MIN_SYNC_MS} to ${MAX_SYNC_MS}`,
      })
      .transform((policy) => policy as FsyncPolicy)
      .default(1000),
    flushMs: z.int().min(10).max(60_000).default(250),
  })
  .refine(({ segmentBytes, maxBytes }) => segmentBytes * 4 <= maxBytes, {
    path: ['segmentBytes'],
    error: 'is above a quarter of spool.maxBytes; write a smaller one, as whole segments are dropped when it is full',
  });

/** `spool`, checked and with defaults filled in. */
export type SpoolConfig = z.output<typeof spoolConfig>;

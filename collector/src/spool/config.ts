import { z } from 'zod';

const MIB = 1024 * 1024;

/** Settings of `spool`: the queue on disk between the collector and Loki. docs/collector.md tells of each. */
export const spoolConfig = z
  .strictObject({
    /** Folder of its own; without it, what waits for Loki waits in memory. */
    path: z.string().min(1).optional(),
    maxBytes: z
      .int()
      .min(4 * MIB)
      .default(1024 * MIB),
    segmentBytes: z
      .int()
      .min(MIB)
      .max(256 * MIB)
      .default(16 * MIB),
    fsync: z
      .union([z.enum(['always', 'never']), z.int().min(10).max(3_600_000)], {
        error: ({ input }) => `${String(input)} is no policy; write always, never, or milliseconds from 10 to 3600000`,
      })
      .default(1000),
    flushMs: z.int().min(10).max(60_000).default(250),
  })
  .refine(({ segmentBytes, maxBytes }) => segmentBytes * 4 <= maxBytes, {
    path: ['segmentBytes'],
    error: 'is above a quarter of spool.maxBytes; write a smaller one, as whole segments are dropped when it is full',
  });

/** `spool`, checked and with defaults filled in. */
export type SpoolConfig = z.output<typeof spoolConfig>;

import { z } from 'zod';

/**
 * The name of something, as it stands in records. Control characters would be taken for what stands between values
 * where these lie side by side, as in sums, CSV files and logs.
 */
export const name = z
  .string()
  .min(1)
  .refine((text) => !/\p{Cc}/u.test(text), {
    error: ({ input }) => `${JSON.stringify(input)} has a tab, line break or other control character; leave it out`,
  });

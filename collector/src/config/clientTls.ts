import { z } from 'zod';

/** Settings of `tls` where the collector is the client. Certificates are verified unless `insecureSkipVerify` is set. */
export const clientTlsConfig = z
  .strictObject({
    /** PEM files. */
    ca: z.string().min(1).optional(),
    cert: z.string().min(1).optional(),
    key: z.string().min(1).optional(),
    serverName: z.string().min(1).optional(),
    insecureSkipVerify: z.boolean().default(false),
  })
  .refine(({ cert, key }) => (cert === undefined) === (key === undefined), 'needs cert and key together; write both');

import { z } from 'zod';
import { listenSetting } from '../receive/listen';

/** Settings of `http`: where health and metrics are served. */
export const httpConfig = z.strictObject({
  listen: listenSetting.default({ port: 9469 }),
});

/** `http`, checked and with defaults filled in. */
export type HttpConfig = z.output<typeof httpConfig>;

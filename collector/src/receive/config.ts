import { z } from 'zod';
import { listenSetting } from './listen';

/** Settings of `receive`: where exporters send their datagrams. */
export const receiveConfig = z.strictObject({
  listen: z
    .array(listenSetting)
    .min(1)
    .default([{ port: 2055 }, { port: 4739 }, { port: 6343 }]),
  socketBufferBytes: z
    .int()
    .min(4096)
    .max(1024 * 1024 * 1024)
    .default(8 * 1024 * 1024),
});

/** `receive`, checked and with defaults filled in. */
export type ReceiveConfig = z.output<typeof receiveConfig>;

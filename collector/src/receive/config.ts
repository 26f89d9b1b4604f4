import { z } from 'zod';
import { networkSetting } from '../network';
import { listenSetting } from './listen';
import { tcpConfig, tlsConfig } from './stream/config';

/** Settings of `receive`: where exporters send to, and which of them may. */
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
  /** How datagrams are taken from the kernel; `auto`: by recvmmsg where that can be had. */
  method: z.enum(['auto', 'recvmmsg', 'dgram']).default('auto'),
  /** Bytes of datagrams that may wait to be decoded, with recvmmsg. */
  queueBytes: z
    .int()
    .min(8 * 1024 * 1024)
    .max(1024 * 1024 * 1024)
    .refine((bytes) => bytes % 8 === 0, { error: 'is not a multiple of 8; write one' })
    .default(32 * 1024 * 1024),
  tcp: tcpConfig.prefault({}),
  tls: tlsConfig.prefault({}),
  /** Networks whose exporters are heard; empty for all. */
  allow: z.array(networkSetting).default([]),
  /** Datagrams that one exporter may send in a second. */
  datagramsPerSecond: z.int().min(1).max(10_000_000).optional(),
});

/** `receive`, checked and with defaults filled in. */
export type ReceiveConfig = z.output<typeof receiveConfig>;

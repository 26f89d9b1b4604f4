import { z } from 'zod';
import { listenSetting } from '../listen';

/** Settings of `receive.tcp`: IPFIX by connections, plain; and the limits of all connections, TLS ones too. */
export const tcpConfig = z.strictObject({
  listen: z.array(listenSetting).default([]),
  maxConnections: z.int().min(1).max(65_536).default(256),
  maxConnectionsPerExporter: z.int().min(1).max(65_536).default(16),
  /** A connection without a message for so long is closed. */
  idleSeconds: z.int().min(1).max(604_800).default(3600),
  /** A message that has begun has to be complete after so long. */
  messageSeconds: z.int().min(1).max(3600).default(30),
});

/** Settings of `receive.tls`: IPFIX by connections with TLS. */
export const tlsConfig = z
  .strictObject({
    listen: z.array(listenSetting).default([]),
    /** PEM files; read again when they change. */
    cert: z.string().min(1).optional(),
    key: z.string().min(1).optional(),
    /** PEM file of the CAs that have to have signed the certificates of exporters; without it none is asked for. */
    clientCa: z.string().min(1).optional(),
    minVersion: z.enum(['TLSv1.2', 'TLSv1.3']).default('TLSv1.2'),
    handshakeSeconds: z.int().min(1).max(300).default(10),
  })
  .refine(
    ({ listen, cert, key }) => listen.length === 0 || (cert !== undefined && key !== undefined),
    'needs cert and key where it listens; write both'
  );

/** `receive.tcp`, checked and with defaults filled in. */
export type TcpConfig = z.output<typeof tcpConfig>;
/** `receive.tls`, checked and with defaults filled in. */
export type TlsConfig = z.output<typeof tlsConfig>;

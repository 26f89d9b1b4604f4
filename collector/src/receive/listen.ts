import { isIP } from 'node:net';
import { z } from 'zod';

/** An address to listen on. */
export interface Listen {
  /** Address of this host; absent for all of them, IPv6 and IPv4. */
  readonly host?: string;
  /** 0 takes any free port. */
  readonly port: number;
}

/**
 * Reads `2055`, `127.0.0.1:2055`, `[::1]:2055` or `:2055`.
 * @returns undefined where the text is none of these, or the port is above 65535.
 */
export function parseListen(text: string): Listen | undefined {
  const match = /^(?:\[([^\]]+)\]:|([^:]*):)?(\d{1,5})$/.exec(text.trim());
  const host = match?.[1] ?? match?.[2] ?? '';
  const port = Number(match?.[3]);
  if (match === null || port > 65_535 || (host !== '' && isIP(host) === 0)) {
    return undefined;
  }
  return host === '' ? { port } : { host, port };
}

/** An address as {@link parseListen} reads it. */
export function listenText({ host = '', port }: Listen): string {
  if (host === '') {
    return String(port);
  }
  return isIP(host) === 6 ? `[${host}]:${port}` : `${host}:${port}`;
}

/** A setting that is an address to listen on. */
export const listenSetting = z
  .union([z.int(), z.string()])
  .refine((value) => parseListen(String(value)) !== undefined, {
    error: ({ input }) => `'${String(input)}' is no address to listen on; write a port, 127.0.0.1:2055 or [::1]:2055`,
  })
  .transform((value) => parseListen(String(value))!);

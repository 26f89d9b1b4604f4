import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { isIP } from 'node:net';
import { parseListen, type Listen } from '../../receive';
import type { Datagram } from '../../flow';

/** Exporters that get a socket of their own; further ones share them. */
const SOCKETS_MAX = 250;

/** Where datagrams of captures go. */
export interface Target {
  send(datagram: Datagram): Promise<void>;
  close(): Promise<void>;
}

/** Reads `127.0.0.1:2055`, `[::1]:2055` or a port of this machine; undefined for anything else. */
export function parseTarget(text: string): Required<Listen> | undefined {
  const found = parseListen(text);
  return found === undefined || found.port === 0 ? undefined : { host: found.host ?? '127.0.0.1', port: found.port };
}

/**
 * Sends datagrams by UDP, those of each exporter from a socket of its own. To this machine by IPv4, each also gets a
 * loopback address of its own where the system has them all, as Linux does: to the collector they are different
 * exporters then, as they were when they were recorded.
 */
export class UdpTarget implements Target {
  private readonly sockets = new Map<string, Socket>();

  constructor(private readonly to: Required<Listen>) {}

  async send({ address, payload }: Datagram): Promise<void> {
    const socket = await this.socketOf(address);
    await new Promise<void>((resolve, reject) => {
      socket.send(payload, this.to.port, this.to.host, (error) => (error === null ? resolve() : reject(error)));
    });
  }

  async close(): Promise<void> {
    await Promise.all(
      [...this.sockets.values()].map(async (socket) => {
        const closed = once(socket, 'close');
        socket.close();
        await closed;
      })
    );
  }

  private async socketOf(exporter: string): Promise<Socket> {
    const key = this.sockets.has(exporter) || this.sockets.size < SOCKETS_MAX ? exporter : [...this.sockets.keys()][0]!;
    const known = this.sockets.get(key);
    if (known !== undefined) {
      return known;
    }
    const isLoopback = isIP(this.to.host) === 4 && this.to.host.startsWith('127.');
    const own = isLoopback ? await bound(`127.0.1.${this.sockets.size + 1}`) : undefined;
    const socket = own ?? createSocket(isIP(this.to.host) === 6 ? 'udp6' : 'udp4');
    this.sockets.set(key, socket);
    return socket;
  }
}

/** @returns undefined where the system has no such address. */
async function bound(address: string): Promise<Socket | undefined> {
  const socket = createSocket('udp4');
  try {
    socket.bind(0, address);
    await once(socket, 'listening');
    return socket;
  } catch (error) {
    socket.close();
    if ((error as NodeJS.ErrnoException).code !== 'EADDRNOTAVAIL') {
      throw error;
    }
    return undefined;
  }
}

import { createSocket, type Socket } from 'node:dgram';
import { isIPv4 } from 'node:net';
import type { DemoNode } from './model/types';

/** Where the collector listens. */
export interface CollectorAddress {
  /** IPv4 loopback address. */
  readonly host: string;
  readonly port: number;
}

/**
 * Reads `host:port`.
 * @throws Error where it is not an IPv4 loopback address and a port: the demo's nodes send from 127.0.1.x, which
 * reaches this machine alone.
 */
export function parseCollectorAddress(text: string): CollectorAddress {
  const match = /^(.+):(\d{1,5})$/.exec(text);
  const host = match?.[1] === 'localhost' ? '127.0.0.1' : (match?.[1] ?? '');
  const port = Number(match?.[2]);
  if (!isIPv4(host) || !host.startsWith('127.') || !(port >= 1 && port <= 65535)) {
    throw new Error(
      `--collector: "${text}" is not host:port on this machine, such as 127.0.0.1:4739. The demo’s nodes send from ` +
        '127.0.1.x, so that the collector can tell them apart; such addresses reach no other machine.'
    );
  }
  return { host, port };
}

function open(address: string, { host, port }: CollectorAddress): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = createSocket('udp4');
    const fail = (error: NodeJS.ErrnoException): void => {
      socket.close();
      const remedy = process.platform === 'darwin' ? `; remedy: sudo ifconfig lo0 alias ${address} up` : '';
      reject(new Error(`cannot send from ${address}: ${error.message}${remedy}`));
    };
    socket.once('error', fail);
    socket.bind({ address, exclusive: true }, () => {
      socket.connect(port, host, () => {
        socket.off('error', fail);
        resolve(socket);
      });
    });
  });
}

/** One UDP socket a node, each with the node's own source address. */
export class ExporterSockets {
  /** Datagrams that the system refused, most often because no collector listens. */
  refused = 0;

  private constructor(private readonly sockets: ReadonlyMap<DemoNode, Socket>) {
    for (const socket of sockets.values()) {
      // "Connection refused" for a datagram sent before, where nobody listens; counted, and the next one is tried.
      socket.on('error', () => {
        this.refused++;
      });
    }
  }

  /** @throws Error naming the address that cannot be sent from, and what to do. */
  static async open(nodes: readonly DemoNode[], collector: CollectorAddress): Promise<ExporterSockets> {
    const sockets = new Map<DemoNode, Socket>();
    try {
      for (const node of nodes) {
        sockets.set(node, await open(node.exporterAddress, collector));
      }
    } catch (error) {
      sockets.forEach((socket) => socket.close());
      throw error;
    }
    return new ExporterSockets(sockets);
  }

  /** Sends one datagram as a node; settles when the system has taken it, or counted it as refused. */
  send(node: DemoNode, datagram: Buffer): Promise<void> {
    return new Promise((resolve, reject) => {
      const socket = this.sockets.get(node);
      if (socket === undefined) {
        reject(new Error(`no socket for node ${node.name}`));
        return;
      }
      socket.send(datagram, (error) => {
        this.refused += error === null ? 0 : 1;
        resolve();
      });
    });
  }

  close(): void {
    this.sockets.forEach((socket) => socket.close());
  }
}

import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { isIPv6 } from 'node:net';
import type { Datagram } from '../flow';
import { listenText, type Listen } from './listen';

/** An open socket, and how large a buffer the kernel gave it. */
export interface UdpSocket {
  readonly address: Listen;
  /** Bytes of datagrams that may wait in the kernel, its own bookkeeping included. */
  readonly bufferBytes: number;
  close(): Promise<void>;
}

/** What a socket tells. */
export interface UdpEvents {
  /** @param datagrams in the order in which they came; their payloads are there until the call returns. */
  readonly onDatagrams: (datagrams: readonly Datagram[]) => void;
  readonly onError: (error: Error, address: Listen) => void;
}

/** Opens a socket at an address. @throws Error with `code`, such as `EADDRINUSE`. */
export type OpenSocket = (host: string, port: number) => UdpSocket | Promise<UdpSocket>;

/**
 * Opens a UDP socket and hands on what arrives. Without a host it listens on all addresses, IPv6 and IPv4; on IPv4
 * alone where the kernel has no IPv6.
 * @throws Error that names the address and the remedy, where the socket cannot be opened.
 */
export async function openUdp(listen: Listen, open: OpenSocket): Promise<UdpSocket> {
  try {
    return await open(listen.host ?? '::', listen.port);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (listen.host === undefined && (code === 'EAFNOSUPPORT' || code === 'EADDRNOTAVAIL')) {
      return Promise.resolve(open('0.0.0.0', listen.port)).catch((second) => fail(second, listen));
    }
    return fail(error, listen);
  }
}

const REMEDIES: Readonly<Record<string, string>> = {
  EADDRINUSE: 'another program listens there; stop it, or set another port in receive.listen',
  EACCES: 'the port needs rights that this user has not; set one above 1023 in receive.listen',
  EADDRNOTAVAIL: 'this host has no such address; correct receive.listen',
};

function fail(error: unknown, listen: Listen): never {
  const { code, message } = error as NodeJS.ErrnoException;
  const remedy = REMEDIES[code ?? ''] ?? 'correct receive.listen';
  throw new Error(`cannot receive on UDP ${listenText(listen)}: ${message}; ${remedy}`, { cause: error });
}

/**
 * Opens one of Node's own sockets.
 * @param bufferBytes buffer asked of the kernel, which gives no more than its `net.core.rmem_max`.
 */
export async function openDgram(
  host: string,
  port: number,
  bufferBytes: number,
  events: UdpEvents
): Promise<UdpSocket> {
  const socket = createSocket({ type: isIPv6(host) ? 'udp6' : 'udp4' });
  try {
    socket.bind(port, host);
    await once(socket, 'listening');
  } catch (error) {
    socket.close();
    throw error;
  }
  const address = { host, port: socket.address().port };
  socket.on('error', (error) => events.onError(error, address));
  socket.on('message', (payload, peer) => {
    const from = { address: plainAddress(peer.address), port: peer.port };
    events.onDatagrams([{ payload, ...from, receivedMs: Date.now() }]);
  });
  return { address, bufferBytes: growBuffer(socket, bufferBytes), close: () => closeSocket(socket) };
}

/** The kernel may refuse outright instead of giving less; what the socket has then is told all the same. */
function growBuffer(socket: Socket, bytes: number): number {
  try {
    socket.setRecvBufferSize(bytes);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_SOCKET_BUFFER_SIZE') {
      throw error;
    }
  }
  return socket.getRecvBufferSize();
}

async function closeSocket(socket: Socket): Promise<void> {
  const closed = once(socket, 'close');
  socket.close();
  await closed;
}

/** An IPv4 peer of an IPv6 socket by its IPv4 address, and a link-local one without its interface. */
export function plainAddress(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address);
  return mapped?.[1] ?? address.replace(/%.*$/, '');
}

import { once } from 'node:events';
import { createServer as createTcpServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type Server as TlsServer, type TLSSocket } from 'node:tls';
import type { Datagram } from '../../flow';
import type { Admission } from '../admission';
import { listenText, type Listen } from '../listen';
import { plainAddress } from '../udp';
import type { TcpConfig, TlsConfig } from './config';
import { readConnection } from './connection';
import { followTlsFiles, readTlsFiles } from './tlsFiles';

/** What servers for connections tell; each loss with the address of the peer. */
export interface StreamEvents {
  readonly onDatagram: (message: Datagram) => void;
  /** A session has ended: what is remembered for it can be forgotten. */
  readonly onSessionEnd: (address: string, session: string) => void;
  readonly onMalformed: (address: string, detail: string) => void;
  /** A connection was not taken as there were too many. */
  readonly onTooMany: (address: string, detail: string) => void;
  /** A connection was not taken as its address is not allowed to send. */
  readonly onRefused: (address: string) => void;
  /** A handshake, a certificate or a listening socket failed. */
  readonly onError: (error: Error, address: string) => void;
}

/** A listening socket for connections. */
export interface StreamServer {
  readonly kind: 'tcp' | 'tls';
  readonly address: Listen;
  close(): Promise<void>;
}

/** The connections of all servers together, by address: what the limits are about. */
export class Connections {
  private readonly byAddress = new Map<string, number>();
  private total = 0;
  private sessions = 0;

  constructor(private readonly limits: TcpConfig) {}

  /** Connections that are open. */
  get open(): number {
    return this.total;
  }

  /**
   * Takes a connection into account.
   * @returns which limit does not allow it, or undefined.
   */
  add(address: string): string | undefined {
    const own = this.byAddress.get(address) ?? 0;
    if (this.total >= this.limits.maxConnections) {
      return `${this.total} connections are open; raise receive.tcp.maxConnections if that is right`;
    }
    if (own >= this.limits.maxConnectionsPerExporter) {
      return `${own} connections of it are open; raise receive.tcp.maxConnectionsPerExporter if that is right`;
    }
    this.byAddress.set(address, own + 1);
    this.total++;
    return undefined;
  }

  remove(address: string): void {
    const own = this.byAddress.get(address) ?? 0;
    this.total--;
    if (own <= 1) {
      this.byAddress.delete(address);
    } else {
      this.byAddress.set(address, own - 1);
    }
  }

  /** A name that no other session of this process has. */
  nextSession(port: number): string {
    this.sessions++;
    return `${port} ${this.sessions}`;
  }
}

/** What all servers share. */
export interface StreamContext {
  readonly limits: TcpConfig;
  readonly connections: Connections;
  readonly admission: Admission;
  readonly events: StreamEvents;
}

/**
 * Listens for exporters that send IPFIX by TCP (RFC 7011 §10.4).
 * @throws Error that names the address and the remedy, where that is not possible.
 */
export async function openTcp(listen: Listen, context: StreamContext): Promise<StreamServer> {
  const server = createTcpServer((socket) => {
    if (takeIn(socket, context)) {
      serve(socket, context);
    }
  });
  return start('tcp', server, listen, context);
}

/**
 * Listens for exporters that send IPFIX by TLS over TCP (RFC 7011 §11.1). Where `clientCa` is set, an exporter without
 * a certificate that one of these CAs signed is not heard.
 * @throws Error that names the address or setting and the remedy, where that is not possible.
 */
export async function openTls(listen: Listen, config: TlsConfig, context: StreamContext): Promise<StreamServer> {
  const verify = config.clientCa !== undefined;
  const options = {
    ...readTlsFiles(config),
    requestCert: verify,
    rejectUnauthorized: verify,
    handshakeTimeout: config.handshakeSeconds * 1000,
  };
  const handshakes = new Handshakes(context.events);
  const secure: TlsServer = createTlsServer(options, (socket) => {
    handshakes.done(socket);
    serve(socket, context);
  });
  secure.on('tlsClientError', (error, socket) => {
    handshakes.failed(socket, error);
    socket.destroy();
  });
  // A server of its own accepts, so that nothing of TLS is begun with who may not send.
  const server = createTcpServer((socket) => {
    if (takeIn(socket, context)) {
      handshakes.begin(socket);
      secure.emit('connection', socket);
    }
  });
  const stopFollowing = followTlsFiles(secure, config, (error) => context.events.onError(error, listenText(listen)));
  try {
    const opened = await start('tls', server, listen, context);
    return {
      ...opened,
      close: () => {
        stopFollowing();
        return opened.close();
      },
    };
  } catch (error) {
    stopFollowing();
    throw error;
  }
}

/** Why a handshake failed, with the remedy where it is the exporter's certificate. */
function refusalOf({ authorizationError }: TLSSocket, error: Error & { code?: string; reason?: string }): Error {
  // The code of what is wrong, whatever its type says.
  const wrong: unknown = authorizationError;
  if (typeof wrong === 'string') {
    return new Error(`its certificate is refused: ${wrong}; give it one that a CA of receive.tls.clientCa signed`);
  }
  if (error.code === 'ERR_SSL_PEER_DID_NOT_RETURN_A_CERTIFICATE') {
    return new Error('it shows no certificate; give it one that a CA of receive.tls.clientCa signed');
  }
  return error.reason === undefined ? error : new Error(`the TLS handshake failed: ${error.reason}`);
}

/** Handshakes under way: each one that does not succeed is told once, with the address that it came from. */
class Handshakes {
  private readonly pending = new Map<string, string>();
  /** Those whose connection has ended, and of which TLS may say why before the turn is over; the first one first. */
  private readonly ended = new Set<string>();

  constructor(private readonly events: StreamEvents) {}

  begin(socket: Socket): void {
    const key = peerOf(socket);
    this.pending.set(key, plainAddress(socket.remoteAddress ?? ''));
    socket.once('close', () => {
      if (this.pending.has(key)) {
        this.ended.add(key);
        setImmediate(() => this.fail(key, new Error('the connection ended in its TLS handshake')));
      }
    });
  }

  done(socket: Socket): void {
    this.pending.delete(peerOf(socket));
  }

  /** What TLS says of a handshake that failed. A socket that is closed does not know its peer any more. */
  failed(socket: TLSSocket, error: Error): void {
    const [first] = this.ended;
    const key = socket.remotePort === undefined ? first : peerOf(socket);
    if (key !== undefined) {
      this.fail(key, refusalOf(socket, error));
    }
  }

  private fail(key: string, error: Error): void {
    const address = this.pending.get(key);
    this.ended.delete(key);
    if (address !== undefined) {
      this.pending.delete(key);
      this.events.onError(error, address);
    }
  }
}

const peerOf = ({ remoteAddress, remotePort }: Socket) => `${remoteAddress} ${remotePort}`;

/**
 * Looks at a connection as it is accepted, before its handshake: who may not send, or has too many, goes at once.
 * @returns false where it was not taken.
 */
function takeIn(socket: Socket, { connections, admission, events }: StreamContext): boolean {
  const address = plainAddress(socket.remoteAddress ?? '');
  // Errors end connections, and what was lost with it shows by the message that was under way.
  socket.on('error', () => socket.destroy());
  if (!admission.allows(address)) {
    events.onRefused(address);
    socket.destroy();
    return false;
  }
  const problem = connections.add(address);
  if (problem !== undefined) {
    events.onTooMany(address, problem);
    socket.destroy();
    return false;
  }
  socket.once('close', () => connections.remove(address));
  return true;
}

/** @param socket of TLS after its handshake, or the connection itself. */
function serve(socket: Socket, { limits, connections, admission, events }: StreamContext): void {
  const address = plainAddress(socket.remoteAddress ?? '');
  const port = socket.remotePort ?? 0;
  socket.on('error', () => socket.destroy());
  socket.setKeepAlive(true, 60_000);
  const peer = { address, port, session: connections.nextSession(port) };
  readConnection(socket, peer, limits, {
    onMessage: events.onDatagram,
    waitMs: (messages) => admission.waitMs(address, messages, Date.now()),
    onMalformed: events.onMalformed,
    onEnd: events.onSessionEnd,
  });
}

async function start(
  kind: StreamServer['kind'],
  server: Server,
  listen: Listen,
  { events }: StreamContext
): Promise<StreamServer> {
  const open = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
  });
  const host = await listenOn(server, listen, kind);
  const address = { host, port: (server.address() as AddressInfo).port };
  server.on('error', (error) => events.onError(error, listenText(address)));
  return {
    kind,
    address,
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      open.forEach((socket) => socket.destroy());
      await closed;
    },
  };
}

/** @returns the address that it listens on: all of them, IPv6 and IPv4, where none is given. */
async function listenOn(server: Server, { host, port }: Listen, kind: StreamServer['kind']): Promise<string> {
  const hosts = host === undefined ? ['::', '0.0.0.0'] : [host];
  for (const [index, one] of hosts.entries()) {
    try {
      // As by UDP, `::` is for IPv4 too, whether it was written or not.
      server.listen({ port, host: one, ipv6Only: false });
      await once(server, 'listening');
      return one;
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      const hasNoIpv6 = code === 'EAFNOSUPPORT' || code === 'EADDRNOTAVAIL';
      if (index === hosts.length - 1 || !hasNoIpv6) {
        const where = listenText(host === undefined ? { port } : { host, port });
        throw new Error(
          `cannot receive on ${kind.toUpperCase()} ${where}: ${message}; correct receive.${kind}.listen`,
          {
            cause: error,
          }
        );
      }
    }
  }
  throw new Error('no address to listen on');
}

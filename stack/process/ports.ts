import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';

/** Transport protocols that a port can be tried for. */
export type Transport = 'tcp' | 'udp';

function bindTcp(port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen({ port, host, exclusive: true }, () => {
      const address = server.address();
      const bound = typeof address === 'object' && address !== null ? address.port : port;
      server.close(() => resolve(bound));
    });
  });
}

function bindUdp(port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = createSocket(host.includes(':') ? 'udp6' : 'udp4');
    socket.once('error', reject);
    socket.bind({ port, address: host, exclusive: true }, () => {
      const bound = socket.address().port;
      socket.close(() => resolve(bound));
    });
  });
}

/** What was handed out by this process: the system may choose a port again that is not listened on yet. */
const handedOut = new Set<string>();

/**
 * A port that was free a moment ago, chosen by the system, and another one with each call. Another process may take it
 * before the caller does: a caller that starts a server on it must still handle "address in use".
 * @param transport what the port is for.
 * @param host address it must be free on.
 */
export async function freePort(transport: Transport = 'tcp', host = '127.0.0.1'): Promise<number> {
  for (;;) {
    const port = await (transport === 'tcp' ? bindTcp(0, host) : bindUdp(0, host));
    const name = `${transport} ${port}`;
    if (!handedOut.has(name)) {
      handedOut.add(name);
      return port;
    }
  }
}

/** The outcome of {@link preferPort}. */
export interface PortChoice {
  readonly port: number;
  /** False where the wished port was taken and another stands in for it. */
  readonly wished: boolean;
}

/**
 * The wished port where it is free, else any free one.
 * @param wished 1 to 65535.
 * @param host address it must be free on.
 * @throws what the system says other than "in use" or "not allowed".
 */
export async function preferPort(
  wished: number,
  transport: Transport = 'tcp',
  host = '127.0.0.1'
): Promise<PortChoice> {
  try {
    await (transport === 'tcp' ? bindTcp(wished, host) : bindUdp(wished, host));
    return { port: wished, wished: true };
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code !== 'EADDRINUSE' && code !== 'EACCES') {
      throw error;
    }
    return { port: await freePort(transport, host), wished: false };
  }
}

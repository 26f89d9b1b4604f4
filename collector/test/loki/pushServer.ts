import { createServer, type IncomingHttpHeaders, type RequestListener } from 'node:http';
import { createServer as createTlsServer, type ServerOptions } from 'node:https';
import type { AddressInfo } from 'node:net';
import { TLSSocket } from 'node:tls';
import { decodeBody, type PushedStream } from './decodePush';

/** A push that came in. */
export interface ReceivedPush {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly streams: readonly PushedStream[];
  /** True where the client showed a certificate of a CA that the server knows. */
  readonly knownClient: boolean;
}

/** What the server answers; 'hang' never does, 'reset' cuts the connection. */
export type Reply = 'hang' | 'reset' | { status: number; body?: string; headers?: Record<string, string> };

/** A server that takes pushes and answers them as a test says: for the ways that Loki seldom behaves. */
export interface PushServer {
  readonly url: string;
  readonly port: number;
  /** Pushes in the order they came, those without streams (probes) left out. */
  readonly pushes: ReceivedPush[];
  close(): Promise<void>;
}

/** @param answer given a push and the number of pushes before it. Probes get 422, as of Loki. */
export async function startPushServer(
  answer: (push: ReceivedPush, before: number) => Reply,
  { port = 0, tls }: { port?: number; tls?: ServerOptions } = {}
): Promise<PushServer> {
  const pushes: ReceivedPush[] = [];
  const listener: RequestListener = (request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks);
      const push = {
        path: request.url ?? '',
        headers: request.headers,
        body,
        streams: decodeBody(body),
        knownClient: request.socket instanceof TLSSocket && request.socket.authorized,
      };
      if (push.streams.length === 0) {
        response.writeHead(422).end('error at least one valid stream is required for ingestion\n');
        return;
      }
      pushes.push(push);
      const reply = answer(push, pushes.length - 1);
      if (reply === 'reset') {
        request.socket.destroy();
      } else if (reply !== 'hang') {
        response.writeHead(reply.status, reply.headers).end(reply.body);
      }
    });
  };
  const server = tls === undefined ? createServer(listener) : createTlsServer(tls, listener);
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const bound = (server.address() as AddressInfo).port;
  return {
    url: `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${bound}`,
    port: bound,
    pushes,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Every line that a push brought. */
export function linesOf(push: ReceivedPush): string[] {
  return push.streams.flatMap(({ entries }) => entries.map(({ line }) => line));
}

/** Every line of a push that is a JSON object: flows, facts on buckets and reports, but no sums. */
export function jsonLinesOf(push: ReceivedPush): Array<Record<string, unknown>> {
  return linesOf(push)
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

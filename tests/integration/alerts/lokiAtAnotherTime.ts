import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A Loki as of a moment of the test's choosing; its clock goes on from there. */
export interface LokiAtAnotherTime {
  readonly url: string;
  /** Sets what the clock shows now, in ms since the Unix epoch. */
  setClock(ms: number): void;
  stop(): Promise<void>;
}

const TIMES = ['time', 'start', 'end'] as const;

/** Moves a time as Loki takes it, nanoseconds or seconds, into the past. */
function moved(text: string, byMs: number): string {
  return /^\d{16,}$/.test(text) ? String(BigInt(text) - BigInt(byMs) * 1_000_000n) : String(Number(text) - byMs / 1000);
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) {
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks).toString();
}

/**
 * Passes queries on to a Loki with their times moved, and nothing else changed: so that hours of history pass by rules
 * that are evaluated by the clock, in seconds.
 */
export async function lokiAtAnotherTime(lokiUrl: string): Promise<LokiAtAnotherTime> {
  let behindMs = 0;
  const server = createServer((request, response) => {
    void (async () => {
      const url = new URL(request.url ?? '/', lokiUrl);
      const body = new URLSearchParams(await bodyOf(request));
      for (const parameters of [url.searchParams, body]) {
        for (const name of TIMES) {
          const value = parameters.get(name);
          if (value !== null) {
            parameters.set(name, moved(value, behindMs));
          }
        }
      }
      const answer = await fetch(url, {
        method: request.method,
        ...(request.method === 'POST' && { body }),
      });
      response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? 'text/plain' });
      response.end(await answer.text());
    })().catch((error: Error) => {
      response.writeHead(502);
      response.end(error.message);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    setClock: (ms) => {
      behindMs = Date.now() - Math.floor(ms);
    },
    stop: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { listenText, type Listen } from '../receive/listen';
import { boundConnections } from './connections';

export { httpConfig, type HttpConfig } from './config';

const MAX_CONNECTIONS = 200;

/** How long a client may take over what is soon done, in milliseconds; looked at each second. */
const TIMEOUTS = {
  headersTimeout: 3_000,
  requestTimeout: 5_000,
  keepAliveTimeout: 2_000,
  connectionsCheckingInterval: 1_000,
};

/** Whether a part can do its work, and what it waits for where not. */
export interface Readiness {
  readonly ok: boolean;
  readonly reason?: string;
}

/** What the endpoints show. */
export interface HttpSources {
  /** Parts by name. */
  readonly readiness: () => Readonly<Record<string, Readiness>>;
  readonly metrics: () => Promise<string>;
  readonly metricsType: string;
  /** Figures for people and for `npm start`'s live line. */
  readonly status: () => unknown;
}

interface Reply {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

const json = (status: number, value: unknown): Reply => ({
  status,
  type: 'application/json',
  body: `${JSON.stringify(value)}\n`,
});

async function reply(path: string, sources: HttpSources): Promise<Reply> {
  switch (path) {
    case '/healthz':
      return json(200, { ok: true });
    case '/readyz': {
      const parts = sources.readiness();
      const reasons = Object.values(parts)
        .map(({ reason }) => reason)
        .filter((reason) => reason !== undefined);
      const ok = Object.values(parts).every((part) => part.ok);
      return json(ok ? 200 : 503, { ok, reasons, parts });
    }
    case '/metrics':
      return { status: 200, type: sources.metricsType, body: await sources.metrics() };
    case '/status':
      return json(200, sources.status());
    default:
      return json(404, { error: `there is no ${path}; there are /healthz, /readyz, /metrics and /status` });
  }
}

async function handle(request: IncomingMessage, response: ServerResponse, sources: HttpSources): Promise<void> {
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.writeHead(405, { allow: 'GET, HEAD' }).end();
    return;
  }
  const path = (request.url ?? '/').split('?')[0] ?? '/';
  const { status, type, body } = await reply(path, sources).catch((error: unknown) =>
    json(500, { error: error instanceof Error ? error.message : String(error) })
  );
  response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' });
  response.end(request.method === 'HEAD' ? undefined : body);
}

/** The server of health, readiness, metrics and status. */
export class StatusServer {
  private constructor(private readonly server: Server) {}

  /** @throws Error that names the address and the remedy, where it cannot listen there. */
  static async start(listen: Listen, sources: HttpSources): Promise<StatusServer> {
    const server = createServer(TIMEOUTS, (request, response) => {
      void handle(request, response, sources);
    });
    boundConnections(server, MAX_CONNECTIONS);
    try {
      server.listen(listen.port, listen.host);
      await once(server, 'listening');
    } catch (error) {
      const { message } = error as Error;
      throw new Error(
        `cannot serve HTTP on ${listenText(listen)}: ${message}; stop what listens there, or set http.listen`,
        { cause: error }
      );
    }
    return new StatusServer(server);
  }

  /** The port it listens on. */
  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** Stops listening and ends what is open. */
  async close(): Promise<void> {
    const closed = once(this.server, 'close');
    this.server.close();
    this.server.closeAllConnections();
    await closed;
  }
}

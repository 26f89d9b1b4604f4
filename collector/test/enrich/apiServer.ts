import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { temporaryFile } from './files';

/** An object as an API server holds it. */
export interface Stored {
  metadata: { uid: string; namespace?: string; name: string; resourceVersion?: string; [field: string]: unknown };
  [field: string]: unknown;
}

interface Collection {
  readonly objects: Map<string, Stored>;
  readonly watches: Set<ServerResponse>;
  /** What happened, so that a watch can start from a version in the past. */
  readonly history: Array<{ readonly version: number; readonly line: string }>;
  forbidden: boolean;
  watchForbidden: boolean;
  /** Whether a list that goes on after its first page is told that it took too long. */
  expires: boolean;
}

const PATHS = {
  pods: '/api/v1/pods',
  services: '/api/v1/services',
  nodes: '/api/v1/nodes',
  endpointslices: '/apis/discovery.k8s.io/v1/endpointslices',
  replicasets: '/apis/apps/v1/replicasets',
  jobs: '/apis/batch/v1/jobs',
};

const ALLOWED = { forbidden: false, watchForbidden: false, expires: false };

/** The name of a collection that the server has. */
export type CollectionName = keyof typeof PATHS;

/**
 * A small HTTP server that speaks the list and watch protocol of a Kubernetes API server: pages with `limit` and
 * `continue`, watches from a version, bookmarks, 403, 410, and metadata-only answers. It is no API server: it neither
 * checks objects nor authenticates.
 */
export class ListWatchServer {
  readonly requests: Array<{ readonly path: string; readonly query: URLSearchParams; readonly accept: string }> = [];
  readonly #collections = new Map<string, Collection>();
  readonly #server: Server;
  #version = 100;
  /** The oldest version that a watch may start from. */
  #oldest = 0;
  /** Lists are answered once this resolves. */
  listsHeldBy: Promise<void> = Promise.resolve();
  pageSize = 2;

  private constructor() {
    for (const path of Object.values(PATHS)) {
      this.#collections.set(path, { objects: new Map(), watches: new Set(), history: [], ...ALLOWED });
    }
    this.#server = createServer((request, response) => void this.#answer(request, response));
  }

  static async start(): Promise<ListWatchServer> {
    const server = new ListWatchServer();
    await new Promise<void>((resolve) => server.#server.listen(0, '127.0.0.1', resolve));
    return server;
  }

  /** Path of a kubeconfig for this server. */
  kubeconfig(): string {
    const { port } = this.#server.address() as AddressInfo;
    return temporaryFile(
      'kubeconfig',
      `apiVersion: v1
kind: Config
current-context: test
contexts: [{ name: test, context: { cluster: test, user: test } }]
users: [{ name: test, user: { token: secret-token } }]
clusters: [{ name: test, cluster: { server: 'http://127.0.0.1:${port}', insecure-skip-tls-verify: true } }]
`
    );
  }

  /** Adds or changes an object, and tells those who watch. */
  put(name: CollectionName, object: Stored): void {
    const { objects } = this.#of(name);
    const type = objects.has(object.metadata.uid) ? 'MODIFIED' : 'ADDED';
    const stored = this.#stamp(object);
    objects.set(object.metadata.uid, stored);
    this.#tell(name, type, stored);
  }

  /** Deletes an object, and tells those who watch. */
  delete(name: CollectionName, uid: string): void {
    const { objects } = this.#of(name);
    const stored = this.#stamp(objects.get(uid)!);
    objects.delete(uid);
    this.#tell(name, 'DELETED', stored);
  }

  /** Forgets the history, as compaction does: watches from before now are answered with 410. */
  compact(): void {
    this.#oldest = ++this.#version;
  }

  /** Breaks all watches of a collection, without an event. */
  breakWatches(name: CollectionName): void {
    this.#of(name).watches.forEach((watch) => watch.destroy());
  }

  /** Sends raw text to all who watch a collection. */
  sendRaw(name: CollectionName, text: string): void {
    this.#of(name).watches.forEach((watch) => watch.write(text));
  }

  forbid(name: CollectionName, forbidden = true): void {
    this.#of(name).forbidden = forbidden;
  }

  /** Lets a collection be listed, but not watched. */
  forbidWatch(name: CollectionName, forbidden = true): void {
    this.#of(name).watchForbidden = forbidden;
  }

  /** Breaks lists off after their first page, as a server does whose `continue` has expired. */
  expireLists(name: CollectionName, expires = true): void {
    this.#of(name).expires = expires;
  }

  watchers(name: CollectionName): number {
    return this.#of(name).watches.size;
  }

  /** Number of complete lists that were asked for. */
  lists(name: CollectionName): number {
    return this.requests.filter(
      ({ path, query }) => path === PATHS[name] && !query.has('watch') && !query.has('continue')
    ).length;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #of(name: CollectionName): Collection {
    return this.#collections.get(PATHS[name])!;
  }

  #tell(name: CollectionName, type: string, object: Stored): void {
    const { watches, history } = this.#of(name);
    const line = `${JSON.stringify({ type, object })}\n`;
    history.push({ version: this.#version, line });
    watches.forEach((watch) => watch.write(line));
  }

  #stamp(object: Stored): Stored {
    return { ...object, metadata: { ...object.metadata, resourceVersion: String(++this.#version) } };
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url!, 'http://localhost');
    this.requests.push({ path: pathname, query: searchParams, accept: request.headers.accept ?? '' });
    const collection = this.#collections.get(pathname);
    if (request.headers.authorization !== 'Bearer secret-token') {
      return status(response, 401, 'Unauthorized');
    }
    if (collection === undefined || collection.forbidden || (collection.watchForbidden && searchParams.has('watch'))) {
      return status(response, collection === undefined ? 404 : 403, 'refused by the test');
    }
    return searchParams.has('watch')
      ? this.#watch(collection, searchParams, response)
      : this.#list(collection, searchParams, request.headers.accept ?? '', response);
  }

  async #list({ objects, expires }: Collection, query: URLSearchParams, accept: string, response: ServerResponse) {
    await this.listsHeldBy;
    if (expires && query.has('continue')) {
      return status(response, 410, 'The provided continue parameter is too old');
    }
    const from = Number(query.get('continue') ?? 0);
    const all = [...objects.values()];
    const items = all.slice(from, from + this.pageSize);
    const more = from + items.length < all.length && { continue: String(from + items.length) };
    const shown = accept.includes('PartialObjectMetadata') ? items.map(({ metadata }) => ({ metadata })) : items;
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ metadata: { resourceVersion: String(this.#version), ...more }, items: shown }));
  }

  #watch({ watches, history }: Collection, query: URLSearchParams, response: ServerResponse): void {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.flushHeaders();
    const from = Number(query.get('resourceVersion'));
    if (from < this.#oldest) {
      const object = { kind: 'Status', code: 410, message: 'too old resource version' };
      response.end(`${JSON.stringify({ type: 'ERROR', object })}\n`);
      return;
    }
    history.filter(({ version }) => version > from).forEach(({ line }) => response.write(line));
    watches.add(response);
    response.on('close', () => watches.delete(response));
  }
}

function status(response: ServerResponse, code: number, message: string): void {
  response.writeHead(code, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ kind: 'Status', code, message }));
}

import type { Logger } from 'pino';
import { ApiError, type KubernetesApi } from './kubernetesApi';
import type { KubernetesObject } from './kubernetesObjects';

const PAGE_SIZE = 500;
const WATCH_SECONDS = 300;
const WATCH_GRACE_MS = 30_000;
const MIN_BACKOFF_MS = 500;
const MAX_BACKOFF_MS = 30_000;
const GONE = 410;
/** Refusals that say nothing about the version: what was listed stays good, and is not asked for again. */
const KEEPS_VERSION = new Set([401, 403, 429]);

/** A resource to list and watch, and what to do with its objects. */
export interface Resource<T extends KubernetesObject> {
  /** Plural name, as in RBAC rules. */
  readonly name: string;
  /** API group as in RBAC rules; '' for core. */
  readonly group: string;
  /** Path of the collection over all namespaces. */
  readonly path: string;
  /** Ask for the metadata of objects only. */
  readonly metadataOnly?: boolean;
  /** An object that is new or has changed; it is not kept by the reflector. */
  readonly apply: (key: string, object: T) => void;
  readonly remove: (key: string) => void;
}

interface ListPage {
  readonly metadata?: { readonly resourceVersion?: string; readonly continue?: string };
  readonly items?: ReadonlyArray<KubernetesObject | null> | null;
}

interface WatchEvent {
  readonly type?: string;
  readonly object?: KubernetesObject & { readonly code?: number; readonly message?: string };
}

/**
 * Follows a collection for as long as it runs: lists it in pages, watches from there, resumes a watch that broke,
 * and lists again where the server no longer knows the version (410) or fails otherwise. Keeps only the keys.
 */
export class Reflector<T extends KubernetesObject> {
  readonly #api: KubernetesApi;
  readonly #resource: Resource<T>;
  readonly #log: Pick<Logger, 'info' | 'warn'>;
  readonly #stop = new AbortController();
  #keys = new Set<string>();
  #version: string | undefined;
  #synced = false;
  #problem: string | undefined;
  #backoffMs = MIN_BACKOFF_MS;

  constructor(api: KubernetesApi, resource: Resource<T>, log: Pick<Logger, 'info' | 'warn'>) {
    this.#api = api;
    this.#resource = resource;
    this.#log = log;
  }

  get name(): string {
    return this.#resource.name;
  }

  /** True once the whole collection has been received and is watched. */
  get synced(): boolean {
    return this.#synced;
  }

  /** What keeps it from following, with the remedy; undefined while all is well. */
  get problem(): string | undefined {
    return this.#problem;
  }

  /** Follows until stopped. Never rejects: errors are kept as the problem, logged when they change, and retried. */
  async run(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      try {
        if (this.#version === undefined) {
          this.#version = await this.#list();
        }
        await this.#watch();
      } catch (error) {
        if (!this.#stop.signal.aborted) {
          this.#failed(error as Error);
          await this.#pause();
        }
      }
    }
  }

  /** Ends the watch. */
  stop(): void {
    this.#stop.abort();
  }

  /** @returns the version to watch from. */
  async #list(): Promise<string> {
    const seen = new Set<string>();
    let next: string | undefined;
    let page: ListPage;
    do {
      const query = new URLSearchParams({ limit: String(PAGE_SIZE), ...(next !== undefined && { continue: next }) });
      page = (await this.#read(query)) as ListPage;
      for (const object of page.items ?? []) {
        const key = object && this.#apply(object);
        if (key) {
          seen.add(key);
          // Known from now on: should the list break off, the next one tells whether it is still there.
          this.#keys.add(key);
        }
      }
      next = page.metadata?.continue || undefined;
    } while (next !== undefined);
    for (const key of this.#keys) {
      if (!seen.has(key)) {
        this.#resource.remove(key);
      }
    }
    this.#keys = seen;
    return page.metadata?.resourceVersion ?? '';
  }

  async #watch(): Promise<void> {
    // Not all watches of all collectors shall end, and begin anew, at the same time.
    const seconds = Math.round(WATCH_SECONDS * (1 + Math.random()));
    const query = new URLSearchParams({
      watch: 'true',
      allowWatchBookmarks: 'true',
      timeoutSeconds: String(seconds),
      resourceVersion: this.#version ?? '',
    });
    const startedMs = Date.now();
    const { path } = this.#resource;
    await this.#api.stream(`${path}?${query}`, this.#accept(''), {
      signal: this.#stop.signal,
      limitMs: seconds * 1_000 + WATCH_GRACE_MS,
      onOpen: () => this.#recovered(),
      onDocument: (event) => {
        this.#event(event as WatchEvent);
        this.#backoffMs = MIN_BACKOFF_MS;
      },
    });
    if (Date.now() - startedMs < MAX_BACKOFF_MS) {
      // A server or proxy that ends every watch at once would otherwise be asked without a pause.
      await this.#pause();
    }
  }

  #event({ type, object }: WatchEvent): void {
    if (object === undefined || type === 'ERROR') {
      throw new ApiError(object?.code ?? 0, object?.message ?? 'the watch ended with an error');
    }
    if (type === 'ADDED' || type === 'MODIFIED') {
      const key = this.#apply(object);
      if (key !== undefined) {
        this.#keys.add(key);
      }
    } else if (type === 'DELETED') {
      const key = this.#key(object);
      this.#keys.delete(key);
      this.#resource.remove(key);
    }
    this.#version = object.metadata?.resourceVersion ?? this.#version;
  }

  /** One object that is not as expected must not keep the others from being followed. */
  #apply(object: KubernetesObject): string | undefined {
    try {
      const key = this.#key(object);
      this.#resource.apply(key, object as T);
      return key;
    } catch (error) {
      const { namespace, name } = object.metadata ?? {};
      const problem = (error as Error).message;
      this.#log.warn({ resource: this.name, namespace, name, problem }, 'kubernetes object not understood, left out');
      return undefined;
    }
  }

  #key({ metadata }: KubernetesObject): string {
    return `${this.name}:${metadata.uid ?? `${metadata.namespace}/${metadata.name}`}`;
  }

  #read(query: URLSearchParams): Promise<unknown> {
    return this.#api.read(`${this.#resource.path}?${query}`, this.#accept('List'), this.#stop.signal);
  }

  #accept(list: 'List' | ''): string {
    const metadata = `application/json;as=PartialObjectMetadata${list};g=meta.k8s.io;v=v1`;
    return this.#resource.metadataOnly === true ? `${metadata},application/json` : 'application/json';
  }

  /**
   * The server lets us watch: a list alone is no recovery, as names would freeze. That it delivers, which resets the
   * pause, is for events to show.
   */
  #recovered(): void {
    this.#synced = true;
    if (this.#problem !== undefined) {
      this.#problem = undefined;
      this.#log.info({ resource: this.name }, 'kubernetes watch recovered');
    }
  }

  #failed(error: Error): void {
    const status = error instanceof ApiError ? error.status : undefined;
    if (status !== undefined && !KEEPS_VERSION.has(status) && status < 500) {
      this.#version = undefined;
    }
    if (status === GONE) {
      return;
    }
    const problem = describe(error, this.#resource);
    if (problem !== this.#problem) {
      this.#problem = problem;
      this.#log.warn({ resource: this.name, problem }, 'kubernetes watch interrupted');
    }
  }

  /** Waits, longer each time, with jitter; no longer than until it is stopped. */
  async #pause(): Promise<void> {
    const ms = this.#backoffMs * (0.5 + Math.random());
    this.#backoffMs = Math.min(this.#backoffMs * 2, MAX_BACKOFF_MS);
    await new Promise<void>((resolve) => {
      const timer = setTimeout(done, ms);
      const { signal } = this.#stop;
      function done() {
        clearTimeout(timer);
        signal.removeEventListener('abort', done);
        resolve();
      }
      signal.addEventListener('abort', done);
    });
  }
}

function describe(error: Error, { name, group }: { name: string; group: string }): string {
  const qualified = group === '' ? name : `${name}.${group}`;
  if (error instanceof ApiError && error.status === 403) {
    return `not allowed to list and watch ${qualified}; grant both verbs to the collector's service account`;
  }
  if (error instanceof ApiError && error.status === 401) {
    return `not logged in when asking for ${qualified}; renew the token or certificate`;
  }
  return `${qualified}: ${error.message || (error as NodeJS.ErrnoException).code || error.name}`;
}

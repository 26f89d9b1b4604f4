import type { DecodeConfig, DecodeLimits } from './config';
import { TemplateStore } from './templateStore';

/**
 * The templates of connections: each has a store of its own, as a template that is sent in one session says nothing
 * about another, and is void when the session ends (RFC 7011 §8, §8.4). All of them together get what the limits leave
 * beside the store for UDP.
 */
export class SessionStores {
  private readonly stores = new Map<string, TemplateStore>();
  private readonly limits: DecodeLimits;
  private readonly idleMs: number;

  /** @param udp the store whose templates count as well. */
  constructor(
    { limits, exporterIdleSeconds }: DecodeConfig,
    private readonly udp: TemplateStore
  ) {
    this.limits = limits;
    this.idleMs = exporterIdleSeconds * 1000;
  }

  /** Templates of all sessions. */
  get templates(): number {
    return this.sum('templates');
  }

  /** Sessions that have sent templates. */
  get exporters(): number {
    return this.sum('exporters');
  }

  /** Fields of the templates of all sessions. */
  get fields(): number {
    return this.sum('fields');
  }

  /** The store of a session; a new one where it has none yet. */
  of(address: string, session: string): TemplateStore {
    const key = `${address} ${session}`;
    let store = this.stores.get(key);
    if (store === undefined) {
      store = this.create();
      this.stores.set(key, store);
    }
    return store;
  }

  /** Forgets a session. */
  end(address: string, session: string): void {
    this.stores.delete(`${address} ${session}`);
  }

  private create(): TemplateStore {
    const left = (key: 'templates' | 'fields') => this.limits[key] - this.udp[key] - this[key] + store[key];
    const limits: DecodeLimits = {
      ...this.limits,
      exporters: 1,
      get templates() {
        return left('templates');
      },
      get fields() {
        return left('fields');
      },
    };
    const store = new TemplateStore(limits, this.idleMs);
    return store;
  }

  private sum(key: 'templates' | 'exporters' | 'fields'): number {
    let total = 0;
    for (const store of this.stores.values()) {
      total += store[key];
    }
    return total;
  }
}

import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startLoki, type RunningLoki } from '../../stack/loki/loki';

/** Tenants keep the layouts apart in one server. */
export type Tenant = 'netobserv' | 'own';

/** One series of an answer. */
export interface Series {
  readonly metric: Readonly<Record<string, string>>;
  readonly value?: readonly [number, string];
  readonly values?: ReadonlyArray<readonly [number, string]>;
}

/** What came of a query: how long it took, and its answer or why there is none. */
export interface Timed {
  readonly seconds: number;
  readonly series?: readonly Series[];
  readonly refused?: string;
}

/** The shipped Loki with its shipped limits, but for telling tenants apart. */
export class Server {
  #loki: RunningLoki | undefined;
  #dir = '';

  /** Address of the running server. */
  get url(): string {
    return this.#loki!.url;
  }

  async start(): Promise<void> {
    this.#dir = await mkdtemp(join(tmpdir(), 'bench-query-'));
    const shipped = await readFile(fileURLToPath(new URL('../../deploy/loki/single.yaml', import.meta.url)), 'utf8');
    await writeFile(join(this.#dir, 'loki.yaml'), shipped.replace('auth_enabled: false', 'auth_enabled: true'));
    await this.#open();
  }

  /** Stops and starts it: nothing but the disk is left of what it knew. */
  async restart(): Promise<void> {
    await this.#loki!.stop();
    await this.#open();
  }

  async stop(): Promise<void> {
    await this.#loki?.stop();
    await rm(this.#dir, { recursive: true, force: true });
  }

  /** Writes out all that is in memory. */
  async flush(): Promise<void> {
    await fetch(`${this.url}/flush`, { method: 'POST' });
    for (;;) {
      await new Promise((resolve) => setTimeout(resolve, 1000));
      const text = await (await fetch(`${this.url}/metrics`)).text();
      if (!/^loki_ingester_memory_chunks [1-9]/m.test(text)) {
        return;
      }
    }
  }

  /** CPU seconds that it has used since it was started. */
  async cpuSeconds(): Promise<number> {
    const text = await (await fetch(`${this.url}/metrics`)).text();
    return Number(/^process_cpu_seconds_total (\S+)/m.exec(text)?.[1]);
  }

  /** Asks an instant query. */
  instant(tenant: Tenant, query: string, timeMs: number): Promise<Timed> {
    return this.#ask(tenant, 'query', { query, time: `${timeMs}000000` });
  }

  /** Asks a range query. */
  range(tenant: Tenant, query: string, startMs: number, endMs: number, stepMs: number): Promise<Timed> {
    return this.#ask(tenant, 'query_range', {
      query,
      start: `${startMs}000000`,
      end: `${endMs}000000`,
      step: `${stepMs / 1000}`,
    });
  }

  async #ask(tenant: Tenant, path: string, parameters: Record<string, string>): Promise<Timed> {
    const started = performance.now();
    const seconds = () => (performance.now() - started) / 1000;
    try {
      const response = await fetch(`${this.url}/loki/api/v1/${path}`, {
        method: 'POST',
        headers: { 'X-Scope-OrgID': tenant },
        body: new URLSearchParams(parameters),
        signal: AbortSignal.timeout(90_000),
      });
      if (!response.ok) {
        return { seconds: seconds(), refused: `${response.status} ${(await response.text()).slice(0, 90)}` };
      }
      const { data } = (await response.json()) as { data: { result: Series[] } };
      return { seconds: seconds(), series: data.result };
    } catch (error) {
      return { seconds: seconds(), refused: String(error) };
    }
  }

  async #open(): Promise<void> {
    this.#loki = await startLoki({ dataDir: this.#dir, config: join(this.#dir, 'loki.yaml') });
  }
}

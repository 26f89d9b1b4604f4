import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startLoki, type RunningLoki } from '../../stack/loki/loki';

/** Tenants keep the layouts apart in one server. */
export type Tenant = 'netobserv' | 'own' | `netobserv-${number}` | `own-${number}`;

/** One series of an answer. */
export interface Series {
  readonly metric: Readonly<Record<string, string>>;
  readonly value?: readonly [number, string];
  readonly values?: ReadonlyArray<readonly [number, string]>;
}

/** What came of a query: how long it took, and its answer or why there is none. */
export interface Timed {
  readonly seconds: number;
  /** CPU seconds of Loki: what the answer cost, however busy the machine is. NaN where the system does not tell. */
  readonly cpu: number;
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
    await writeFile(
      join(this.#dir, 'loki.yaml'),
      shipped
        .replace('auth_enabled: false', 'auth_enabled: true')
        // A day is stored in minutes: refused pushes would be measured too.
        .replace('ingestion_rate_mb: 16', 'ingestion_rate_mb: 512')
        .replace('ingestion_burst_size_mb: 32', 'ingestion_burst_size_mb: 512')
        .replace('per_stream_rate_limit: 8MB', 'per_stream_rate_limit: 512MB')
        .replace('per_stream_rate_limit_burst: 24MB', 'per_stream_rate_limit_burst: 512MB')
        // What NetObserv's queries over a day cost is told only where they come to an end; by default they have a minute.
        .replace('limits_config:', 'limits_config:\n  query_timeout: 15m')
        .replace('server:', 'server:\n  http_server_read_timeout: 15m\n  http_server_write_timeout: 15m')
    );
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
    for (;;) {
      // Again each time: what is being cut while it looks is passed over.
      await fetch(`${this.url}/flush`, { method: 'POST' });
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

  /** CPU seconds that it has used, as the system tells, to 10 ms. NaN where it does not. */
  cpu(): number {
    return cpuOf(this.#dir);
  }

  /** Loki's `max_query_series`. */
  async maxQuerySeries(tenant: Tenant): Promise<number> {
    const response = await fetch(`${this.url}/loki/api/v1/drilldown-limits`, { headers: { 'X-Scope-OrgID': tenant } });
    const { limits } = (await response.json()) as { limits: { max_query_series: number } };
    return limits.max_query_series;
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
    const before = cpuOf(this.#dir);
    const cost = () => ({ seconds: (performance.now() - started) / 1000, cpu: cpuOf(this.#dir) - before });
    try {
      const response = await fetch(`${this.url}/loki/api/v1/${path}`, {
        method: 'POST',
        headers: { 'X-Scope-OrgID': tenant },
        body: new URLSearchParams(parameters),
        signal: AbortSignal.timeout(900_000),
      });
      if (!response.ok) {
        return { ...cost(), refused: `${response.status} ${(await response.text()).slice(0, 90)}` };
      }
      const { data } = (await response.json()) as { data: { result: Series[] } };
      return { ...cost(), series: data.result };
    } catch (error) {
      return { ...cost(), refused: String(error) };
    }
  }

  async #open(): Promise<void> {
    this.#loki = await startLoki({ dataDir: this.#dir, config: join(this.#dir, 'loki.yaml') });
  }
}

/** Clock ticks a second in /proc on Linux, whatever the kernel's own. */
const TICKS = 100;

/** CPU seconds of the Loki that was started with a configuration in a folder (Linux). */
function cpuOf(dir: string): number {
  for (const pid of process.platform === 'linux' ? readdirSync('/proc').filter((name) => /^\d+$/.test(name)) : []) {
    try {
      const [program = '', ...args] = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
      if (program.endsWith('loki') && args.some((arg) => arg.includes(dir))) {
        const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
        return (Number(fields[11]) + Number(fields[12])) / TICKS;
      }
    } catch {
      // It ended while we looked.
    }
  }
  return NaN;
}

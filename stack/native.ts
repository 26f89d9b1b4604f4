import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildCollector, buildPlugin } from './build';
import { startCollector, type RunningCollector } from './collector/collector';
import { Steps, type Output } from './console/steps';
import { buildCluster } from './demo/model/cluster';
import { inventoryYaml } from './demo/model/inventory';
import { startDemo } from './demo/start';
import { HOW_TO_GET_GRAFANA, locateGrafana, startGrafana, type GrafanaLocation } from './grafana/grafana';
import { locateLoki, startLoki } from './loki/loki';
import { newestFlowMs } from './loki/newestFlow';
import type { StartOptions } from './options';
import type { Child } from './process/child';
import { takeLock } from './process/lock';
import { preferPort, type Transport } from './process/ports';
import type { Stopper } from './stopper';

/** The system, running on this machine. */
export interface RunningStack {
  readonly lokiUrl: string;
  readonly collectorUrl: string;
  /** Undefined where no Grafana can be had. */
  readonly grafanaUrl?: string;
  /** The demo cluster's program, for how far its history is. */
  readonly demo?: Child;
  /** Programs whose end is a failure. */
  readonly children: readonly Child[];
}

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

/** An incident begins in the demo's history, so that the ten-minute sums that rules look at hold it soon. */
const INCIDENT_MINUTES = { before: 15, after: 20 } as const;

/** Ports that people know. */
const PORTS = { grafana: 3000, loki: 3100, netflow: 2055, ipfix: 4739, sflow: 6343, collector: 9469 } as const;

/** Builds and starts everything, step by step. */
export class NativeStack {
  private readonly dataDir: string;
  private readonly children: Child[] = [];

  /**
   * @param root the repository.
   * @param stopper told how to stop each part as soon as it runs.
   */
  constructor(
    private readonly root: string,
    private readonly options: StartOptions,
    private readonly stopper: Stopper,
    private readonly output: Output
  ) {
    // Demo flows and real ones, and those of two demo clusters, must not mix.
    this.dataDir = join(root, '.stack', options.demo ? `demo-${options.seed}` : 'exporters');
  }

  /** @throws Error that says what failed, with the last log lines and where the log is. */
  async start(): Promise<RunningStack> {
    this.stopper.add('lock', takeLock(join(this.dataDir, 'lock')));
    const grafana = locateGrafana();
    const { demo } = this.options;
    const steps = new Steps(this.output, 3 + (grafana === undefined ? 0 : 2) + (demo ? 1 : 0));
    if (grafana !== undefined) {
      await steps.run('Build the Grafana app', async () =>
        (await buildPlugin(this.root)) ? undefined : 'up to date,'
      );
    }
    await steps.run('Build the collector', async () => ((await buildCollector(this.root)) ? undefined : 'up to date,'));
    const lokiUrl = await this.loki(steps);
    const historyFromMs = demo ? await this.historyFrom(lokiUrl) : undefined;
    const { collector, udp } = await this.collector(steps, lokiUrl, historyFromMs);
    const demoChild = historyFromMs === undefined ? undefined : await this.demo(steps, historyFromMs, collector, udp);
    const grafanaUrl = grafana === undefined ? undefined : await this.grafana(steps, grafana, lokiUrl);
    if (grafana === undefined) {
      this.output.write(`\n${HOW_TO_GET_GRAFANA}\n`);
    }
    return { lokiUrl, collectorUrl: collector.url, grafanaUrl, demo: demoChild, children: this.children };
  }

  private async loki(steps: Steps): Promise<string> {
    let url = '';
    await steps.run('Start Loki', async (progress) => {
      const location = await locateLoki(progress);
      const port = await this.port('Loki', PORTS.loki);
      const loki = await startLoki({
        dataDir: join(this.dataDir, 'loki'),
        port,
        ...('binary' in location ? { binary: location.binary } : {}),
      });
      this.started(loki.child, loki.stop);
      url = loki.url;
      return 'binary' in location ? undefined : `using ${location.url},`;
    });
    return url;
  }

  private async collector(
    steps: Steps,
    lokiUrl: string,
    historyFromMs: number | undefined
  ): Promise<{ collector: RunningCollector; udp: readonly string[] }> {
    return await steps.run('Start the collector', async () => {
      // The demo is this machine's own affair; real exporters come from elsewhere.
      const host = this.options.demo ? '127.0.0.1' : '0.0.0.0';
      const netflow = await this.port('NetFlow', PORTS.netflow, 'udp', host);
      const ipfix = await this.port('IPFIX', PORTS.ipfix, 'udp', host);
      const sflow = await this.port('sFlow', PORTS.sflow, 'udp', host);
      const udp = [netflow, ipfix, sflow].map((port) => (this.options.demo ? `${host}:${port}` : String(port)));
      const collector = await startCollector({
        root: this.root,
        dataDir: join(this.dataDir, 'collector'),
        listen: udp,
        lokiUrl,
        httpPort: await this.port('the collector’s metrics', PORTS.collector),
        inventory: this.options.demo ? this.writeInventory() : undefined,
        historyFromMs,
      });
      this.started(collector.child, () => collector.stop());
      return { collector, udp };
    });
  }

  private writeInventory(): string {
    const file = join(this.dataDir, 'inventory.yaml');
    mkdirSync(this.dataDir, { recursive: true });
    writeFileSync(file, inventoryYaml(buildCluster(this.options.seed)));
    return file;
  }

  /** What an earlier start has stored is not sent again: history goes on where it ended. */
  private async historyFrom(lokiUrl: string): Promise<number> {
    const { hours } = this.options;
    const newestMs = (await newestFlowMs(lokiUrl, Math.max(hours, 1) * HOUR_MS)) ?? 0;
    return Math.max(Date.now() - hours * HOUR_MS, newestMs);
  }

  private async demo(
    steps: Steps,
    sinceMs: number,
    collector: RunningCollector,
    udp: readonly string[]
  ): Promise<Child> {
    return await steps.run('Start the demo cluster', async () => {
      const { seed, rate, incident } = this.options;
      const nowMs = Date.now();
      const child = startDemo({
        root: this.root,
        dataDir: this.dataDir,
        collector: udp[1] ?? '',
        statusUrl: collector.url,
        seed,
        rate,
        sinceMs,
        ...(incident !== undefined && {
          incident: {
            name: incident,
            fromMs: nowMs - INCIDENT_MINUTES.before * MINUTE_MS,
            toMs: nowMs + INCIDENT_MINUTES.after * MINUTE_MS,
          },
        }),
      });
      this.started(child, () => child.stop());
      return child;
    });
  }

  private async grafana(steps: Steps, location: GrafanaLocation, lokiUrl: string): Promise<string> {
    let url = '';
    await steps.run('Start Grafana', async () => {
      const grafana = await startGrafana({
        location,
        pluginDir: join(this.root, 'dist'),
        provisioningDir: join(this.root, 'provisioning'),
        lokiUrl,
        dataDir: join(this.dataDir, 'grafana'),
        port: await this.port('Grafana', PORTS.grafana),
        anonymous: this.options.demo ? 'Admin' : undefined,
      });
      this.started(grafana.child, () => grafana.stop());
      url = grafana.url;
    });
    return url;
  }

  private started(child: Child | undefined, stop: () => Promise<void>): void {
    if (child !== undefined) {
      this.children.push(child);
      this.stopper.add(child.name, stop);
    }
  }

  private async port(what: string, wished: number, transport: Transport = 'tcp', host?: string): Promise<number> {
    const { port, wished: got } = await preferPort(wished, transport, host);
    if (!got) {
      this.output.write(`\nPort ${wished} is taken: ${what} uses ${port}\n`);
    }
    return port;
  }
}

import { spawn, type ChildProcess } from 'node:child_process';
import { openSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from '../../../stack/process/ports';
import { goflow2 } from '../goflow2/build';
import { benchCluster, inventoryText } from './cluster';
import { startSink } from './helpers';
import { kernelDrops, pause } from './processes';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

/** A collector under test. */
export interface Target {
  readonly pid: number;
  readonly port: number;
  /** Flows that have come out of it. */
  flows(): Promise<number>;
  /** Datagrams that the kernel dropped, and what it says itself of losses. */
  losses(): Promise<string>;
  /** What more there is to say. */
  note(): Promise<string>;
  stop(): Promise<void>;
}

/** How our collector is to run. */
export interface OwnOptions {
  readonly folder: string;
  readonly exporters: number;
  /** Pods of which it knows the names; 0 for no enrichment by cluster objects. */
  readonly pods: number;
  readonly spool: boolean;
  /** Settings beside those, in the form of the configuration file. */
  readonly settings?: Readonly<Record<string, object>>;
  /** Writes a CPU profile into the folder. */
  readonly profile: boolean;
}

function start(command: string, args: readonly string[], logFile: string): ChildProcess {
  const log = openSync(logFile, 'w');
  return spawn(command, args, { stdio: ['ignore', log, log] });
}

async function ended(child: ChildProcess): Promise<void> {
  const exit = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await exit;
}

async function untilAnswers(url: string): Promise<void> {
  for (let tries = 0; tries < 150; tries++) {
    const answer = await fetch(url).catch(() => undefined);
    if (answer?.ok === true) {
      return;
    }
    await pause(200);
  }
  throw new Error(`${url} does not answer`);
}

/** Our collector, as it is built, with a stand-in for Loki. */
export async function startOwn(options: OwnOptions): Promise<Target> {
  const { folder, exporters, pods, spool, profile } = options;
  const sink = await startSink();
  const port = await freePort('udp');
  const httpPort = await freePort();
  const inventory = join(folder, 'inventory.yaml');
  if (pods > 0) {
    writeFileSync(inventory, inventoryText(benchCluster(exporters, pods)));
  }
  const config = join(folder, 'collector.yaml');
  const settings = {
    receive: { listen: [`127.0.0.1:${port}`] },
    enrich: pods > 0 ? { inventory } : {},
    loki: { url: sink.url },
    http: { listen: `127.0.0.1:${httpPort}` },
    ...(spool && { spool: { path: join(folder, 'spool') } }),
    ...options.settings,
  };
  writeFileSync(config, JSON.stringify(settings));
  const profiling = profile ? ['--cpu-prof', `--cpu-prof-dir=${folder}`, '--cpu-prof-interval=500'] : [];
  const cli = join(ROOT, 'collector/dist/cli.mjs');
  const child = start(process.execPath, [...profiling, cli, 'run', '--config', config], join(folder, 'collector.log'));
  await untilAnswers(`http://127.0.0.1:${httpPort}/status`);
  const status = async () =>
    (await (await fetch(`http://127.0.0.1:${httpPort}/status`)).json()) as {
      lost: Record<string, number>;
      decoded: number;
    };
  return {
    pid: child.pid!,
    port,
    flows: async () => (await sink.counts()).flows,
    losses: async () => {
      const { lost } = await status();
      return `kernel ${kernelDrops(port)}${Object.entries(lost)
        .map(([reason, count]) => `, ${reason} ${count}`)
        .join('')}`;
    },
    note: async () => {
      const { pushes, bytes, rawBytes, flows } = await sink.counts();
      return `${pushes} pushes, ${Math.round(rawBytes / flows)} bytes a flow, ${Math.round(bytes / flows)} compressed`;
    },
    stop: async () => {
      await ended(child);
      sink.stop();
    },
  };
}

/** goflow2 with one of its formats, its output thrown away. */
export async function startGoflow2(format: 'json' | 'bin', folder: string): Promise<Target> {
  const port = await freePort('udp');
  const httpPort = await freePort();
  const args = [
    ...['-listen', `netflow://127.0.0.1:${port}`, '-addr', `127.0.0.1:${httpPort}`, '-loglevel', 'error'],
    ...['-format', format, '-transport', 'file', '-transport.file', '/dev/null'],
  ];
  const child = start(await goflow2(), args, join(folder, `goflow2-${format}.log`));
  const metrics = async () => (await fetch(`http://127.0.0.1:${httpPort}/metrics`)).text();
  await untilAnswers(`http://127.0.0.1:${httpPort}/metrics`);
  const sumOf = (text: string, pattern: RegExp) =>
    [...text.matchAll(pattern)].reduce((sum, [, value]) => sum + Number(value), 0);
  return {
    pid: child.pid!,
    port,
    flows: async () =>
      sumOf(await metrics(), /^goflow2_flow_process_nf_flowset_records_total\{.*type="DataFlowSet".*\} (\S+)$/gm),
    losses: async () => {
      const dropped = sumOf(await metrics(), /^goflow2_flow_dropped_packets_total\{.*\} (\S+)$/gm);
      return `kernel ${kernelDrops(port)}, its queue ${dropped}`;
    },
    note: () => Promise.resolve(''),
    stop: () => ended(child),
  };
}

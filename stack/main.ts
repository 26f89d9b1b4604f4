import { networkInterfaces } from 'node:os';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { buildPlugin } from './build';
import { readStatus, totalLost } from './collector/status';
import { chooseComposePorts, composeDown, composeUp, hasCompose } from './compose';
import { LiveLine, Steps } from './console/steps';
import { NativeStack, type RunningStack } from './native';
import { parseOptions, USAGE, type StartOptions } from './options';
import { describeFailure } from './process/child';
import { onOrphaned } from './process/orphaned';
import { Stopper } from './stopper';
import { watchFlows } from './terminal/watch';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const APP_PAGE = '/a/netobserv-flows-app/flows';
const DASHBOARD = '/d/netobserv-network-observability';
const LIVE_MS = 1000;

/** Addresses of this machine that exporters elsewhere could send to. */
function ownAddresses(): string[] {
  return Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ internal, family }) => !internal && family === 'IPv4')
    .map(({ address }) => address);
}

function exporterHelp(listen: readonly string[]): string {
  const ports = listen.map((text) => text.replace(/.*:/, ''));
  const address = ownAddresses()[0] ?? 'THIS_MACHINE';
  const [ipfix = ''] = ports.slice(1);
  return `Exporters send IPFIX, NetFlow v9 or v5, or sFlow by UDP to port ${ports.join(' or ')} of ${ownAddresses().join(', ') || 'this machine'}:
  Open vSwitch     ovs-vsctl -- --id=@i create IPFIX targets='"${address}:${ipfix}"' cache_active_timeout=60 -- set Bridge br-int ipfix=@i
  softflowd        softflowd -i eth0 -v 10 -n ${address}:${ipfix}
More in README.md; names for their addresses: docs/enrichment.md.`;
}

async function statusText(stack: Pick<RunningStack, 'collectorUrl' | 'demo'>): Promise<string> {
  try {
    const status = await readStatus(stack.collectorUrl);
    const history = stack.demo?.tail(1) ?? '';
    const parts = [
      `${status.flowsPerSecond.toFixed(0)} flows/s`,
      `${status.stored.toLocaleString('en')} stored`,
      `${totalLost(status).toLocaleString('en')} lost`,
      ...(status.pending > 1000 ? [`${status.pending.toLocaleString('en')} waiting`] : []),
      ...(history.startsWith('history:') ? [history] : []),
      ...status.reasons,
    ];
    return parts.join(' · ');
  } catch (error) {
    return `the collector does not answer: ${(error as Error).message}`;
  }
}

async function showLive(stack: RunningStack, signal: AbortSignal): Promise<void> {
  const line = new LiveLine(process.stdout);
  if (stack.grafanaUrl === undefined) {
    let status = await statusText(stack);
    const refresh = setInterval(() => void statusText(stack).then((text) => (status = text)), LIVE_MS);
    signal.addEventListener('abort', () => clearInterval(refresh));
    await watchFlows({ lokiUrl: stack.lokiUrl, output: process.stdout, statusLine: () => status, signal });
    return;
  }
  while (!signal.aborted) {
    line.show(await statusText(stack));
    await sleep(LIVE_MS, undefined, { signal }).catch(() => undefined);
  }
  line.clear();
}

async function printAddresses(stack: RunningStack, options: StartOptions): Promise<void> {
  const { listen } = await readStatus(stack.collectorUrl);
  const lines = [''];
  if (stack.grafanaUrl !== undefined) {
    const base = stack.grafanaUrl.replace('127.0.0.1', 'localhost');
    lines.push(`Open ${base}${APP_PAGE}`, `  dashboard ${base}${DASHBOARD}`);
    lines.push(
      options.demo ? '  no login needed: demo on this machine only' : '  login admin, password admin at first'
    );
  }
  lines.push(`  Loki ${stack.lokiUrl}, collector ${stack.collectorUrl}/status`);
  lines.push(...(options.demo ? [] : ['', exporterHelp(listen)]), '', 'Ctrl-C stops it all.', '');
  process.stdout.write(`${lines.join('\n')}\n`);
}

async function startWithCompose(options: StartOptions, stopper: Stopper): Promise<RunningStack> {
  const steps = new Steps(process.stdout, 2);
  await steps.run('Build the Grafana app', async () => ((await buildPlugin(root)) ? undefined : 'up to date,'));
  const ports = await chooseComposePorts((message) => process.stdout.write(`${message}\n`));
  stopper.add('Compose', () => composeDown(root, options, ports));
  await steps.run('Start Loki, collector and Grafana with Docker Compose', () => composeUp(root, options, ports));
  return {
    lokiUrl: `http://127.0.0.1:${ports.LOKI_PORT}`,
    collectorUrl: `http://127.0.0.1:${ports.COLLECTOR_PORT}`,
    grafanaUrl: `http://127.0.0.1:${ports.GRAFANA_PORT}`,
    children: [],
  };
}

/** Aborts on a signal, and when the npm that started this is gone. A second signal ends at once. */
function untilStopped(): AbortController {
  const stop = new AbortController();
  let signals = 0;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (++signals > 1) {
        // The guard ends what is left.
        process.exit(1);
      }
      stop.abort();
    });
  }
  onOrphaned(() => stop.abort());
  return stop;
}

/** Fails as soon as one of the programs ends by itself. */
function firstDeath({ children }: RunningStack): Promise<never> {
  return new Promise((_, reject) => {
    for (const child of children) {
      void child.ended.then((how) => {
        if (!child.stopping) {
          reject(new Error(describeFailure(child, `ended (${how})`)));
        }
      });
    }
  });
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

async function serve(options: StartOptions, stopper: Stopper, signal: AbortSignal): Promise<void> {
  const useCompose = !options.native && (await hasCompose());
  const stack = useCompose
    ? await startWithCompose(options, stopper)
    : await new NativeStack(root, options, stopper, process.stdout).start();
  if (signal.aborted) {
    return;
  }
  await printAddresses(stack, options);
  await Promise.race([showLive(stack, signal), firstDeath(stack)]);
}

async function main(): Promise<void> {
  const options = parseOptions(process.argv.slice(2));
  if (options.help) {
    process.stdout.write(USAGE);
    return;
  }
  const stop = untilStopped();
  const stopper = new Stopper();
  try {
    // A signal need not wait for the step that is going on: what was started is stopped, the rest dies with us.
    await Promise.race([serve(options, stopper, stop.signal), aborted(stop.signal)]);
    process.stdout.write('\nStopping …\n');
  } catch (error) {
    process.stderr.write(`\n${(error as Error).message}\n`);
    process.exitCode = 1;
  } finally {
    stop.abort();
    const failures = await stopper.stop();
    failures.forEach((failure) => process.stderr.write(`could not stop ${failure}\n`));
  }
}

await main().catch((error: Error) => {
  process.stderr.write(`${error.message}\n\n${USAGE}`);
  process.exitCode = 2;
});
process.exit();

import { execFile, spawn } from 'node:child_process';
import { promisify } from 'node:util';
import type { StartOptions } from './options';
import { preferPort } from './process/ports';

const run = promisify(execFile);
const COMMAND_TIMEOUT_MS = 15_000;

/** True where Docker has Compose and its engine answers. */
export async function hasCompose(): Promise<boolean> {
  try {
    await run('docker', ['compose', 'version'], { timeout: COMMAND_TIMEOUT_MS });
    // An engine that cannot be reached fails here; `docker` alone proves nothing.
    await run('docker', ['info'], { timeout: COMMAND_TIMEOUT_MS });
    return true;
  } catch {
    return false;
  }
}

/** Arguments of `docker` for a command of Compose, with the demo where it is wanted. */
export function composeArguments(options: Pick<StartOptions, 'demo'>, ...command: readonly string[]): string[] {
  return ['compose', ...(options.demo ? ['--env-file', 'deploy/compose/demo.env'] : []), ...command];
}

function docker(root: string, args: readonly string[], env: Readonly<Record<string, string>>): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn('docker', [...args], { cwd: root, env: { ...process.env, ...env }, stdio: 'inherit' });
    child.once('error', reject);
    child.once('close', (code, signal) =>
      code === 0
        ? resolve()
        : reject(new Error(`docker ${args.join(' ')} ended with ${signal ?? `exit code ${code}`}; its output is above`))
    );
  });
}

/** Ports on this machine, by the variables that `docker-compose.yaml` takes them from. */
const COMPOSE_PORTS = { GRAFANA_PORT: 3000, LOKI_PORT: 3100, COLLECTOR_PORT: 9469 } as const;

/** The same, as chosen for one start. */
export type ComposePorts = Readonly<Record<keyof typeof COMPOSE_PORTS, string>>;

/**
 * The usual ports where they are free, others where they are not; what the environment sets stays.
 * @param onTaken told of each port that another stands in for.
 */
export async function chooseComposePorts(onTaken: (message: string) => void): Promise<ComposePorts> {
  const choose = async (variable: keyof typeof COMPOSE_PORTS): Promise<string> => {
    const set = process.env[variable];
    if (set) {
      return set;
    }
    const usual = COMPOSE_PORTS[variable];
    const { port, wished } = await preferPort(usual);
    if (!wished) {
      onTaken(`Port ${usual} is taken: ${variable} is ${port}`);
    }
    return String(port);
  };
  return {
    GRAFANA_PORT: await choose('GRAFANA_PORT'),
    LOKI_PORT: await choose('LOKI_PORT'),
    COLLECTOR_PORT: await choose('COLLECTOR_PORT'),
  };
}

/**
 * Builds and starts everything with `docker-compose.yaml`, and waits until it is healthy. The app must be built.
 * @throws Error naming the command that failed.
 */
export async function composeUp(root: string, options: StartOptions, ports: ComposePorts): Promise<void> {
  const { seed, hours, rate } = options;
  const env = { ...ports, DEMO_SEED: String(seed), DEMO_BACKFILL: `${hours * 60}m`, DEMO_RATE: String(rate) };
  await docker(root, composeArguments(options, 'up', '--build', '--detach', '--wait'), env);
}

/** Stops what {@link composeUp} started; stored flows and Grafana's data stay in their volumes. */
export async function composeDown(root: string, options: StartOptions, ports: ComposePorts): Promise<void> {
  await docker(root, composeArguments(options, 'down'), ports);
}

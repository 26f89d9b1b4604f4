import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stringify } from 'yaml';
import type { Status } from '../../../collector/src/status';
import { startChild, waitUntilReady, type Child } from '../../../stack/process/child';

const root = fileURLToPath(new URL('../../../', import.meta.url));

/** On a machine that other work may have to itself for minutes. */
export const READY_WITHIN_MS = 600_000;

/** Bundles the collector as it is shipped: it starts in a fraction of the time that its sources take. */
export function buildCollector(): void {
  const { status } = spawnSync(process.execPath, [join(root, 'collector/build.mjs')], { stdio: 'inherit' });
  if (status !== 0) {
    throw new Error('the collector did not build; what was wrong is above');
  }
}

/** A collector that runs as a process of its own, so that it can be killed. */
export class CollectorProcess {
  private constructor(
    private readonly child: Child,
    private readonly httpPort: number
  ) {}

  /**
   * Starts it and waits until it receives.
   * @param folder for its configuration and its log.
   * @param maxFileBytes writes that would make a file larger fail, partly done, as on a disk that is full.
   */
  static async start(
    folder: string,
    config: Record<string, unknown>,
    httpPort: number,
    maxFileBytes?: number
  ): Promise<CollectorProcess> {
    const file = join(folder, 'collector.yaml');
    writeFileSync(file, stringify({ ...config, http: { listen: `127.0.0.1:${httpPort}` } }));
    const cli = join(root, 'collector/dist/cli.mjs');
    // The shell counts in blocks of 512 bytes (POSIX); the signal of the limit would end the process.
    const limit = maxFileBytes === undefined ? '' : `trap '' XFSZ; ulimit -f ${Math.ceil(maxFileBytes / 512)}; `;
    const child = startChild({
      name: 'the collector',
      command: 'sh',
      args: ['-c', `${limit}exec "$0" "$@"`, process.execPath, cli, 'run', '--config', file],
      cwd: root,
      logFile: join(folder, `collector-${Date.now()}.log`),
    });
    const process_ = new CollectorProcess(child, httpPort);
    await waitUntilReady(child, async () => (await process_.get('/healthz')).ok, READY_WITHIN_MS);
    return process_;
  }

  async status(): Promise<Status> {
    return (await (await this.get('/status')).json()) as Status;
  }

  /** Ends it as `kill -9` does. */
  kill(): Promise<void> {
    return this.child.kill();
  }

  /** Ends it as whoever runs it would. */
  stop(): Promise<void> {
    return this.child.stop(30_000);
  }

  tail(): string {
    return this.child.tail(30);
  }

  private get(path: string): Promise<Response> {
    return fetch(`http://127.0.0.1:${this.httpPort}${path}`, { signal: AbortSignal.timeout(5000) });
  }
}

import { execFile, spawn } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/** The Loki that `stack/loki/go.mod` pins. */
export const LOKI_VERSION = '3.7.8';

const run = promisify(execFile);

/** Told in words how far a long step is; called often. */
export type OnProgress = (message: string) => void;

/** Where the built Loki is kept, outside the repository: `$XDG_CACHE_HOME`, else `~/.cache`. */
export function cachedLoki(env: NodeJS.ProcessEnv = process.env): string {
  const cache = env['XDG_CACHE_HOME'] || join(homedir(), '.cache');
  return join(cache, 'netobserv-flows', `loki-${LOKI_VERSION}`, 'loki');
}

/**
 * The version that a Loki program says it is.
 * @returns undefined where it cannot be run or says no version.
 */
export async function lokiVersion(binary: string): Promise<string | undefined> {
  try {
    const { stdout, stderr } = await run(binary, ['-version'], { timeout: 20_000 });
    return /version (\d+\.\d+\.\d+)/.exec(stdout + stderr)?.[1];
  } catch {
    return undefined;
  }
}

function minutes(sinceMs: number): string {
  const seconds = Math.floor((Date.now() - sinceMs) / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

/**
 * Builds Loki from its Go module into the cache. The first time takes some minutes and about 4 GB for Go's own caches.
 * @param onProgress told how many packages are compiled.
 * @returns the path of the program.
 * @throws Error where Go is missing or the build fails, with the compiler's last lines and what to do.
 */
export async function buildLoki(onProgress: OnProgress = () => undefined): Promise<string> {
  const target = cachedLoki();
  if (existsSync(target)) {
    return target;
  }
  await run('go', ['version']).catch(() => {
    throw new Error(
      'No Loki found and no Go to build it with. Install Go (https://go.dev/dl), or put a `loki` 3.x on PATH, ' +
        'or name a running one: LOKI_URL=http://host:3100 npm start'
    );
  });
  mkdirSync(dirname(target), { recursive: true });
  // Built under another name first: an interrupted build must not be taken for a finished one.
  const partial = `${target}.partial-${process.pid}`;
  const started = Date.now();
  try {
    await goBuild(partial, (message) => onProgress(`${message}, ${minutes(started)}`));
    renameSync(partial, target);
  } finally {
    rmSync(partial, { force: true });
  }
  return target;
}

function goBuild(output: string, onProgress: OnProgress): Promise<void> {
  const args = [
    'build',
    '-v',
    '-trimpath',
    '-ldflags',
    `-s -w -X github.com/grafana/loki/v3/pkg/util/build.Version=${LOKI_VERSION}`,
    '-o',
    output,
    'github.com/grafana/loki/v3/cmd/loki',
  ];
  const cwd = dirname(fileURLToPath(import.meta.url));
  return new Promise((resolve, reject) => {
    const child = spawn('go', args, { cwd, stdio: ['ignore', 'ignore', 'pipe'] });
    const last: string[] = [];
    let compiled = 0;
    let downloaded = 0;
    createInterface({ input: child.stderr }).on('line', (line) => {
      last.push(line);
      if (last.length > 20) {
        last.shift();
      }
      if (line.startsWith('go: downloading')) {
        onProgress(`downloading Go modules (${++downloaded})`);
      } else if (!line.startsWith('go:')) {
        onProgress(`compiled ${++compiled} packages of about 2,000`);
      }
    });
    child.once('error', reject);
    child.once('close', (code) =>
      code === 0
        ? resolve()
        : reject(
            new Error(
              `Building Loki ${LOKI_VERSION} failed (exit code ${code}):\n${last.join('\n')}\n` +
                'Remedy: see that the Go module proxy can be reached, or use LOKI_URL or a `loki` on PATH.'
            )
          )
    );
  });
}

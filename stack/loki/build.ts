import { execFile } from 'node:child_process';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { buildProgram, cachedProgram, type GoProgram, type OnProgress } from '../goProgram';

export type { OnProgress } from '../goProgram';

/** The Loki that `stack/loki/go.mod` pins. */
export const LOKI_VERSION = '3.7.8';

const LOKI: GoProgram = {
  name: 'loki',
  version: LOKI_VERSION,
  package: 'github.com/grafana/loki/v3/cmd/loki',
  folder: dirname(fileURLToPath(import.meta.url)),
  variables: [`github.com/grafana/loki/v3/pkg/util/build.Version=${LOKI_VERSION}`],
  packages: 2000,
  otherwise: 'put a `loki` 3.x on PATH, or name a running one: LOKI_URL=http://host:3100 npm start',
};

/** Where the built Loki is kept, outside the repository: `$XDG_CACHE_HOME`, else `~/.cache`. */
export function cachedLoki(env: NodeJS.ProcessEnv = process.env): string {
  return cachedProgram(LOKI, env);
}

/**
 * The version that a Loki program says it is.
 * @returns undefined where it cannot be run or says no version.
 */
export async function lokiVersion(binary: string): Promise<string | undefined> {
  try {
    const { stdout, stderr } = await promisify(execFile)(binary, ['-version'], { timeout: 20_000 });
    return /version (\d+\.\d+\.\d+)/.exec(stdout + stderr)?.[1];
  } catch {
    return undefined;
  }
}

/**
 * Builds Loki from its Go module into the cache. The first time takes some minutes and about 4 GB for Go's own caches.
 * @param onProgress told how many packages are compiled.
 * @returns the path of the program.
 * @throws Error where Go is missing or the build fails, with the compiler's last lines and what to do.
 */
export function buildLoki(onProgress?: OnProgress): Promise<string> {
  return buildProgram(LOKI, onProgress);
}

import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/** The goflow2 that `go.mod` beside this file pins. */
export const GOFLOW2_VERSION = '2.2.6';

/**
 * goflow2, built from its Go module where it was not built before; kept as Loki is, outside the repository.
 * @returns the path of the program.
 * @throws Error where Go is missing or the build fails.
 */
export async function goflow2(env: NodeJS.ProcessEnv = process.env): Promise<string> {
  const cache = env['XDG_CACHE_HOME'] || join(homedir(), '.cache');
  const target = join(cache, 'netobserv-flows', `goflow2-${GOFLOW2_VERSION}`, 'goflow2');
  if (existsSync(target)) {
    return target;
  }
  mkdirSync(dirname(target), { recursive: true });
  // Built under another name first: an interrupted build must not be taken for a finished one.
  const partial = `${target}.partial-${process.pid}`;
  const args = ['-n', '19', 'go', 'build', '-trimpath', '-o', partial, 'github.com/netsampler/goflow2/v2/cmd/goflow2'];
  try {
    await promisify(execFile)('nice', args, { cwd: dirname(fileURLToPath(import.meta.url)) });
    renameSync(partial, target);
  } catch (error) {
    throw new Error(
      `goflow2 ${GOFLOW2_VERSION} cannot be built; it needs Go 1.26 (https://go.dev/dl): ${String(error)}`,
      {
        cause: error,
      }
    );
  } finally {
    rmSync(partial, { force: true });
  }
  return target;
}

import { execFile, spawn } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';

/** A program that is built from a Go module which a `go.mod` of ours pins. */
export interface GoProgram {
  /** File name of the program, such as `loki`. */
  readonly name: string;
  readonly version: string;
  /** Go package of its main function. */
  readonly package: string;
  /** Folder of our `go.mod`. */
  readonly folder: string;
  /** Variables to set when linking, `path=value` each: programs tell their version by them. */
  readonly variables: readonly string[];
  /** About how many packages are compiled, for messages. */
  readonly packages: number;
  /** What a person can do where there is no Go, or the build fails. */
  readonly otherwise: string;
}

/** Told in words how far a long step is; called often. */
export type OnProgress = (message: string) => void;

/** Where a built program is kept, outside the repository: under `$XDG_CACHE_HOME`, else `~/.cache`. */
export function cachedProgram({ name, version }: GoProgram, env: NodeJS.ProcessEnv = process.env): string {
  const cache = env['XDG_CACHE_HOME'] || join(homedir(), '.cache');
  return join(cache, 'netobserv-flows', `${name}-${version}`, name);
}

/**
 * Builds a program into the cache, where it is not there yet. The first time takes minutes, and some GB for Go's own
 * caches.
 * @param onProgress told how many packages are compiled.
 * @returns the path of the program.
 * @throws Error where Go is missing or the build fails, with the compiler's last lines and what to do.
 */
export async function buildProgram(program: GoProgram, onProgress: OnProgress = () => undefined): Promise<string> {
  const target = cachedProgram(program);
  if (existsSync(target)) {
    return target;
  }
  await promisify(execFile)('go', ['version']).catch(() => {
    throw new Error(
      `No ${program.name} found and no Go to build it with. Install Go (https://go.dev/dl), or ${program.otherwise}`
    );
  });
  mkdirSync(dirname(target), { recursive: true });
  // Built under another name first: an interrupted build must not be taken for a finished one.
  const partial = `${target}.partial-${process.pid}`;
  const started = Date.now();
  try {
    await goBuild(program, partial, (message) => onProgress(`${message}, ${minutes(started)}`));
    renameSync(partial, target);
  } finally {
    rmSync(partial, { force: true });
  }
  return target;
}

function minutes(sinceMs: number): string {
  const seconds = Math.floor((Date.now() - sinceMs) / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

function goBuild(program: GoProgram, output: string, onProgress: OnProgress): Promise<void> {
  const { name, version, folder, packages, otherwise } = program;
  const flags = ['-s', '-w', ...program.variables.flatMap((variable) => ['-X', variable])].join(' ');
  const args = ['build', '-v', '-trimpath', '-ldflags', flags, '-o', output, program.package];
  return new Promise((resolve, reject) => {
    const child = spawn('go', args, { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
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
        onProgress(`compiled ${++compiled} packages of about ${packages.toLocaleString('en')}`);
      }
    });
    child.once('error', reject);
    child.once('close', (code) =>
      code === 0
        ? resolve()
        : reject(
            new Error(
              `Building ${name} ${version} failed (exit code ${code}):\n${last.join('\n')}\n` +
                `Remedy: see that the Go module proxy can be reached, or ${otherwise}`
            )
          )
    );
  });
}

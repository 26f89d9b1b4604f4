import { execFile } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** What the plugin is built from, relative to the repository. */
const SOURCES = ['src', 'schema', 'package.json', 'package-lock.json', 'webpack.config.ts', '.config', 'tsconfig.json'];

/** When a file, or the newest file below a folder, was changed last, in ms since the Unix epoch; 0 where missing. */
export function newestChange(path: string): number {
  if (!existsSync(path)) {
    return 0;
  }
  const stat = statSync(path);
  if (!stat.isDirectory()) {
    return stat.mtimeMs;
  }
  return readdirSync(path)
    .filter((name) => name !== 'node_modules' && name !== 'dist')
    .reduce((newest, name) => Math.max(newest, newestChange(join(path, name))), 0);
}

/** True where something that is built from was changed after it was built. */
export function isStale(built: string, sources: readonly string[]): boolean {
  const builtMs = newestChange(built);
  return builtMs === 0 || sources.some((source) => newestChange(source) > builtMs);
}

/**
 * Builds a part of the project by its npm script.
 * @throws Error with the last lines that the build printed.
 */
async function npmRun(root: string, script: string): Promise<void> {
  try {
    await run('npm', ['run', '-s', script], { cwd: root, maxBuffer: 64 * 1024 * 1024 });
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    const last = `${stdout}\n${stderr}`.trim().split('\n').slice(-30).join('\n');
    throw new Error(`npm run ${script} failed:\n${last}`);
  }
}

/**
 * Builds the plugin into `dist/` where its sources are newer.
 * @param root the repository.
 * @returns false where it was built already.
 */
export async function buildPlugin(root: string): Promise<boolean> {
  const stale = isStale(
    join(root, 'dist', 'plugin.json'),
    SOURCES.map((source) => join(root, source))
  );
  if (stale) {
    await npmRun(root, 'build:plugin');
  }
  return stale;
}

/**
 * Builds the collector into `collector/dist/` where its sources are newer.
 * @param root the repository.
 * @returns false where it was built already.
 */
export async function buildCollector(root: string): Promise<boolean> {
  const sources = ['collector/src', 'collector/build.mjs', 'collector/package.json', 'schema', 'package-lock.json'];
  const stale = isStale(
    join(root, 'collector', 'dist', 'cli.mjs'),
    sources.map((source) => join(root, source))
  );
  if (stale) {
    await npmRun(root, 'build:collector');
  }
  return stale;
}

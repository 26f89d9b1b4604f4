import { Worker, type WorkerOptions } from 'node:worker_threads';

/** Whether this runs from its source, as tests do, rather than from the bundle. */
export const FROM_SOURCE = import.meta.url.endsWith('.ts');

/**
 * Starts a thread. Its program stands beside the bundle; run from its source, it is TypeScript, which tsx loads.
 * @param bundled file name of the program in `dist/` (collector/build.mjs).
 * @param source its path from this folder.
 */
export function startThread(bundled: string, source: string, options: WorkerOptions = {}): Worker {
  if (!FROM_SOURCE) {
    return new Worker(new URL(bundled, import.meta.url), options);
  }
  const file = JSON.stringify(new URL(source, import.meta.url).href);
  const program = `import('tsx/esm/api').then(({ tsImport }) => tsImport(${file}, ${file}))`;
  return new Worker(program, { ...options, eval: true });
}

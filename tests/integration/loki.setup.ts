import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { startLoki } from '../../stack/loki/loki';

declare module 'vitest' {
  export interface ProvidedContext {
    /** Base address of the Loki that all integration tests share; tests keep apart by a label of their own. */
    lokiUrl: string;
  }
}

/** One real Loki for all integration tests: `LOKI_URL`, else one of our own with empty data, removed afterwards. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const dataDir = await mkdtemp(join(tmpdir(), 'netobserv-flows-loki-'));
  const loki = await startLoki({ dataDir }).catch(async (error: unknown) => {
    await rm(dataDir, { recursive: true, force: true });
    throw error;
  });
  project.provide('lokiUrl', loki.url);
  return async () => {
    await loki.stop();
    await rm(dataDir, { recursive: true, force: true });
  };
}

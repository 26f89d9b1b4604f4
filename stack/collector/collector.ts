import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startChild, waitUntilReady, type Child } from '../process/child';
import { collectorYaml, type CollectorSettings } from './config';
import { readStatus } from './status';

/** How to start the built collector. */
export interface StartCollectorOptions extends CollectorSettings {
  /** The repository; the collector must be built. */
  readonly root: string;
  /** Folder for its configuration and its log; made where missing. */
  readonly dataDir: string;
}

/** A collector that receives. */
export interface RunningCollector {
  /** Base address of its HTTP side. */
  readonly url: string;
  readonly child: Child;
  stop(): Promise<void>;
}

/**
 * Writes the collector's configuration, starts it and waits until it receives and Loki takes its flows.
 * @throws Error with its last log lines where it ends or does not get ready within 60 s.
 */
export async function startCollector(options: StartCollectorOptions): Promise<RunningCollector> {
  mkdirSync(options.dataDir, { recursive: true });
  const config = join(options.dataDir, 'collector.yaml');
  writeFileSync(config, collectorYaml(options));
  const child = startChild({
    name: 'The collector',
    command: process.execPath,
    args: ['--enable-source-maps', join(options.root, 'collector', 'dist', 'cli.mjs'), 'run', '--config', config],
    cwd: options.dataDir,
    logFile: join(options.dataDir, 'collector.log'),
  });
  const url = `http://127.0.0.1:${options.httpPort}`;
  try {
    await waitUntilReady(child, async () => (await readStatus(url)).ready, 60_000);
  } catch (error) {
    await child.stop();
    throw error;
  }
  // It sends what it still holds before it ends.
  return { url, child, stop: () => child.stop(20_000) };
}

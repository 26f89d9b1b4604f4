import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { startChild, type Child } from '../process/child';
import type { Incident } from './traffic/incidents';

/** How to start the demo cluster as a program of its own. */
export interface StartDemoOptions {
  /** The repository. */
  readonly root: string;
  /** Folder for its log. */
  readonly dataDir: string;
  /** Where the collector listens, `127.0.0.1:2055`. */
  readonly collector: string;
  /** The collector's HTTP side. */
  readonly statusUrl: string;
  readonly seed: number;
  readonly rate: number;
  /** Start of its history, in ms since the Unix epoch. */
  readonly sinceMs: number;
  /** What goes wrong, and when. */
  readonly incident?: Incident;
}

function incidentArguments(incident: Incident | undefined): string[] {
  return incident === undefined
    ? []
    : [
        '--incident',
        incident.name,
        '--incident-from',
        String(Math.floor(incident.fromMs)),
        '--incident-to',
        String(Math.floor(incident.toMs)),
      ];
}

/** Starts the demo cluster's exporters. */
export function startDemo(options: StartDemoOptions): Child {
  const tsx = createRequire(import.meta.url).resolve('tsx');
  return startChild({
    name: 'The demo cluster',
    command: process.execPath,
    args: [
      '--import',
      pathToFileURL(tsx).href,
      join(options.root, 'stack', 'demo', 'cli.ts'),
      '--collector',
      options.collector,
      '--status',
      options.statusUrl,
      '--seed',
      String(options.seed),
      '--rate',
      String(options.rate),
      '--since',
      String(Math.floor(options.sinceMs)),
      ...incidentArguments(options.incident),
    ],
    cwd: options.root,
    logFile: join(options.dataDir, 'demo.log'),
  });
}

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { COLLECTOR_HEALTH } from './collectorHealth';
import { NAMESPACE, WORKLOAD } from './objects';
import { dashboardJson } from './panels';

/** Writes the dashboards that are made here; with `--check` only tells whether the files are what it would write. */

/** Raise with every change: Grafana imports a bundled dashboard anew when its revision is higher. */
const REVISION = 1;

const FILES = {
  'collector-health.json': COLLECTOR_HEALTH,
  'namespace.json': NAMESPACE,
  'workload.json': WORKLOAD,
};

for (const [name, plan] of Object.entries(FILES)) {
  const file = join(process.cwd(), 'src', 'dashboards', name);
  const text = `${JSON.stringify(dashboardJson(plan, REVISION), null, 2)}\n`;
  if (!process.argv.includes('--check')) {
    writeFileSync(file, text);
  } else if (JSON.stringify(JSON.parse(readFileSync(file, 'utf8'))) !== JSON.stringify(JSON.parse(text))) {
    console.error(`src/dashboards/${name} does not follow src/dashboards/build: run \`npm run dashboards\``);
    process.exitCode = 1;
  }
}

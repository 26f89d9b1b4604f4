import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { COLLECTOR_HEALTH } from './collectorHealth';
import { NETWORK_OBSERVABILITY } from './networkObservability';
import { NAMESPACE, WORKLOAD } from './objects';
import { dashboardJson, flowTableUrl } from './panels';
import { STEP_VARIABLES } from './steps';
import { PANEL_WINDOW, withWholeSteps } from '../../flow/logql/wholeSteps';

/** Writes the dashboards that are made here; with `--check` only tells whether the files are what it would write. */

/** Raise with every change: Grafana imports a bundled dashboard anew when its revision is higher. */
const REVISION = 11;

const FILES = {
  'collector-health.json': COLLECTOR_HEALTH,
  'namespace.json': NAMESPACE,
  'workload.json': WORKLOAD,
};

const folder = join(process.cwd(), 'src', 'dashboards');

/** How 'Network Observability' looks is edited in its JSON; queries, variables of steps and the link are put into it. */
function networkObservability(): object {
  const dashboard = JSON.parse(readFileSync(join(folder, 'network-observability.json'), 'utf8')) as {
    panels: Array<{ title: string; targets?: Array<{ expr: string }> }>;
    links: Array<{ type: string; url: string }>;
    templating: { list: Array<{ name: string }> };
  };
  for (const { title, targets = [] } of dashboard.panels) {
    for (const target of targets) {
      const expr = NETWORK_OBSERVABILITY[title];
      if (expr === undefined) {
        throw new Error(
          `network-observability.json: there is no query for the panel "${title}"; add it to NETWORK_OBSERVABILITY`
        );
      }
      target.expr = expr.includes('$__auto') ? withWholeSteps(expr, PANEL_WINDOW) : expr;
    }
  }
  const steps = new Set<string>(STEP_VARIABLES.map(({ name }) => name));
  const others = dashboard.templating.list.filter(({ name }) => !steps.has(name));
  const links = dashboard.links.map((link) => (link.type === 'link' ? { ...link, url: flowTableUrl() } : link));
  return { ...dashboard, links, templating: { list: [...others, ...STEP_VARIABLES] }, revision: REVISION };
}

const made = [
  ...Object.entries(FILES).map(([name, plan]) => [name, dashboardJson(plan, REVISION) as object] as const),
  ['network-observability.json', networkObservability()] as const,
];

for (const [name, dashboard] of made) {
  const file = join(folder, name);
  const text = `${JSON.stringify(dashboard, null, 2)}\n`;
  if (!process.argv.includes('--check')) {
    writeFileSync(file, text);
  } else if (JSON.stringify(JSON.parse(readFileSync(file, 'utf8'))) !== JSON.stringify(JSON.parse(text))) {
    console.error(`src/dashboards/${name} does not follow src/dashboards/build: run \`npm run dashboards\``);
    process.exitCode = 1;
  }
}

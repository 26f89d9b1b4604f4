import { readFileSync } from 'node:fs';
import { TIER_MS, type TierName } from '@netobserv-flows/schema';
import type { TimeSpan } from '../../src/flow/plan/index';
import type { Server, Tenant, Timed } from './server';

/** A panel that NetObserv's dashboard and ours both have, with both queries. */
export interface PanelQueries {
  readonly title: string;
  readonly ours: string;
  readonly theirs: string;
}

const STREAM = '{app="netobserv-flowcollector", SrcK8S_Namespace=~".*", DstK8S_Namespace=~".*"}';
const bytes = (by: string) => `topk(10, sum by (${by}) (rate(${STREAM} | json | unwrap Bytes | __error__="" [1m])))`;
const flows = (by: string) => `topk(10, sum by (${by}) (rate(${STREAM} | json [1m])))`;

/** The questions of NetObserv's dashboard, asked its way: every line parsed as a whole, minute by minute. */
const THEIRS: Readonly<Record<string, string>> = {
  'Total flows': `sum(rate(${STREAM} | json [1m]))`,
  'Flows by source namespace': flows('SrcK8S_Namespace'),
  'Flows by destination namespace': flows('DstK8S_Namespace'),
  'Volumetry by source namespace': bytes('SrcK8S_Namespace'),
  'Volumetry by destination namespace': bytes('DstK8S_Namespace'),
  'Volumetry by source workload': bytes('SrcK8S_Namespace, SrcK8S_OwnerName'),
  'Volumetry by destination workload': bytes('DstK8S_Namespace, DstK8S_OwnerName'),
};

interface Bundled {
  readonly panels: ReadonlyArray<{
    readonly title: string;
    readonly targets?: ReadonlyArray<{ readonly expr: string }>;
  }>;
}

/** The panels that both have; ours as the bundled dashboard asks them, from sums, nothing chosen. */
export function panelQueries(): PanelQueries[] {
  const file = new URL('../../src/dashboards/network-observability.json', import.meta.url);
  const { panels } = JSON.parse(readFileSync(file, 'utf8')) as Bundled;
  return Object.entries(THEIRS).map(([title, theirs]) => {
    const expr = panels.find((panel) => panel.title === title)?.targets?.[0]?.expr;
    if (expr === undefined) {
      throw new Error(`the dashboard has no panel "${title}"`);
    }
    return { title, theirs, ours: expr };
  });
}

/** A step of the dashboard that has sums by default. */
export type Step = Exclude<TierName, '1m'>;

/** In which steps a range is asked: the ten minutes that the dashboard has up to a day, for a day in hours too. */
export function stepsFor({ fromMs, toMs }: TimeSpan): readonly Step[] {
  return toMs - fromMs >= 86_400_000 ? ['10m', '1h'] : ['10m'];
}

/** Our panel over a range. */
export function askPanel(
  server: Server,
  tenant: Tenant,
  { ours }: PanelQueries,
  range: TimeSpan,
  step: Step
): Promise<Timed> {
  const expr = ours
    .replaceAll('$__auto', step)
    .replaceAll('$window', step)
    .replace(/\$\w+(?=[")])/g, '.*');
  return server.range(tenant, expr, range.fromMs + TIER_MS[step], range.toMs, TIER_MS[step]);
}

/** NetObserv's panel over a range, with as many steps as Grafana asks for. */
export function askTheirPanel(server: Server, { theirs }: PanelQueries, range: TimeSpan): Promise<Timed> {
  const stepMs = Math.max(60_000, Math.ceil((range.toMs - range.fromMs) / 600 / 60_000) * 60_000);
  return server.range('netobserv', theirs, range.fromMs + stepMs, range.toMs, stepMs);
}

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import collectorHealth from '../../src/dashboards/collector-health.json';
import namespaceTraffic from '../../src/dashboards/namespace.json';
import workloadTraffic from '../../src/dashboards/workload.json';
import { alertRules } from '../../provisioning/alerts/rules';
import { readAlertSettings } from '../../provisioning/alerts/settings';
import type { Traffic } from '../../stack/demo/traffic/traffic';
import { startLoki, type RunningLoki } from '../../stack/loki/loki';
import { writeDemoHistory } from './alerts/demoHistory';
import { bundledDashboard, interpolate, queriesOf, type Dashboard, type DashboardQuery } from './dashboardQueries';
import { LokiClient } from './lokiClient';
import { store } from './rollups/stored';

const MINUTE_MS = 60_000;
const STEP_MS = 10 * MINUTE_MS;
/** Whole ten minutes, all of them over for so long that their sums are written. */
const END_MS = Math.floor(Date.now() / STEP_MS) * STEP_MS - STEP_MS;
const START_MS = END_MS - 6 * STEP_MS;

const DASHBOARDS = {
  'Namespace traffic': namespaceTraffic as unknown as Dashboard,
  'Workload traffic': workloadTraffic as unknown as Dashboard,
  'Collector health': collectorHealth as unknown as Dashboard,
};
const KERNEL_DROPS = 12_345;
const CHOSEN = { namespace: 'mywebapp', workload: 'mywebapp' };

let loki: RunningLoki;
let dataDir: string;
let sent: Traffic[];

beforeAll(async () => {
  // A Loki of its own: the dashboards ask for all there is.
  vi.stubEnv('LOKI_URL', '');
  dataDir = mkdtempSync(join(tmpdir(), 'netobserv-dashboards-'));
  loki = await startLoki({ dataDir });
  const outage = { name: 'outage', fromMs: END_MS - STEP_MS, toMs: END_MS } as const;
  const telnet = { ...outage, name: 'telnet' } as const;
  sent = await writeDemoHistory(loki.url, {
    fromMs: START_MS,
    toMs: END_MS,
    incidents: [outage, telnet],
    storesFlowsAt: () => false,
    reportsAt: () => true,
    kernelDrops: KERNEL_DROPS,
  });
});

afterAll(async () => {
  await loki?.stop();
  vi.unstubAllEnvs();
  rmSync(dataDir, { recursive: true, force: true });
});

/** Puts values in place of variables as Grafana does for those with one value. */
function interpolated(expr: string, windowMs: number, chosen: Readonly<Record<string, string>>): string {
  return expr
    .replaceAll(/\$__(?:auto|range)/g, `${windowMs / 1000}s`)
    .replaceAll(/\$(namespace|workload)/g, (_, name: string) => chosen[name] ?? '');
}

async function run(
  query: DashboardQuery,
  chosen: Readonly<Record<string, string>> = CHOSEN,
  client = new LokiClient(loki.url)
) {
  if (query.queryType === 'instant') {
    const expr = interpolated(query.expr, END_MS - START_MS, chosen);
    return await client.vector(expr, BigInt(END_MS) * 1_000_000n);
  }
  const expr = interpolated(query.expr, STEP_MS, chosen);
  return (await client.matrix(expr, START_MS + STEP_MS, END_MS, STEP_MS)).map(({ metric, points }) => ({
    labels: metric,
    value: points.reduce((sum, [, value]) => sum + value * (STEP_MS / 1000), 0),
  }));
}

/** What there is none of in this history. */
const MAY_BE_EMPTY = ['sets without template', 'on disk', 'To ports of insecure protocols'];

describe.each(Object.entries(DASHBOARDS))('%s', (_, dashboard) => {
  const queries = dashboard.panels.flatMap(({ title, targets = [] }) =>
    targets.map((target) => [title, (target as unknown as { legendFormat: string }).legendFormat, target] as const)
  );

  it('has queries', () => {
    expect(queries.length).toBeGreaterThan(10);
  });

  it.each(queries)('%s: %s has data, and a name for each series', async (title, legend, target) => {
    const series = await run({ ...target, panel: title });
    expect(series.length).toBeGreaterThan(MAY_BE_EMPTY.includes(legend) ? -1 : 0);
    for (const { labels } of series) {
      expect(legend.replace(/\{\{(\w+)\}\}/g, (_match, label: string) => labels[label] ?? '')).not.toMatch(/^\/?$/);
    }
  });
});

describe('the figures are those of the traffic', () => {
  const figure = async (dashboard: Dashboard, panel: string) => {
    const query = queriesOf(dashboard).find((one) => one.panel === panel);
    return (await run(query!)).reduce((sum, { value }) => sum + value, 0);
  };
  const bytes = (meets: (traffic: Traffic) => boolean) => sent.filter(meets).reduce((sum, one) => sum + one.bytes, 0);
  const into = ({ destination }: Traffic) => destination?.namespace === 'mywebapp';
  const from = ({ source }: Traffic) => source?.namespace === 'mywebapp';

  it.each([
    ['In', into],
    ['Out', from],
    ['In from outside', (one: Traffic) => into(one) && one.source === undefined],
    ['Out to the outside', (one: Traffic) => from(one) && one.destination === undefined],
    ['In, by its workload', into],
    ['Out, by its workload', from],
    ['Applications, out', from],
  ])('%s', async (panel, meets) => {
    const wanted = bytes(meets);
    for (const dashboard of [DASHBOARDS['Namespace traffic'], DASHBOARDS['Workload traffic']]) {
      expect(await figure(dashboard, panel)).toBeCloseTo(wanted, 2);
    }
  });
});

it('all losses are those that were counted and what the kernel dropped', async () => {
  const queries = queriesOf(DASHBOARDS['Collector health']);
  const [total] = await run(queries.find(({ panel }) => panel === 'Losses')!);
  const byReason = await Promise.all(
    queries.filter(({ panel }) => panel === 'Losses by reason').map((one) => run(one))
  );
  // Over time each value is the sum of its step.
  const sum = byReason.flat().reduce((whole, { value }) => whole + value / (STEP_MS / 1000), 0);
  expect(sum).toBeGreaterThan(KERNEL_DROPS);
  expect(total?.value).toBeCloseTo(sum, 6);
});

describe('more workloads than Loki allows series', () => {
  const COUNT = 700;

  beforeAll(async () => {
    const { take, stop } = store(loki.url).collector();
    const common = {
      TimeFlowStartMs: END_MS - 2_000,
      TimeFlowEndMs: END_MS - 1_000,
      TimeReceived: END_MS / 1000,
      Packets: 1,
      Sampling: 1,
      FlowDirection: 1,
      AgentIP: '10.0.0.1',
      SrcAddr: '10.9.0.1',
      SrcK8S_Namespace: 'crowd',
      SrcK8S_Type: 'Pod',
      SrcPort: 40_000,
      DstPort: 53,
      Proto: 17,
    } as const;
    const inside = { DstAddr: '10.9.0.2', DstK8S_Namespace: 'crowd', DstK8S_Type: 'Pod' } as const;
    for (let index = 0; index < COUNT; index++) {
      const record = { ...common, Bytes: 1_000 + index, SrcK8S_OwnerName: `from-${index}` };
      const names = { DstK8S_OwnerName: `to-${index}`, DstK8S_Service: `service-${index}` };
      take({ subMs: index, record: { ...record, ...inside, ...names } });
      take({ subMs: COUNT + index, record: { ...record, DstAddr: '198.51.100.7' } });
    }
    await stop();
  });

  it('the dashboard Network Observability shows the ten largest', async () => {
    const queries = queriesOf(bundledDashboard()).filter(({ panel }) => /workload$/.test(panel));
    expect(queries).toHaveLength(2);
    for (const { expr, panel } of queries) {
      const asked = interpolate(expr, {}, STEP_MS / 1000);
      const series = await new LokiClient(loki.url).matrix(asked, END_MS - STEP_MS, END_MS, STEP_MS);
      expect(series.length, panel).toBeGreaterThanOrEqual(10);
    }
  });

  it('the dashboard of their namespace shows the ten largest', async () => {
    for (const query of queriesOf(DASHBOARDS['Namespace traffic'])) {
      const series = await run(query, { namespace: 'crowd' });
      if (/workload/.test(query.panel)) {
        expect(series.length, query.panel).toBe(10);
      }
    }
  });

  it.each(alertRules(readAlertSettings()).map(({ title, expr }) => [title, expr] as const))(
    'the rule %s is evaluated',
    async (_, expr) => {
      const series = await new LokiClient(loki.url).vector(expr, BigInt(END_MS + 90_000) * 1_000_000n);
      expect(series.length).toBeLessThanOrEqual(100);
    }
  );

  it('what a rule compares is the sum over all lines', async () => {
    const { externalEgress } = readAlertSettings();
    const rule = alertRules(readAlertSettings()).find(({ uid }) => uid === 'netobserv-external-egress');
    const series = await new LokiClient(loki.url).vector(rule!.expr, BigInt(END_MS + 90_000) * 1_000_000n);
    const largest = series.find(({ labels }) => labels.SrcK8S_OwnerName === `from-${COUNT - 1}`);
    expect(largest?.value).toBeCloseTo((1_000 + COUNT - 1) / externalEgress.floorBytes, 12);
  });
});

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FlowRecord } from '@netobserv-flows/schema';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { startLoki, type RunningLoki } from '../../stack/loki/loki';
import { fixedFlows } from '../e2e/fixedFlows';
import { bundledDashboard, interpolate, queriesOf, type Chosen } from './dashboardQueries';
import { LokiClient } from './lokiClient';
import { store } from './rollups/stored';

const STEP_MS = 600_000;
const WINDOW_MS = 40 * 60_000;
const NOW_MS = Math.floor(Date.now() / STEP_MS) * STEP_MS;

/** As collectors wrote before there were sums by the namespace of an end, and before there were any by end. */
const WITHOUT_NAMESPACES = { levels: { namespaceEnd: [] as string[] } };
const WITHOUT_ENDS = { levels: { workload: ['10m'], end: [] as string[] } };

/** The same flows again and again, in windows that do not touch, by collectors that write different sums by end. */
const WRITERS = {
  'all sums by end': [{}],
  'sums by workload alone': [WITHOUT_NAMESPACES],
  'no sums by end': [WITHOUT_ENDS],
  'all kinds, as while collectors are replaced': [{}, WITHOUT_NAMESPACES, WITHOUT_ENDS],
} as const;
const endOf = (index: number) => NOW_MS - index * WINDOW_MS;

const CHOICES: ReadonlyArray<readonly [what: string, chosen: Chosen]> = [
  ['nothing', {}],
  ['a source namespace', { src_namespace: ['mywebapp'] }],
  ['source namespaces', { src_namespace: ['mywebapp', 'media'] }],
  ['a source workload', { src_workload: ['mywebapp'] }],
  ['a destination namespace', { dst_namespace: ['mywebapp'] }],
  ['destination namespaces', { dst_namespace: ['mywebapp', 'media'] }],
  ['a destination workload', { dst_workload: ['player'] }],
  ['destination workloads', { dst_workload: ['mywebapp', 'player'] }],
  ['both ends', { src_namespace: ['mywebapp', 'media'], dst_workload: ['mywebapp', 'player'] }],
  // As `var-dst_namespace=` in the address. To Loki an empty expression is any text.
  ['an empty destination namespace', { dst_namespace: [''] }],
  ['an empty source workload', { src_workload: [''] }],
  // Parts of what the selectors name, as somebody might type them.
  ['odd names', { dst_namespace: ['src', 'net', '_', 'Dst'], src_namespace: ['work', 'e', '_Dst'] }],
  ['an expression that was typed', { dst_namespace: ['.*'], src_workload: ['.*'] }],
];

let loki: RunningLoki;
let dataDir: string;

beforeAll(async () => {
  // A Loki of its own: the dashboard asks for all there is.
  vi.stubEnv('LOKI_URL', '');
  dataDir = mkdtempSync(join(tmpdir(), 'netobserv-ends-'));
  loki = await startLoki({ dataDir });
  // Oldest first: what is too far behind its stream would be refused.
  for (const [index, writers] of [...Object.values(WRITERS).entries()].reverse()) {
    const collectors = writers.map((settings) => store(loki.url).collector(settings));
    fixedFlows(endOf(index) - 1).forEach((flow, at) => collectors[at % collectors.length]!.aggregator.add(flow));
    for (const { stop } of collectors) {
      await stop();
    }
  }
});

afterAll(async () => {
  await loki?.stop();
  vi.unstubAllEnvs();
  rmSync(dataDir, { recursive: true, force: true });
});

const VARIABLE = {
  src_namespace: 'SrcK8S_Namespace',
  src_workload: 'SrcK8S_OwnerName',
  dst_namespace: 'DstK8S_Namespace',
  dst_workload: 'DstK8S_OwnerName',
} as const;

const matches = (chosen: Chosen) => (flow: FlowRecord) =>
  (Object.keys(VARIABLE) as Array<keyof typeof VARIABLE>).every(
    (name) => chosen[name]?.some((value) => value === '' || value === flow[VARIABLE[name]]) ?? true
  );

const PANELS = queriesOf(bundledDashboard()).filter(({ expr }) => expr.includes('level="end"'));

/** What groups a panel's series, and what it counts. */
function asked({ panel }: { readonly panel: string }) {
  const side = /destination/.test(panel) ? 'Dst' : 'Src';
  const fields = /namespace$/.test(panel)
    ? ([`${side}K8S_Namespace`] as const)
    : /workload$/.test(panel)
      ? ([`${side}K8S_Namespace`, `${side}K8S_OwnerName`] as const)
      : [];
  return { fields, ofBytes: /Volumetry|Traffic/.test(panel) };
}

const UNNAMED = /^(?:no namespace|outside the cluster)$/;

it('all panels that a single end can answer are asked of it', () => {
  expect(PANELS.map(({ panel }) => panel).sort()).toEqual([
    'Flows',
    'Flows by destination namespace',
    'Flows by source namespace',
    'Total flows',
    'Traffic',
    'Volumetry by destination namespace',
    'Volumetry by destination workload',
    'Volumetry by source namespace',
    'Volumetry by source workload',
  ]);
});

/** The streams that a collector's settings give to what a panel asks, by what tells their kinds apart. */
function kindOf(settings: object, panel: string, chosen: Chosen): string {
  const { fields } = asked({ panel });
  const [own, other] = fields[0]?.startsWith('Dst') === true ? ['dst', 'src'] : ['src', 'dst'];
  const isAll = (...names: string[]) => names.every((name) => chosen[name as keyof Chosen] === undefined);
  if (!isAll(`${other}_namespace`, `${other}_workload`)) {
    return settings === WITHOUT_ENDS ? 'workload -' : 'workload Src_Dst';
  }
  const byNamespace = fields.length < 2 && isAll(`${own}_workload`);
  const ofAll = byNamespace ? 'namespaceEnd Src_Dst' : 'end Src_Dst_Namespace';
  return settings === WITHOUT_ENDS ? 'workload -' : settings === WITHOUT_NAMESPACES ? 'end Src_Dst' : ofAll;
}

describe.each(Object.keys(WRITERS).map((name, index) => [name, endOf(index)] as const))('with %s', (name, endMs) => {
  const flows = fixedFlows(endMs - 1).filter((flow) => flow.Duplicate !== true);

  it.each(CHOICES)('every panel shows what %s sent and received, once', async (_what, chosen) => {
    const client = new LokiClient(loki.url);
    const meant = flows.filter(matches(chosen));
    for (const query of PANELS) {
      const { fields, ofBytes } = asked(query);
      const wanted: Record<string, number> = {};
      for (const flow of meant) {
        const key = JSON.stringify(fields.map((field) => flow[field] ?? ''));
        wanted[key] = (wanted[key] ?? 0) + (ofBytes ? flow.Bytes : 1);
      }
      const expr = (seconds: number) => interpolate(query.expr, chosen, seconds);
      const series =
        query.queryType === 'instant'
          ? await client.vector(expr(WINDOW_MS / 1000), BigInt(endMs) * 1_000_000n)
          : (await client.matrix(expr(STEP_MS / 1000), endMs - WINDOW_MS + STEP_MS, endMs, STEP_MS)).map(
              ({ metric, points }) => ({
                labels: metric,
                value: points.reduce((sum, [, value]) => sum + (value * STEP_MS) / 1000, 0),
              })
            );
      const found: Record<string, number> = {};
      for (const { labels, value } of series) {
        const key = JSON.stringify(fields.map((field) => (labels[field] ?? '').replace(UNNAMED, '')));
        found[key] = (found[key] ?? 0) + value;
      }
      expect(Object.keys(found).sort(), query.panel).toEqual(Object.keys(wanted).sort());
      for (const [key, value] of Object.entries(wanted)) {
        expect(found[key], `${query.panel} ${key}`).toBeCloseTo(value, 3);
      }
    }
  });

  it.each(CHOICES)('streams of one kind are read for %s', async (_what, chosen) => {
    const streams = async (selector: string) => {
      const range = { start: `${endMs - WINDOW_MS}000000`, end: `${endMs}000000` };
      const parameters = new URLSearchParams({ 'match[]': interpolate(selector, chosen, 1), ...range });
      const answer = await fetch(`${loki.url}/loki/api/v1/series?${parameters.toString()}`);
      return ((await answer.json()) as { data: Array<Record<string, string>> }).data;
    };
    for (const { panel, expr } of PANELS) {
      const selectors = [...new Set(expr.match(/\{app="netobserv-rollup"[^}]*\}/g))];
      const found = (await Promise.all(selectors.map(streams))).flat();
      const kinds = found.map(({ level, ends = '-' }) => `${level} ${ends}`);
      const wanted = WRITERS[name as keyof typeof WRITERS].map((settings) => kindOf(settings, panel, chosen));
      expect([...new Set(kinds)].sort(), panel).toEqual([...new Set(wanted)].sort());
    }
  });
});

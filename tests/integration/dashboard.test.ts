import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DEFAULT_LABELS, NETOBSERV_LABELS, type FlowRecord } from '@netobserv-flows/schema';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { COUNTED } from '../../src/dashboards/build/networkObservability';
import { startLoki, type RunningLoki } from '../../stack/loki/loki';
import { fixedFlows, FIXED_MINUTES } from '../e2e/fixedFlows';
import { pushFlows } from '../e2e/pushFlows';
import { bundledDashboard, interpolate, queriesOf, type Chosen } from './dashboardQueries';
import { store } from './rollups/stored';

const STEP_SECONDS = 60;
const RANGE_SECONDS = (FIXED_MINUTES + 1) * 60;

/** The same flows three times, in windows of time that do not touch, each in a layout that is met in the field. */
const NOW_MS = Math.floor(Date.now() / 600_000) * 600_000;
const WINDOW_MS = 40 * 60_000;
const LAYOUTS = {
  sums: { endMs: NOW_MS, counted: COUNTED.sums },
  'default labels': { endMs: NOW_MS, counted: COUNTED.flows },
  'NetObserv’s label list': { endMs: NOW_MS - WINDOW_MS, counted: COUNTED.flows },
  'flows that NetObserv wrote': { endMs: NOW_MS - 2 * WINDOW_MS, counted: COUNTED.netobserv },
} as const;

let loki: RunningLoki;
let dataDir: string;

/** One line of a result: its labels, and its value summed over all points (times the step, for rates). */
interface Total {
  readonly labels: Record<string, string>;
  readonly value: number;
}

interface LokiAnswer {
  readonly data: {
    readonly result: ReadonlyArray<{
      readonly metric?: Record<string, string>;
      readonly stream?: Record<string, string>;
      readonly value?: [number, string];
      readonly values?: ReadonlyArray<[number | string, string]>;
    }>;
  };
}

async function ask(path: string, parameters: Record<string, string>): Promise<LokiAnswer> {
  const response = await fetch(`${loki.url}/loki/api/v1/${path}?${new URLSearchParams(parameters).toString()}`);
  const text = await response.text();
  expect(response.status, `${parameters['query'] ?? path}\n${text}`).toBe(200);
  return JSON.parse(text) as LokiAnswer;
}

/** The range that holds the flows of a window; both ends to spare, for timestamps have digits below the millisecond. */
function rangeOf(endMs: number): { start: string; end: string } {
  const end = endMs + STEP_SECONDS * 1000;
  return { start: `${end - RANGE_SECONDS * 1000}000000`, end: `${end}000000` };
}

/** Runs a panel's query as Grafana would and sums what it brings. */
async function totalsOf(panel: string, chosen: Chosen, endMs: number): Promise<Total[]> {
  const query = queriesOf(bundledDashboard()).find((candidate) => candidate.panel === panel);
  if (query === undefined) {
    throw new Error(`the dashboard has no panel "${panel}"`);
  }
  if (query.queryType === 'instant') {
    const time = rangeOf(endMs).end;
    const answer = await ask('query', { query: interpolate(query.expr, chosen, RANGE_SECONDS), time });
    return answer.data.result.map(({ metric, value }) => ({ labels: metric ?? {}, value: Number(value?.[1]) }));
  }
  const answer = await ask('query_range', {
    query: interpolate(query.expr, chosen, STEP_SECONDS),
    ...rangeOf(endMs),
    step: String(STEP_SECONDS),
  });
  return answer.data.result.map(({ metric, values }) => ({
    labels: metric ?? {},
    value: (values ?? []).reduce((sum, [, value]) => sum + Number(value) * STEP_SECONDS, 0),
  }));
}

type Measure = (flow: FlowRecord) => number;
const bytes: Measure = (flow) => flow.Bytes;
const one: Measure = () => 1;

/** Sums computed from the flows themselves. */
function expected(flows: readonly FlowRecord[], measure: Measure, key: (flow: FlowRecord) => string) {
  const sums: Record<string, number> = {};
  for (const flow of flows) {
    sums[key(flow)] = (sums[key(flow)] ?? 0) + measure(flow);
  }
  return sums;
}

function keyed(totals: readonly Total[], key: (labels: Record<string, string>) => string): Record<string, number> {
  return Object.fromEntries(totals.map(({ labels, value }) => [key(labels), value]));
}

function expectSums(actual: Record<string, number>, wanted: Record<string, number>): void {
  expect(Object.keys(actual).sort()).toEqual(Object.keys(wanted).sort());
  for (const [name, value] of Object.entries(wanted)) {
    expect(actual[name], name).toBeCloseTo(value, 3);
  }
}

beforeAll(async () => {
  // A Loki of its own: the dashboard asks for every flow there is, so nobody else's may be in it.
  vi.stubEnv('LOKI_URL', '');
  dataDir = mkdtempSync(join(tmpdir(), 'netobserv-dashboard-'));
  loki = await startLoki({ dataDir });
  const unmarked = fixedFlows(LAYOUTS['flows that NetObserv wrote'].endMs).map(
    ({ Duplicate: _, Application: __, ...flow }): FlowRecord => flow
  );
  await pushFlows(unmarked, { lokiUrl: loki.url, labels: NETOBSERV_LABELS });
  const wide = fixedFlows(LAYOUTS['NetObserv’s label list'].endMs);
  await pushFlows(wide, { lokiUrl: loki.url, labels: NETOBSERV_LABELS });
  await pushFlows(fixedFlows(NOW_MS), { lokiUrl: loki.url, labels: DEFAULT_LABELS });
  const { aggregator, stop } = store(loki.url).collector();
  // All in buckets that are over: the lines of others lie at the time when they are written.
  fixedFlows(NOW_MS - 1).forEach((flow) => aggregator.add(flow));
  await stop();
});

afterAll(async () => {
  await loki?.stop();
  vi.unstubAllEnvs();
  rmSync(dataDir, { recursive: true, force: true });
});

const flows = fixedFlows(NOW_MS);
const counted = flows.filter((flow) => flow.Duplicate !== true);

it('the fixed flows hold duplicates, so that counting them would show', () => {
  expect(flows.length).toBeGreaterThan(counted.length * 1.3);
});

describe.each(Object.entries(LAYOUTS))('the dashboard over %s', (_, { endMs, counted: rule }) => {
  const all: Chosen = { counted: [rule] };

  it('counts every flow and every byte once', async () => {
    expect(await totalsOf('Flows', all, endMs)).toEqual([{ labels: {}, value: counted.length }]);
    const total = expected(counted, bytes, () => '');
    expect(await totalsOf('Traffic', all, endMs)).toEqual([{ labels: {}, value: total[''] }]);
    expectSums(
      keyed(await totalsOf('Total flows', all, endMs), () => ''),
      { '': counted.length }
    );
  });

  it.each(['Src', 'Dst'] as const)('sums by namespace (%s), naming what has none', async (side) => {
    const word = side === 'Src' ? 'source' : 'destination';
    const label = `${side}K8S_Namespace` as const;
    const namespaceOf = (flow: FlowRecord) => flow[label] ?? 'no namespace';
    const name = (labels: Record<string, string>) => labels[label] ?? '';
    const ofFlows = await totalsOf(`Flows by ${word} namespace`, all, endMs);
    const ofBytes = await totalsOf(`Volumetry by ${word} namespace`, all, endMs);
    expectSums(keyed(ofFlows, name), expected(counted, one, namespaceOf));
    expectSums(keyed(ofBytes, name), expected(counted, bytes, namespaceOf));
  });

  it.each(['Src', 'Dst'] as const)('sums by workload (%s), naming what lies outside', async (side) => {
    const word = side === 'Src' ? 'source' : 'destination';
    const totals = await totalsOf(`Volumetry by ${word} workload`, all, endMs);
    const name = (labels: Record<string, string>) =>
      `${labels[`${side}K8S_Namespace`] ?? ''}/${labels[`${side}K8S_OwnerName`] ?? ''}`;
    const wanted = expected(
      counted,
      bytes,
      (flow) => `${flow[`${side}K8S_Namespace`] ?? ''}/${flow[`${side}K8S_OwnerName`] ?? 'outside the cluster'}`
    );
    expect(Object.keys(wanted)).toContain('/outside the cluster');
    expectSums(keyed(totals, name), wanted);
  });

  it('keeps to the namespaces and workloads that are chosen', async () => {
    const chosen: Chosen = { ...all, src_namespace: ['mywebapp', 'media'], dst_workload: ['mywebapp', 'player'] };
    const matching = counted.filter(
      (flow) =>
        ['mywebapp', 'media'].includes(flow.SrcK8S_Namespace ?? '') &&
        ['mywebapp', 'player'].includes(flow.DstK8S_OwnerName ?? '')
    );
    expect(matching.length).toBeGreaterThan(0);
    expect(await totalsOf('Flows', chosen, endMs)).toEqual([{ labels: {}, value: matching.length }]);
    const totals = await totalsOf('Volumetry by source namespace', chosen, endMs);
    expectSums(
      keyed(totals, (labels) => labels['SrcK8S_Namespace'] ?? ''),
      expected(matching, bytes, (flow) => flow.SrcK8S_Namespace ?? '')
    );
  });

  it('finds http, ftp and telnet on both ways', async () => {
    const protocols: Record<number, string> = { 8080: 'http', 21: 'ftp', 23: 'telnet' };
    const protocolOf = (flow: FlowRecord) => protocols[flow.SrcPort ?? 0] ?? protocols[flow.DstPort ?? 0] ?? '';
    const plain = counted.filter((flow) => protocolOf(flow) !== '');
    const totals = await totalsOf('Unencrypted protocols', all, endMs);
    expectSums(
      keyed(totals, (labels) => labels['protocol'] ?? ''),
      expected(plain, bytes, protocolOf)
    );
  });
});

it.each([COUNTED.sums, COUNTED.flows])('ranks the applications, largest first (%s)', async (rule) => {
  const totals = await totalsOf('Top applications', { counted: [rule] }, NOW_MS);
  const wanted = expected(counted, bytes, (flow) => flow.Application ?? 'unknown');
  expectSums(
    keyed(totals, (labels) => labels['Application'] ?? ''),
    wanted
  );
  const values = totals.map(({ value }) => value);
  expect(values).toEqual([...values].sort((a, b) => b - a));
});

it('calls traffic without an application unknown', async () => {
  const { endMs } = LAYOUTS['flows that NetObserv wrote'];
  const totals = await totalsOf('Top applications', { counted: ['[02]'] }, endMs);
  expect(totals).toEqual([{ labels: { Application: 'unknown' }, value: expected(counted, bytes, () => '')[''] }]);
});

it('lists the newest flows with readable ends, duplicates left out', async () => {
  const query = queriesOf(bundledDashboard()).find(({ panel }) => panel === 'Newest flows');
  const answer = await ask('query_range', {
    query: interpolate(query?.expr ?? '', {}, STEP_SECONDS),
    ...rangeOf(NOW_MS),
    limit: String(query?.maxLines),
  });
  const found = answer.data.result.flatMap(({ stream, values }) => (values ?? []).map(() => stream));
  expect(found).toHaveLength(200);
  expect(answer.data.result.map(({ stream }) => stream)).toContainEqual(
    expect.objectContaining({
      source: 'EXT:customers',
      source_address: expect.stringMatching(/^203\.0\.113\.77 : \d+$/) as string,
      destination: 'ingress/nginx-kk2ps',
      destination_address: '10.128.2.80 : 443',
    })
  );
});

it('offers what the queries understand', () => {
  const variable = bundledDashboard().templating.list.find(({ name }) => name === 'counted');
  expect(variable?.query).toBe(
    `sums : ${COUNTED.sums}, single flows : ${COUNTED.flows}, NetObserv’s flows : ${COUNTED.netobserv}`
  );
});

describe('the variables list what there is', () => {
  it.each([
    ['src_namespace', 'SrcK8S_Namespace'],
    ['dst_namespace', 'DstK8S_Namespace'],
    ['src_workload', 'SrcK8S_OwnerName'],
    ['dst_workload', 'DstK8S_OwnerName'],
  ] as const)('%s', async (name, field) => {
    const variable = bundledDashboard().templating.list.find((candidate) => candidate.name === name);
    const query = variable?.query;
    if (query === undefined || typeof query === 'string') {
      throw new Error(`${name} does not ask for label values`);
    }
    const answer = (await ask(`label/${query.label}/values`, {
      query: interpolate(query.stream, {}, STEP_SECONDS),
      ...rangeOf(NOW_MS),
    })) as unknown as { data: string[] };
    const present = flows.map((flow) => flow[field]).filter((value) => value !== undefined);
    expect(answer.data).toEqual(expect.arrayContaining([...new Set(present)]));
  });
});

describe('a dashboard that was written for NetObserv', () => {
  const volume = (workload: string) =>
    `sum by (SrcK8S_Namespace, SrcK8S_OwnerName) (rate({app="netobserv-flowcollector", SrcK8S_Namespace=~".*", ` +
    `DstK8S_Namespace=~".*", SrcK8S_OwnerName=~"${workload}", DstK8S_OwnerName=~".*"} | json | __error__="" | unwrap Bytes [1m]))`;

  async function workloads(query: string, endMs: number): Promise<string[]> {
    const answer = await ask('query_range', {
      query,
      ...rangeOf(endMs),
      step: String(STEP_SECONDS),
    });
    return [...new Set(answer.data.result.map(({ metric }) => metric?.['SrcK8S_OwnerName'] ?? ''))];
  }

  it('shows every workload with the default labels while its workload inputs are left at .*', async () => {
    expect(await workloads(volume('.*'), NOW_MS)).toEqual(expect.arrayContaining(['mywebapp', 'postgres', '']));
  });

  it('needs NetObserv’s label list for a workload that is typed in', async () => {
    expect(await workloads(volume('postgres'), NOW_MS)).toEqual([]);
    expect(await workloads(volume('postgres'), LAYOUTS['NetObserv’s label list'].endMs)).toEqual(['postgres']);
  });
});

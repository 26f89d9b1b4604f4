import { describe, expect, it } from 'vitest';
import { PROVISIONED_LOKI } from '../src/constants';
import { filtersFromUrl } from '../src/flow/index';
import { STEP_VARIABLES } from '../src/dashboards/build/steps';
import { readJson, readYaml } from './files';

interface Target {
  readonly expr: string;
  readonly queryType: string;
  readonly datasource: { readonly uid: string };
}

interface Dashboard {
  readonly uid: string;
  readonly title: string;
  readonly revision: number;
  readonly __inputs?: unknown;
  readonly panels: ReadonlyArray<{
    readonly type: string;
    readonly title: string;
    readonly description?: string;
    readonly datasource?: { readonly uid: string };
    readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
    readonly targets?: readonly Target[];
    readonly fieldConfig?: { readonly defaults: { readonly noValue?: string } };
  }>;
  readonly templating: { readonly list: ReadonlyArray<{ readonly name: string; readonly type: string }> };
  readonly links: ReadonlyArray<{ readonly type: string; readonly url: string }>;
}

interface PluginJson {
  readonly id: string;
  readonly includes: ReadonlyArray<{ readonly type: string; readonly uid?: string; readonly path: string }>;
}

const dashboard = readJson<Dashboard>('src/dashboards/network-observability.json');
const plugin = readJson<PluginJson>('src/plugin.json');
const targets = dashboard.panels.flatMap(({ title, targets: own = [] }) =>
  own.map((target) => [title, target] as const)
);

describe('provisioning', () => {
  const [loki] = readYaml<{ datasources: Array<Record<string, unknown>> }>(
    'provisioning/datasources/loki.yaml'
  ).datasources;
  const [app] = readYaml<{ apps: Array<{ type: string; disabled: boolean }> }>('provisioning/plugins/app.yaml').apps;

  it('enables the app, which starts with the data source that is provisioned beside it', () => {
    expect(app).toMatchObject({ type: plugin.id, disabled: false });
    expect(loki?.['uid']).toBe(PROVISIONED_LOKI);
  });

  it('takes addresses and paths from the environment', () => {
    expect(loki?.['url']).toBe('$LOKI_URL');
    const { providers } = readYaml<{ providers: Array<{ options: { path: string } }> }>(
      'provisioning/dashboards/dashboards.yaml'
    );
    expect(providers.map(({ options }) => options.path)).toEqual(['$NETOBSERV_DASHBOARDS_PATH']);
  });
});

const DASHBOARDS = ['network-observability', 'namespace', 'workload', 'collector-health'].map(
  (name) => [name, readJson<Dashboard>(`src/dashboards/${name}.json`)] as const
);

describe.each(DASHBOARDS)('the bundled dashboard %s', (name, one) => {
  it('is brought along by the plugin, with its uid and in the navigation', () => {
    // Without the uid Grafana leaves it out of the navigation.
    expect(plugin.includes).toContainEqual(
      expect.objectContaining({ type: 'dashboard', uid: one.uid, path: `dashboards/${name}.json`, addToNav: true })
    );
    expect(one.revision).toBeGreaterThan(0);
  });

  it('takes its data source from a variable, everywhere', () => {
    expect(one.__inputs).toBeUndefined();
    expect(one.templating.list[0]).toMatchObject({ name: 'datasource', type: 'datasource', query: 'loki' });
    const named = [...JSON.stringify(one).matchAll(/"datasource":\{"type":"(\w+)","uid":"([^"]+)"\}/g)];
    const uids = named.filter(([, type]) => type === 'loki').map(([, , uid]) => uid);
    expect(uids.length).toBeGreaterThan(one.panels.filter(({ type }) => type !== 'row').length);
    expect([...new Set(uids)]).toEqual(['${datasource}']);
  });

  it('explains each of its panels', () => {
    for (const panel of one.panels.filter(({ type }) => type !== 'row')) {
      expect(panel.description?.length ?? 0, panel.title).toBeGreaterThan(10);
    }
  });

  it('takes windows from Grafana', () => {
    for (const { expr, queryType } of one.panels.flatMap(({ targets: own = [] }) => own)) {
      expect(['range', 'instant']).toContain(queryType);
      if (/_over_time|rate\(/.test(expr)) {
        expect(expr).toMatch(/\[(\$__auto|\$__range|5m)\]/);
      }
    }
  });

  // A figure for 'no value' Grafana draws at every step without one, and counts it in the mean of the first series alone.
  it('draws no figure where there is none', () => {
    const charts = one.panels.filter(({ type }) => type === 'timeseries');
    expect(charts.length).toBeGreaterThan(0);
    for (const { title, fieldConfig } of charts) {
      expect(Number(fieldConfig?.defaults.noValue ?? 'none'), title).toBeNaN();
    }
  });

  it('leads to the flow table over its own data source, with the object chosen', () => {
    // As Grafana puts the variables in, for names that an address cannot hold as they are.
    const chosen: Record<string, string> = { namespace: 'a&b', workload: 'c d' };
    const links = one.links.filter(({ type }) => type === 'link');
    const [url] = links.map((link) =>
      link.url
        .replace('${datasource}', 'loki-2')
        .replace(/\$\{(\w+):percentencode\}/g, (_, variable: string) => encodeURIComponent(chosen[variable] ?? ''))
    );
    const { pathname, searchParams } = new URL(url!, 'http://grafana');
    expect(pathname).toBe(`/a/${plugin.id}/flows`);
    expect(searchParams.get('var-ds')).toBe('loki-2');
    const { set, problems } = filtersFromUrl({
      filter: searchParams.getAll('filter'),
      bidirectional: searchParams.get('bidirectional'),
    });
    expect(problems).toEqual([]);
    const object = one.templating.list.flatMap(({ name: variable }) => chosen[variable] ?? []);
    expect(set.filters.map(({ side, values }) => [side, ...values])).toEqual(object.map((value) => ['src', value]));
    expect(set.bidirectional).toBe(object.length > 0);
  });

  it('lays its panels out without overlap', () => {
    const cells = new Set<string>();
    for (const { gridPos } of one.panels) {
      expect(gridPos.x + gridPos.w).toBeLessThanOrEqual(24);
      for (let x = gridPos.x; x < gridPos.x + gridPos.w; x++) {
        for (let y = gridPos.y; y < gridPos.y + gridPos.h; y++) {
          expect(cells.has(`${x}/${y}`)).toBe(false);
          cells.add(`${x}/${y}`);
        }
      }
    }
  });
});

/** Of the variables of steps the queries have the last, which follows the others. */
const STEPS: ReadonlySet<string> = new Set(STEP_VARIABLES.map(({ name }) => name));

describe('the dashboard Network Observability', () => {
  it.each(targets)('%s leaves duplicates out, before it parses a line', (_, { expr }) => {
    const flows = expr.slice(expr.indexOf('{app="netobserv-flowcollector"'));
    expect(flows.indexOf('!= `"Duplicate":true`')).toBeGreaterThan(0);
    expect(flows.indexOf('!= `"Duplicate":true`')).toBeLessThan(flows.indexOf('| json'));
  });

  it.each(targets)('%s follows every variable', (_, { expr }) => {
    const chosen = dashboard.templating.list.filter(({ name }) => !STEPS.has(name));
    for (const { name, type } of chosen) {
      if (type !== 'datasource') {
        expect(expr, name).toContain(`"$${name}"`);
      }
    }
    // Rows of single flows have no steps.
    expect(expr.includes('$window')).toBe(expr.includes('netobserv-rollup'));
  });
});

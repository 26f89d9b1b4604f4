import { filtersToUrl, type Filter } from '../../flow';
import { PANEL_WINDOW, withWholeSteps } from '../../flow/logql/wholeSteps';
import { PANEL_POINTS } from '../../flow/plan';

/** The parts of Grafana's dashboard JSON that the bundled dashboards are made of. */

const LOKI = { type: 'loki', uid: '${datasource}' } as const;

/** One query of a panel. */
export interface Query {
  readonly expr: string;
  /** Grafana's legend: a name, or `{{label}}`. */
  readonly legend: string;
}

interface Common {
  readonly title: string;
  /** What the panel says and how it counts. */
  readonly description: string;
  /** Grafana's unit id; bytes are decimal. */
  readonly unit: string;
  readonly queries: readonly Query[];
}

/** A panel, before it has its place. */
export type Panel = Common &
  (
    | { readonly kind: 'stat' }
    | { readonly kind: 'bars' }
    | {
        readonly kind: 'course';
        /** Shortest step: that of the lines it reads. */
        readonly interval: string;
        readonly stacked?: boolean;
      }
    | { readonly kind: 'table'; readonly columns: readonly Column[] }
  );

/** The column of one query in a table. */
export interface Column {
  readonly title: string;
  readonly unit: string;
  /** In pixels; as much as is left where left out. */
  readonly width?: number;
}

/** A row of panels of one height. */
export interface Row {
  readonly title?: string;
  readonly height: number;
  readonly panels: ReadonlyArray<readonly [width: number, panel: Panel]>;
}

/** A variable that lists label values. */
export interface LabelVariable {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly label: string;
  readonly stream: string;
}

/** A dashboard. */
export interface DashboardPlan {
  readonly uid: string;
  readonly title: string;
  readonly description: string;
  readonly from: string;
  readonly variables: readonly LabelVariable[];
  /** What it is about, as filters of a flow's source with names of variables as values; all flows where left out. */
  readonly object?: readonly Filter[];
  readonly rows: readonly Row[];
}

function target({ expr, legend }: Query, index: number, queryType: 'instant' | 'range') {
  return {
    datasource: LOKI,
    editorMode: 'code',
    expr: queryType === 'range' ? withWholeSteps(expr, PANEL_WINDOW) : expr,
    queryType,
    refId: String.fromCharCode(65 + index),
    legendFormat: legend,
  };
}

/** The labels of a legend, as a bar's name: Grafana leaves out the name of a bar that is alone, unless one is set. */
function barName(legend: string): string {
  return [...legend.matchAll(/\{\{(\w+)\}\}/g)].map(([, label]) => `\${__data.fields.${label}}`).join(' ');
}

function typeOf(panel: Panel, width: number): object {
  const targets = (queryType: 'instant' | 'range') =>
    panel.queries.map((query, index) => target(query, index, queryType));
  const defaults = { unit: panel.unit, noValue: '0' };
  switch (panel.kind) {
    case 'stat':
      return {
        type: 'stat',
        targets: targets('instant'),
        fieldConfig: { defaults: { ...defaults, color: { mode: 'fixed', fixedColor: 'blue' } }, overrides: [] },
        options: {
          reduceOptions: { calcs: ['lastNotNull'], fields: '', values: false },
          colorMode: 'value',
          graphMode: 'none',
          textMode: panel.queries.length > 1 ? 'value_and_name' : 'value',
        },
      };
    case 'bars':
      return {
        type: 'bargauge',
        targets: targets('instant'),
        fieldConfig: {
          defaults: {
            ...defaults,
            min: 0,
            noValue: 'nothing',
            displayName: barName(panel.queries[0]?.legend ?? ''),
            color: { mode: 'fixed', fixedColor: 'blue' },
          },
          overrides: [],
        },
        options: {
          displayMode: 'basic',
          orientation: 'horizontal',
          valueMode: 'text',
          namePlacement: 'left',
          minVizHeight: 16,
          maxVizHeight: 20,
          sizing: 'manual',
          reduceOptions: { calcs: [], fields: '', values: true, limit: 12 },
        },
      };
    case 'course': {
      const legend = legendOf(width);
      return {
        type: 'timeseries',
        interval: panel.interval,
        maxDataPoints: PANEL_POINTS,
        targets: targets('range'),
        fieldConfig: {
          defaults: {
            ...defaults,
            // A figure would stand for every step without a value: a collector that stood still did not report 0.
            noValue: 'nothing',
            min: 0,
            color: { mode: 'palette-classic' },
            custom: {
              drawStyle: 'line',
              lineWidth: 1,
              fillOpacity: 25,
              stacking: { mode: panel.stacked === true ? 'normal' : 'none', group: 'A' },
              showPoints: 'auto',
              spanNulls: false,
            },
          },
          overrides: [],
        },
        options: {
          legend: { showLegend: true, ...legend, sortBy: 'Mean', sortDesc: true },
          tooltip: { mode: 'multi', sort: 'desc', hideZeros: true },
        },
      };
    }
    case 'table':
      return {
        type: 'table',
        targets: panel.queries.map((query, index) => ({ ...target(query, index, 'instant'), format: 'table' })),
        transformations: [
          { id: 'merge', options: {} },
          { id: 'organize', options: { excludeByName: { Time: true }, indexByName: {}, renameByName: {} } },
        ],
        fieldConfig: {
          defaults: { noValue: '–' },
          overrides: panel.columns.map(({ title, unit, width: columnWidth }, index) => ({
            // Put together in one table, the columns are known by their queries.
            matcher: {
              id: 'byName',
              options: panel.columns.length === 1 ? 'Value' : `Value #${String.fromCharCode(65 + index)}`,
            },
            properties: [
              { id: 'displayName', value: title },
              { id: 'unit', value: unit },
              ...(columnWidth === undefined ? [] : [{ id: 'custom.width', value: columnWidth }]),
            ],
          })),
        },
        options: { showHeader: true, cellHeight: 'sm' },
      };
  }
}

/** Beside a chart of half the page there is room for names and a figure, beside a narrower one for neither. */
function legendOf(width: number): object {
  if (width < 12) {
    return { displayMode: 'list', placement: 'bottom', calcs: [] };
  }
  const right = { displayMode: 'table', placement: 'right' };
  return width < 24 ? { ...right, width: 240, calcs: ['mean'] } : { ...right, width: 330, calcs: ['mean', 'max'] };
}

function layout(rows: readonly Row[]): object[] {
  const made: object[] = [];
  let y = 0;
  let id = 1;
  for (const { title, height, panels } of rows) {
    if (title !== undefined) {
      made.push({ type: 'row', id: id++, title, collapsed: false, panels: [], gridPos: { x: 0, y, w: 24, h: 1 } });
      y += 1;
    }
    let x = 0;
    for (const [w, panel] of panels) {
      const { title: name, description } = panel;
      const gridPos = { x, y, w, h: height };
      made.push({ id: id++, title: name, description, datasource: LOKI, gridPos, ...typeOf(panel, w) });
      x += w;
    }
    y += height;
  }
  return made;
}

function variable({ name, title, description, label, stream }: LabelVariable): object {
  return {
    type: 'query',
    name,
    label: title,
    description,
    datasource: LOKI,
    query: { type: 1, label, stream, refId: name },
    definition: '',
    refresh: 2,
    sort: 5,
    regex: '',
    multi: false,
    includeAll: false,
    current: {},
    options: [],
    hide: 0,
    skipUrlSync: false,
  };
}

/**
 * Address of the flow table with the dashboard's data source, and the flows of which one end is its object. Grafana puts
 * the variables in; names are to stand in an address.
 */
export function flowTableUrl(object: readonly Filter[] = []): string {
  const parameters = Object.entries(filtersToUrl({ filters: object, match: 'all', bidirectional: object.length > 0 }));
  const filters = parameters.flatMap(([name, values]) =>
    [values].flat().map((value) => `&${name}=${encodeURIComponent(value).replace(/%24(\w+)/g, '${$1:percentencode}')}`)
  );
  return `/a/netobserv-flows-app/flows?var-ds=\${datasource}${filters.join('')}`;
}

/**
 * A dashboard as Grafana takes it.
 * @param revision grows with every change, so that Grafana imports the newer one.
 */
export function dashboardJson(plan: DashboardPlan, revision: number) {
  const { uid, title, description, from, variables, object, rows } = plan;
  return {
    uid,
    title,
    description,
    tags: ['network', 'netflow', 'ipfix', 'kubernetes'],
    revision,
    version: 1,
    schemaVersion: 41,
    editable: true,
    graphTooltip: 1,
    timezone: '',
    time: { from, to: 'now' },
    refresh: '1m',
    annotations: { list: [] },
    links: [
      {
        type: 'link',
        title: 'Flow table',
        tooltip: 'Every flow, with filters and details',
        icon: 'table',
        url: flowTableUrl(object),
        keepTime: true,
        includeVars: false,
        asDropdown: false,
        targetBlank: false,
        tags: [],
      },
      {
        type: 'dashboards',
        title: 'Network dashboards',
        tags: ['netflow'],
        asDropdown: true,
        keepTime: true,
        includeVars: false,
        icon: 'dashboard',
        tooltip: '',
        url: '',
        targetBlank: false,
      },
    ],
    templating: {
      list: [
        {
          type: 'datasource',
          name: 'datasource',
          label: 'Data source',
          query: 'loki',
          refresh: 1,
          regex: '',
          multi: false,
          includeAll: false,
          current: {},
          options: [],
          hide: 0,
          skipUrlSync: false,
        },
        ...variables.map(variable),
      ],
    },
    panels: layout(rows),
  };
}

import { fieldDefinition, type FieldName } from '@netobserv-flows/schema';
import { PLUGIN_BASE_URL } from '../../constants';
import { duration, filterField, filterFieldOf } from '../../flow';
import { PANEL_POINTS, planPanel, type PanelQuery, type PlanSource } from '../../flow/plan';
import { withoutVariables } from '../loki';
import type { PanelSubject, SubjectQuery } from './panelSubject';

/** A panel in Grafana's dashboard JSON. */
export interface DashboardPanel extends Readonly<Record<string, unknown>> {
  readonly type: string;
  readonly title: string;
}

/** What panels are made with. */
export interface PanelMaking {
  /** Uid of the Loki data source. */
  readonly uid: string;
  readonly source: PlanSource;
  /** The clock, in ms. */
  readonly nowMs: number;
}

interface Planned extends SubjectQuery {
  readonly query: PanelQuery;
}

/** A column of a table that tells groups apart. */
interface KeyColumn {
  /** Field of the groups. */
  readonly field: FieldName;
  /** The label that goes into the table: without its side, where queries differ in that. */
  readonly label: string;
  readonly title: string;
}

/** Groups that the stretch before may have, of those that are no longer new: as many as Loki gives. */
const MOST_BEFORE = 500;
const WIDTH = 12;
const COLORS = ['blue', 'green', 'orange', 'purple', 'yellow'] as const;

function planned(subject: PanelSubject, one: SubjectQuery, { source, nowMs }: PanelMaking): Planned {
  const { view, limit, onlyNew } = one;
  const kind = subject.shape === 'course' ? 'course' : 'tops';
  const query = planPanel(view, subject.windowMs, source, { nowMs, kind, limit });
  if (onlyNew !== true) {
    return { ...one, query };
  }
  const before = planPanel(view, subject.windowMs, source, { nowMs, kind, limit: MOST_BEFORE, before: true });
  return { ...one, query: { ...query, expr: `(${query.expr} unless ${before.expr})` } };
}

const isSource = (field: FieldName) => field.startsWith('Src');
const isDestination = (field: FieldName) => field.startsWith('Dst');

function keyColumns({ groupBy }: SubjectQuery['view']): KeyColumn[] {
  const oneSide = groupBy.every(isSource) || groupBy.every(isDestination);
  return groupBy.map((field) => {
    const { field: shared } = filterFieldOf(field);
    return oneSide
      ? { field, label: shared, title: filterField(shared)?.title ?? shared }
      : { field, label: field, title: fieldDefinition(field)?.title ?? field };
  });
}

/** A query whose groups go by the labels of the table's columns: so queries for two sides make one table. */
function withColumns(expr: string, columns: readonly KeyColumn[]): string {
  return columns
    .filter(({ field, label }) => field !== label)
    .reduce((text, { field, label }) => `label_replace(${text}, "${label}", "$1", "${field}", "(.*)")`, expr);
}

const refId = (index: number) => String.fromCharCode(65 + index);

function targets(uid: string, exprs: readonly string[], names: readonly string[], queryType: 'instant' | 'range') {
  return exprs.map((expr, index) => ({
    refId: refId(index),
    datasource: { type: 'loki', uid },
    editorMode: 'code',
    // What people have typed into filters is never a variable of the dashboard; the time range is.
    expr: withoutVariables(expr),
    queryType,
    legendFormat: names[index],
  }));
}

/** Sentence case: the dictionary's titles begin with a small letter where they name a side. */
const sentence = (text: string) => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;

function table(queries: readonly Planned[], uid: string): object {
  const columns = keyColumns(queries[0]!.view);
  const exprs = queries.map(({ query, view }) => withColumns(query.expr, keyColumns(view)));
  const hidden = queries.flatMap(({ view }) =>
    keyColumns(view).flatMap(({ field, label }) => (field === label ? [] : [field]))
  );
  const valueField = (index: number) => `Value #${refId(index)}`;
  const order = [...columns.map(({ label }) => label), ...queries.map((_, index) => valueField(index))];
  const titles = queries.map(({ name }) => name);
  return {
    type: 'table',
    targets: targets(uid, exprs, titles, 'instant'),
    transformations: [
      ...(queries.length > 1 ? [{ id: 'merge', options: {} }] : []),
      {
        id: 'organize',
        options: {
          excludeByName: Object.fromEntries(['Time', ...hidden].map((name) => [name, true])),
          indexByName: Object.fromEntries(order.map((name, index) => [name, index])),
          renameByName: Object.fromEntries([
            ...columns.map(({ label, title }) => [label, sentence(title)]),
            ...titles.map((title, index) => [valueField(index), title]),
          ]),
        },
      },
    ],
    fieldConfig: {
      defaults: { noValue: '–' },
      overrides: titles.map((title) => ({
        matcher: { id: 'byName', options: title },
        properties: [
          { id: 'unit', value: 'decbytes' },
          { id: 'min', value: 0 },
          { id: 'color', value: { mode: 'fixed', fixedColor: 'blue' } },
          { id: 'custom.cellOptions', value: { type: 'gauge', mode: 'basic', valueDisplayMode: 'text' } },
        ],
      })),
    },
    options: { showHeader: true, cellHeight: 'sm', sortBy: [{ displayName: titles[0], desc: true }] },
  };
}

/** What each query is called and coloured, by its refId. */
function named(queries: readonly Planned[]) {
  return queries.map(({ name }, index) => ({
    matcher: { id: 'byFrameRefID', options: refId(index) },
    properties: [
      { id: 'displayName', value: name },
      { id: 'color', value: { mode: 'fixed', fixedColor: COLORS[index % COLORS.length] } },
    ],
  }));
}

function stat(queries: readonly Planned[], uid: string): object {
  return {
    type: 'stat',
    targets: targets(
      uid,
      queries.map(({ query }) => query.expr),
      queries.map(({ name }) => name),
      'instant'
    ),
    fieldConfig: { defaults: { unit: 'decbytes', noValue: '0' }, overrides: named(queries) },
    options: {
      reduceOptions: { calcs: ['lastNotNull'], fields: '', values: false },
      colorMode: 'value',
      graphMode: 'none',
      textMode: queries.length > 1 ? 'value_and_name' : 'value',
    },
  };
}

function course(queries: readonly Planned[], uid: string, leastStepMs: number | undefined): object {
  const steps = queries.flatMap(({ query }) => query.leastStepMs ?? []);
  const least = Math.max(0, leastStepMs ?? 0, ...steps);
  return {
    type: 'timeseries',
    ...(least > 0 && { interval: duration(least), maxDataPoints: PANEL_POINTS }),
    targets: targets(
      uid,
      queries.map(({ query }) => query.expr),
      queries.map(({ name }) => name),
      'range'
    ),
    fieldConfig: {
      defaults: {
        unit: 'Bps',
        min: 0,
        custom: {
          drawStyle: 'bars',
          lineWidth: 0,
          fillOpacity: 70,
          barWidthFactor: 0.85,
          stacking: { mode: 'normal', group: 'A' },
        },
      },
      overrides: named(queries),
    },
    options: {
      legend: { showLegend: queries.length > 1, displayMode: 'list', placement: 'bottom', calcs: [] },
      tooltip: { mode: 'multi', sort: 'desc' },
    },
  };
}

/** Text that a dashboard shows as it is: `$` in it is no variable. */
function plain(text: string): string {
  // Grafana has no escape for them; a word joiner after the sign is not seen, and ends the name.
  return text.replace(/\$(?=[\w{])|\[\[/g, (sign) => `${sign.slice(0, 1)}\u2060${sign.slice(1)}`);
}

function flowsUrl(flows: PanelSubject['flows'], uid: string): string {
  const parameters = new URLSearchParams([...flows.map(([name, value]): [string, string] => [name, value])]);
  parameters.set('var-ds', uid);
  // The address is a template of Grafana's: a dollar in a value must not become one of its variables.
  return `${PLUGIN_BASE_URL}/flows?${parameters.toString().replaceAll('$', '%24')}&\${__url_time_range}`;
}

function body(subject: PanelSubject, queries: readonly Planned[], uid: string): object {
  switch (subject.shape) {
    case 'stat':
      return stat(queries, uid);
    case 'table':
      return table(queries, uid);
    case 'course':
      return course(queries, uid, subject.leastStepMs);
  }
}

/**
 * A panel of a dashboard for a subject. Its queries follow the dashboard's time range.
 * @throws FilterError for a filter that `validateFilter` refuses.
 */
export function dashboardPanel(subject: PanelSubject, making: PanelMaking): DashboardPanel {
  const queries = subject.queries.map((one) => planned(subject, one, making));
  const why = [...new Set(queries.map(({ query }) => query.why))].join(' ');
  const { uid } = making;
  return {
    title: plain(subject.title),
    description: plain(`${subject.description} ${why}`),
    datasource: { type: 'loki', uid },
    gridPos: { x: 0, y: 0, w: subject.shape === 'stat' ? 2 * WIDTH : WIDTH, h: subject.shape === 'stat' ? 5 : 9 },
    links: [{ title: 'Flows', url: flowsUrl(subject.flows, uid), targetBlank: false }],
    type: '',
    ...body(subject, queries, uid),
  };
}

import { FLOW_APP, WORKLOAD_APP, type FieldName } from '@netobserv-flows/schema';
import { INSECURE_PORTS, NO_FILTERS, type Filter } from '../../flow';
import { UNSPLIT } from '../../flow/plan/expression';
import type { DashboardPlan, LabelVariable, Panel } from './panels';
import { workloadSums } from './workloadSums';

/** Length of the sums that the panels read: by workload, and few. */
const INTERVAL = '10m';

type Side = 'src' | 'dst';

/** What a dashboard is about: filters on one end, with the variables' names as values. */
type Scope = (side: Side) => readonly Filter[];

const equals = (field: Filter['field'], side: Side, ...values: string[]): Filter => ({
  field,
  side,
  comparison: 'equals',
  values,
});

/** A sum over ten-minute sums by workload, as the planner writes it, over the window that Grafana gives. */
function sums(groupBy: readonly FieldName[], filters: readonly Filter[], window: '$__auto' | '$__range'): string {
  const shares = groupBy.some((field) => /OwnerName$|Service$/.test(field)) ? 4 : 1;
  const view = { groupBy, measure: 'Bytes', filters: { ...NO_FILTERS, filters } } as const;
  const expr = workloadSums({ view, lengthMs: 1000, shares }).replaceAll('[1s]', `[${window}]`);
  // A total over hours is read in one piece: Loki would split it by hours, which is most of the work.
  return window === '$__range' ? `(${UNSPLIT} or ${expr})` : expr;
}

const perSecond = (expr: string) => expr.replaceAll('sum_over_time(', 'rate(');

const fields = (side: Side, ...names: string[]) =>
  names.map((name) => `${side === 'src' ? 'Src' : 'Dst'}${name}` as FieldName);

const COUNTED = 'Each packet is counted once. From ten-minute sums: the newest ends up to 12 minutes ago.';

function total(title: string, scope: readonly Filter[]): Panel {
  const expr = sums([], scope, '$__range');
  return { kind: 'stat', title, description: COUNTED, unit: 'decbytes', queries: [{ expr, legend: title }] };
}

/** Names what has no value for a label. */
const naming = (expr: string, label: FieldName, name: string) =>
  `label_replace(${expr}, "${label}", "${name}", "${label}", "^$")`;

/** What groups without a value are called, by the field. */
function named(expr: string, groupBy: readonly FieldName[]): string {
  const last = groupBy.at(-1)!;
  if (last === 'Application') {
    return naming(expr, last, 'unknown');
  }
  return last.endsWith('SubnetLabel') ? naming(expr, last, 'no subnet of a name') : expr;
}

function course(title: string, groupBy: readonly FieldName[], scope: readonly Filter[], legend: string): Panel {
  const expr = `topk(10, ${perSecond(sums(groupBy, scope, '$__auto'))})`;
  return {
    kind: 'course',
    title,
    description: `Bytes a second, the ten largest at each time. ${COUNTED}`,
    unit: 'Bps',
    interval: INTERVAL,
    stacked: true,
    queries: [{ expr, legend }],
  };
}

function bars(title: string, groupBy: readonly FieldName[], scope: readonly Filter[], legend: string): Panel {
  const expr = named(`sort_desc(topk(10, ${sums(groupBy, scope, '$__range')}))`, groupBy);
  return { kind: 'bars', title, description: COUNTED, unit: 'decbytes', queries: [{ expr, legend }] };
}

const legendOf = (side: Side, ...names: string[]) =>
  fields(side, ...names)
    .map((field) => `{{${field}}}`)
    .join('/');

/** What goes in and out of an object, with whom, and by what. */
function rows(scope: Scope): DashboardPlan['rows'] {
  const [into, from] = [scope('dst'), scope('src')];
  const outside = (side: Side): Filter => ({ field: 'K8S_Type', side, comparison: 'empty', values: [] });
  const inCluster = (side: Side): Filter => ({ field: 'K8S_Type', side, comparison: 'notEmpty', values: [] });
  const insecure = equals('Port', 'dst', ...INSECURE_PORTS.map(String));
  const workload = ['K8S_Namespace', 'K8S_OwnerName'] as const;
  return [
    {
      height: 4,
      panels: [
        [4, total('In', into)],
        [4, total('Out', from)],
        [4, total('In from outside', [...into, outside('src')])],
        [4, total('Out to the outside', [...from, outside('dst')])],
        [8, total('To ports of insecure protocols', [...from, insecure])],
      ],
    },
    {
      title: 'Over time',
      height: 8,
      panels: [
        [12, course('In, by its workload', fields('dst', ...workload), into, legendOf('dst', ...workload))],
        [12, course('Out, by its workload', fields('src', ...workload), from, legendOf('src', ...workload))],
      ],
    },
    {
      title: 'With whom',
      height: 9,
      panels: [
        [
          12,
          bars(
            'From which workloads',
            fields('src', ...workload),
            [...into, inCluster('src')],
            legendOf('src', ...workload)
          ),
        ],
        [
          12,
          bars(
            'To which workloads',
            fields('dst', ...workload),
            [...from, inCluster('dst')],
            legendOf('dst', ...workload)
          ),
        ],
      ],
    },
    {
      height: 9,
      panels: [
        [
          12,
          bars(
            'From which outside',
            fields('src', 'SubnetLabel'),
            [...into, outside('src')],
            legendOf('src', 'SubnetLabel')
          ),
        ],
        [
          12,
          bars(
            'To which outside',
            fields('dst', 'SubnetLabel'),
            [...from, outside('dst')],
            legendOf('dst', 'SubnetLabel')
          ),
        ],
      ],
    },
    {
      title: 'By what',
      height: 9,
      panels: [
        [8, bars('Applications, in', ['Application'], into, '{{Application}}')],
        [8, bars('Applications, out', ['Application'], from, '{{Application}}')],
        [
          8,
          bars(
            'Traffic of its Services',
            fields('dst', 'K8S_Namespace', 'K8S_Service'),
            [...into, { field: 'K8S_Service', side: 'dst', comparison: 'notEmpty', values: [] }],
            legendOf('dst', 'K8S_Service')
          ),
        ],
      ],
    },
  ];
}

/** The same panels, each saying one thing more. */
function noting(plan: DashboardPlan['rows'], note: string): DashboardPlan['rows'] {
  return plan.map((row) => ({
    ...row,
    panels: row.panels.map(([width, panel]) => [width, { ...panel, description: `${panel.description} ${note}` }]),
  }));
}

const NAMESPACE_VARIABLE: LabelVariable = {
  name: 'namespace',
  title: 'Namespace',
  description: 'The namespace that the dashboard is about',
  label: 'DstK8S_Namespace',
  stream: `{app="${FLOW_APP}", DstK8S_Namespace!=""}`,
};

const namespace: Scope = (side) => [equals('K8S_Namespace', side, '$namespace')];

/** One namespace: in and out, with whom, by what. */
export const NAMESPACE: DashboardPlan = {
  uid: 'netobserv-namespace',
  title: 'Namespace traffic',
  description:
    'What goes in and out of a namespace, with whom and by what. Where sums have more keys than the collector keeps ' +
    'apart (aggregate.maxKeys), “(other)” stands for the smallest.',
  from: 'now-6h',
  variables: [NAMESPACE_VARIABLE],
  object: namespace('src'),
  rows: rows(namespace),
};

const workload: Scope = (side) => [...namespace(side), equals('K8S_OwnerName', side, '$workload')];

/** One workload, likewise. */
export const WORKLOAD: DashboardPlan = {
  uid: 'netobserv-workload',
  title: 'Workload traffic',
  description: 'What goes in and out of a workload, with whom and by what.',
  from: 'now-6h',
  variables: [
    NAMESPACE_VARIABLE,
    {
      name: 'workload',
      title: 'Workload',
      description: 'Its workload: a deployment, a stateful set, a cron job …',
      label: 'K8S_OwnerName',
      stream: `{app="${WORKLOAD_APP}", K8S_Namespace="$namespace"}`,
    },
  ],
  object: workload('src'),
  rows: noting(
    rows(workload),
    'Without the smallest keys of sums that have more than the collector keeps apart (aggregate.maxKeys).'
  ),
};

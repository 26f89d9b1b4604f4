import {
  COLUMN_END,
  ENDS_LABEL,
  FLOW_APP,
  NAMESPACE_ENDS,
  ROLLUP_APP,
  SLOT_RANGES,
  type FieldName,
  type Side,
  type WrittenLevel,
} from '@netobserv-flows/schema';
import { VOLUME_LABEL } from '../../flow/logql/metric';
import { quote } from '../../flow/logql/literal';
import { readColumns, readFields } from '../../flow/plan/expression';
import { sharesOf } from '../../flow/plan/shares';
import { TIER_MATCHER } from './steps';

/*
 * The queries of 'Network Observability' by panel; how it looks is in its JSON. Each asks the sums by workload, or single
 * flows: the variable `counted` lets one of the two selectors match, and tells how NetObserv's flows are counted once.
 */

/** Values of the variable `counted`: a regular expression that stands in several places of the queries. */
export const COUNTED = {
  /** Any tier; and with the app before it, any flow, which the selector of flows leaves out then. */
  sums: '.*',
  /** No tier; any direction, or none; with the app before it, nothing that is there. */
  flows: '[0-2]|',
  /** As above, with the directions by which NetObserv's flows are counted once. */
  netobserv: '[02]',
} as const;

const TIER = `app="${ROLLUP_APP}", ${TIER_MATCHER}, tier=~"$counted"`;
const SUMS = `${TIER}, level="workload"`;
const FLOWS = `{app="${FLOW_APP}", app!~"${FLOW_APP}$counted", ${namespaces().join(', ')}} != \`"Duplicate":true\``;
/** Single flows whatever is counted from: rows of flows are no sums. */
const LINES = `{app="${FLOW_APP}", ${namespaces().join(', ')}} != \`"Duplicate":true\``;

const PART = { source: 'rollup', level: 'workload', tier: '10m', fromMs: 0, toMs: 0 } as const;

const OWNERS = ['SrcK8S_OwnerName', 'DstK8S_OwnerName'] as const;
const WORKLOADS = ['SrcK8S_OwnerName=~"$src_workload"', 'DstK8S_OwnerName=~"$dst_workload"'];
/** NetObserv marks no duplicates: what leaves a node towards a pod or node is counted there. */
const ONCE = 'FlowDirection=~"$counted" or DstK8S_Type="" or DstK8S_Type="Service"';

function namespaces(): string[] {
  return ['SrcK8S_Namespace=~"$src_namespace"', 'DstK8S_Namespace=~"$dst_namespace"'];
}

/**
 * True of the label's value only where both variables of an end are at 'All': what is chosen is the name of something,
 * and none is like either part of the value. Where they are, sums by the other end alone tell what is asked, and the
 * sums by workload that they stand for are left out; others, of a collector that writes no sums by end, are added.
 */
const isAll = (side: Side) => `"($${VARIABLES[side]}_namespace)_($${VARIABLES[side]}_workload)"`;
/**
 * True of it, or of it and what follows it, only where all workloads of an end are asked for: sums by namespace tell what
 * is asked then.
 */
const isEveryWorkload = (side: Side, then = '') =>
  `"($${VARIABLES[side]}_workload)_($${VARIABLES[side]}_workload)${then}"`;
const VARIABLES = { Src: 'src', Dst: 'dst' } as const;

type Measure = 'Bytes' | 'Flows';

/** What is asked over each window. */
interface Asked {
  readonly by: readonly string[];
  /** The end that sums by single ends are asked for, where they have all that is read. */
  readonly end?: Side;
  readonly measure: Measure;
  readonly how: 'rate' | 'total';
  /** Fields that are read besides, and stages on them. */
  readonly read?: readonly FieldName[];
  /** Line filters that leave lines out unparsed. */
  readonly prune?: { readonly sums: string; readonly flows: string };
  readonly stages?: readonly string[];
}

const stage = (text: string) => `| ${text}`;

const grouped = (by: readonly string[], inner: string) =>
  by.length === 0 ? `sum(${inner})` : `sum by (${by.join(', ')}) (${inner})`;

const UNWRAPPED = [`| unwrap ${VOLUME_LABEL}`, '| __error__=""'];

/**
 * Shares in which workloads are asked for, as Loki counts groups against its limit of 500 series: two are enough for
 * some 900 workloads. Of the sums by workload each share reads all lines, those by end are in streams by share.
 */
const SHARES = SLOT_RANGES.length;

interface Share {
  /** Line filter of sums by workload. */
  readonly filter?: string;
  /** The label of sums by end. */
  readonly slots?: string;
}

const isByWorkload = (by: readonly string[]) => by.some((name) => name.endsWith('OwnerName'));

function sharesFor(by: readonly string[]): Share[] {
  const named = by.filter((name): name is FieldName => /K8S_/.test(name));
  return isByWorkload(by)
    ? sharesOf(PART, named, SHARES).map(({ filter }, index) => ({ filter, slots: SLOT_RANGES[index] }))
    : [{}];
}

const over = ({ how }: Asked, selector: string, pipeline: readonly string[]) =>
  `${how === 'rate' ? 'rate' : 'sum_over_time'}(${[`{${selector}}`, ...pipeline, ...UNWRAPPED].join(' ')} [$__auto])`;

/** Sums over ten minutes or hours by pairs of workloads; where there is an end, those that are not by that end too. */
function fromPairs(asked: Asked, { filter }: Share): string {
  const { by, measure, read = [], prune, stages = [], end } = asked;
  const fields = ['SrcK8S_Namespace', 'DstK8S_Namespace', ...OWNERS, ...read] as const;
  const filters = [filter, prune?.sums].filter((one) => one !== undefined);
  const decide = [...namespaces(), ...WORKLOADS, ...stages].map(stage);
  const selector = end === undefined ? SUMS : `${SUMS}, ${ENDS_LABEL.name}!~${isAll(OTHER_END[end])}`;
  return grouped(by, over(asked, selector, [...filters, readColumns('workload', fields, measure), ...decide]));
}

const OTHER_END = { Src: 'Dst', Dst: 'Src' } as const;
const WORKLOAD_LEVEL = { Src: 'sourceWorkload', Dst: 'destinationWorkload' } as const;
const NAMESPACE_LEVEL = { Src: 'sourceNamespace', Dst: 'destinationNamespace' } as const;

/** The selector of sums by one end, where all of the other is asked for. */
const endSelector = (end: Side, level: WrittenLevel, ...more: readonly string[]) =>
  [`${TIER}, level="${level}", ${ENDS_LABEL.name}=~${isAll(OTHER_END[end])}`, ...more].join(', ');

const chosenBy = (end: Side, filters: readonly string[]) => filters.filter((one) => one.startsWith(end)).map(stage);

/** Sums by the workload of one end; for questions by its namespace, those that are not by that alone too. */
function fromWorkloads(asked: Asked, end: Side, { slots }: Share): string {
  const names: FieldName[] = [`${end}K8S_Namespace`, `${end}K8S_OwnerName`];
  const selector = endSelector(
    end,
    'end',
    ...(slots === undefined ? [] : [`slots="${slots}"`]),
    ...(isByWorkload(asked.by) ? [] : [`${ENDS_LABEL.name}!~${isEveryWorkload(end, NAMESPACE_ENDS)}`])
  );
  const decide = chosenBy(end, [...namespaces(), ...WORKLOADS]);
  return grouped(asked.by, over(asked, selector, [readColumns(WORKLOAD_LEVEL[end], names, asked.measure), ...decide]));
}

/** Sums by the namespace of one end, where all of its workloads are asked for: a fraction of the lines. */
function fromNamespaces(asked: Asked, end: Side): string {
  const selector = endSelector(end, 'namespaceEnd', `${ENDS_LABEL.name}=~${isEveryWorkload(end)}`);
  const read = readColumns(NAMESPACE_LEVEL[end], [`${end}K8S_Namespace`], asked.measure);
  return grouped(asked.by, over(asked, selector, [read, ...chosenBy(end, namespaces())]));
}

const told = (legs: readonly string[]) =>
  legs.map((leg, index) => `label_replace(${leg}, "leg", "${index}", "", "")`).join(' or ');

/** Sums over ten minutes or hours by what tells the least; by workload in shares. */
function fromSums(asked: Asked): string[] {
  const { by, end } = asked;
  return sharesFor(by).map((share) => {
    if (end === undefined) {
      return fromPairs(asked, share);
    }
    const legs = [...(isByWorkload(by) ? [] : [fromNamespaces(asked, end)]), fromWorkloads(asked, end, share)];
    return grouped(by, told([...legs, fromPairs(asked, share)]));
  });
}

/** The same of single flows, each a line. */
function fromFlows({ by, measure, how, read = [], prune, stages = [] }: Asked): string {
  const volume = measure === 'Flows' ? undefined : measure;
  const fields = new Set([...OWNERS, 'DstK8S_Type', ...read]);
  const decide = [...readFields(fields, volume), ...[...WORKLOADS, ONCE, ...stages].map(stage)];
  const total = volume === undefined ? 'count_over_time' : 'sum_over_time';
  const lines = [FLOWS, ...(prune === undefined ? [] : [prune.flows]), ...decide];
  const pipeline = volume === undefined ? lines : [...lines, ...UNWRAPPED];
  return grouped(by, `${how === 'rate' ? 'rate' : total}(${pipeline.join(' ')} [$__auto])`);
}

const either = (asked: Asked) => [...fromSums(asked), fromFlows(asked)].join(' or ');

/** The ten largest; of each share first, so that the rest is not compared with those of the others too. */
function tops(asked: Asked): string {
  const sums = fromSums(asked);
  const shares = sums.length === 1 ? sums : sums.map((share) => `topk(10, ${share})`);
  return `topk(10, ${[...shares, fromFlows(asked)].join(' or ')})`;
}

/** The ten largest, under a name where they have none. */
function largest(asked: Asked, label: FieldName, unnamed: string): string {
  const found = tops(asked);
  return `label_replace(${asked.how === 'total' ? `sort_desc(${found})` : found}, "${label}", "${unnamed}", "${label}", "^$")`;
}

const byNamespace = (side: Side, measure: Measure) =>
  largest({ by: [`${side}K8S_Namespace`], end: side, measure, how: 'rate' }, `${side}K8S_Namespace`, 'no namespace');
const byWorkload = (side: Side) =>
  largest(
    { by: [`${side}K8S_Namespace`, `${side}K8S_OwnerName`], end: side, measure: 'Bytes', how: 'rate' },
    `${side}K8S_OwnerName`,
    'outside the cluster'
  );

/** Ports of http, ftp and telnet, whatever the collector calls the application. */
const CLEAR = '20|21|23|80|8008|8080|8088';
const isPort = (port: number) => `(eq .SrcPort "${port}") (eq .DstPort "${port}")`;
const PROTOCOL = `label_format protocol=\`{{ if or ${isPort(23)} }}telnet{{ else if or ${isPort(20)} ${isPort(21)} }}ftp{{ else }}http{{ end }}\``;

const nameOf = (side: 'Src' | 'Dst') =>
  `{{ if .${side}K8S_Name }}{{ if .${side}K8S_Namespace }}{{ .${side}K8S_Namespace }}/{{ end }}{{ .${side}K8S_Name }}{{ else if .${side}SubnetLabel }}{{ .${side}SubnetLabel }}{{ else }}outside the cluster{{ end }}`;
const addressOf = (side: 'Src' | 'Dst') => `{{ .${side}Addr }}{{ if .${side}Port }} : {{ .${side}Port }}{{ end }}`;

function newest(): string {
  const ends = (['Src', 'Dst'] as const).flatMap((side) =>
    (['K8S_Name', 'SubnetLabel', 'Addr', 'Port'] as const).map((name) => `${side}${name}` as const)
  );
  const fields = [...OWNERS, 'DstK8S_Type', ...ends, 'Proto', 'Application', 'Bytes', 'Packets'] as const;
  const names = [
    `source=\`${nameOf('Src')}\``,
    `source_address=\`${addressOf('Src')}\``,
    `destination=\`${nameOf('Dst')}\``,
    `destination_address=\`${addressOf('Dst')}\``,
  ];
  const stages = [...WORKLOADS, ONCE, `label_format ${names.join(', ')}`];
  return [LINES, ...readFields(fields), ...stages.map(stage)].join(' ');
}

/** The query of each panel, by its title. */
export const NETWORK_OBSERVABILITY: Readonly<Record<string, string>> = {
  Flows: either({ by: [], end: 'Src', measure: 'Flows', how: 'total' }),
  Traffic: either({ by: [], end: 'Src', measure: 'Bytes', how: 'total' }),
  'Total flows': either({ by: [], end: 'Src', measure: 'Flows', how: 'rate' }),
  'Flows by source namespace': byNamespace('Src', 'Flows'),
  'Flows by destination namespace': byNamespace('Dst', 'Flows'),
  'Volumetry by source namespace': byNamespace('Src', 'Bytes'),
  'Volumetry by destination namespace': byNamespace('Dst', 'Bytes'),
  'Volumetry by source workload': byWorkload('Src'),
  'Volumetry by destination workload': byWorkload('Dst'),
  'Top applications': largest(
    { by: ['Application'], measure: 'Bytes', how: 'total', read: ['Application'] },
    'Application',
    'unknown'
  ),
  'Unencrypted protocols': `sort_desc(${either({
    by: ['protocol'],
    measure: 'Bytes',
    how: 'total',
    read: ['SrcPort', 'DstPort', 'Proto'],
    prune: {
      sums: `|~ ${quote(`${COLUMN_END}(?:${CLEAR})${COLUMN_END}`)}`,
      flows: `|~ ${quote(`Port":(${CLEAR})[,}]`)}`,
    },
    stages: ['Proto="6"', `SrcPort=~"${CLEAR}" or DstPort=~"${CLEAR}"`, PROTOCOL],
  })})`,
  'Newest flows': newest(),
};

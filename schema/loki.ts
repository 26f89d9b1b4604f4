import { FIELDS } from './fields';
import type { FieldName } from './record';

/** The `app` label of raw flows; NetObserv's name, so that what is written for it finds ours. */
export const FLOW_APP = 'netobserv-flowcollector';

/** The `app` label of the list of workloads seen lately: one short line a workload, for suggestions and variables. */
export const WORKLOAD_APP = 'netobserv-workload';

/** The `app` label of the collector's report on itself: rates, losses and exporters, once a minute. */
export const COLLECTOR_APP = 'netobserv-collector';

/** Fields that are stream labels unless the collector's `loki.labels` says otherwise. */
export const DEFAULT_LABELS = [
  'SrcK8S_Namespace',
  'DstK8S_Namespace',
  'FlowDirection',
] as const satisfies readonly FieldName[];

/** NetObserv's label list, for dashboards that were written for it; see docs/decisions for what it costs. */
export const NETOBSERV_LABELS = [
  'SrcK8S_Namespace',
  'SrcK8S_OwnerName',
  'SrcK8S_Type',
  'DstK8S_Namespace',
  'DstK8S_OwnerName',
  'DstK8S_Type',
  'K8S_FlowLayer',
  'FlowDirection',
] as const satisfies readonly FieldName[];

const HOT: readonly FieldName[] = [
  'Bytes',
  'Packets',
  'SrcK8S_OwnerName',
  'SrcK8S_OwnerType',
  'SrcK8S_Name',
  'SrcAddr',
  'DstK8S_OwnerName',
  'DstK8S_OwnerType',
  'DstK8S_Name',
  'DstAddr',
  'SrcPort',
  'DstPort',
  'Proto',
];

/** What else tells of one end stands together: a writer may have it ready for the next flow of that end. */
const END = [
  'Mac',
  'K8S_Namespace',
  'K8S_Type',
  'K8S_HostName',
  'K8S_HostIP',
  'K8S_Zone',
  'K8S_Service',
  'SubnetLabel',
] as const;

const FIRST: readonly FieldName[] = [
  ...HOT,
  ...END.map((suffix) => `Src${suffix}` as const),
  ...END.map((suffix) => `Dst${suffix}` as const),
];

/**
 * Every field in the order of a stored line: what queries read most stands first, so that they can stop early. By the
 * first two, which every flow has, the app knows its collector's flows from NetObserv's.
 */
export const LINE_ORDER: readonly FieldName[] = [
  ...FIRST,
  ...FIELDS.map((field) => field.name).filter((name) => !FIRST.includes(name)),
];

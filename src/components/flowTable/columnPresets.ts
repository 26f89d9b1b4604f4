import type { ColumnId } from '../../data/flowColumns';

/** A set of columns for a purpose. */
export interface ColumnPreset {
  /** What people choose it by. */
  readonly title: string;
  /** Which question the columns answer. */
  readonly purpose: string;
  readonly columns: readonly ColumnId[];
}

/** When and how much: what every set begins with, so that it is in view on small windows too. */
const VOLUME: readonly ColumnId[] = ['TimeFlowEndMs', 'Bytes', 'Packets', 'Proto'];

/** The sets on offer, the default one first. Each fits a window of 1,600 pixels beside Grafana's menu. */
export const COLUMN_PRESETS: readonly [ColumnPreset, ...ColumnPreset[]] = [
  {
    title: 'Workloads and pods',
    purpose: 'Which workload and pod talks to which.',
    columns: [
      ...VOLUME,
      'SrcK8S_Namespace',
      'SrcK8S_OwnerName',
      'SrcK8S_Name',
      'SrcPort',
      'DstK8S_Namespace',
      'DstK8S_OwnerName',
      'DstK8S_Name',
      'DstPort',
      'FlowDirection',
    ],
  },
  {
    title: 'Both ends',
    purpose: 'Source above destination, with room for long names.',
    columns: [...VOLUME, 'K8S_Namespace', 'K8S_OwnerName', 'K8S_Name', 'Addr', 'Port', 'FlowDirection', 'Application'],
  },
  {
    title: 'Addresses and ports',
    purpose: 'What the packets carry, whether or not Kubernetes knows the ends.',
    columns: [
      ...VOLUME,
      'SrcAddr',
      'SrcPort',
      'DstAddr',
      'DstPort',
      'Flags',
      'SrcSubnetLabel',
      'DstSubnetLabel',
      'Application',
    ],
  },
  {
    title: 'Services',
    purpose: 'Which Services are used, by whom and for what.',
    columns: [
      ...VOLUME,
      'SrcK8S_Namespace',
      'SrcK8S_OwnerName',
      'SrcK8S_Service',
      'DstK8S_Namespace',
      'DstK8S_OwnerName',
      'DstK8S_Service',
      'DstPort',
      'Application',
    ],
  },
  {
    title: 'Nodes and zones',
    purpose: 'What crosses nodes and zones.',
    columns: [
      ...VOLUME,
      'SrcK8S_HostName',
      'SrcK8S_Zone',
      'SrcK8S_OwnerName',
      'DstK8S_HostName',
      'DstK8S_Zone',
      'DstK8S_OwnerName',
      'FlowDirection',
    ],
  },
  {
    title: 'Observation',
    purpose: 'Who saw the flow, where, and how it was counted.',
    columns: [
      ...VOLUME,
      'Addr',
      'FlowDirection',
      'Duplicate',
      'Sampling',
      'AgentIP',
      'ObservationDomainId',
      'Interfaces',
      'TimeReceived',
    ],
  },
];

/** Columns shown until a person chooses others. */
export const DEFAULT_COLUMNS: readonly ColumnId[] = COLUMN_PRESETS[0].columns;

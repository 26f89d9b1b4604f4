import type { Side } from './definition';
import { portName } from './ports';
import type { FieldName } from './record';

/** The `app` label of rollups: sums over flows by key and time bucket, duplicates left out. */
export const ROLLUP_APP = 'netobserv-rollup';

/**
 * The label `level` of the lines that tell which buckets are written: one for each, with `Level`, `StartMs`, `Keys`,
 * `Folded` (0 none, 1 details, 2 all of some keys), `LatenessMs`, how long after its end a bucket is written,
 * `Partial: true` where it began before the collector that wrote it did, and `Layout`, by which its lines are read.
 */
export const BUCKET_LEVEL = 'bucket';

/** Lengths of the buckets of each tier, in milliseconds; buckets begin at multiples since the Unix epoch. */
export const TIER_MS = { '1m': 60_000, '10m': 600_000, '1h': 3_600_000 } as const;

/** The label `tier`: how long a bucket is. */
export type TierName = keyof typeof TIER_MS;

/** By what flows are summed up. */
export type LevelName =
  | 'namespace'
  | 'workload'
  | 'sourceNamespace'
  | 'destinationNamespace'
  | 'sourceWorkload'
  | 'destinationWorkload'
  | 'source'
  | 'destination'
  | 'external'
  | 'node';

/**
 * The label `level` of lines. Sums by one end are written together, one line for what an end sent and received:
 * `namespaceEnd` holds `sourceNamespace` and `destinationNamespace`, `end` holds `sourceWorkload` and
 * `destinationWorkload`, `pod` holds `source` and `destination`.
 */
export type WrittenLevel = 'namespace' | 'workload' | 'namespaceEnd' | 'end' | 'pod' | 'external' | 'node';

/**
 * Of which flows a level keeps the value of a field; of the others it is left out.
 * - `always`: of all.
 * - `servicePort`: where it is a port of {@link isServicePort}.
 * - `outside`: where that end is outside the cluster, which is where it has no `K8S_Type`.
 */
export type Kept = 'always' | 'servicePort' | 'outside';

/** What a level of rollups holds. */
export interface RollupLevel {
  /** The key: the fields by which flows are told apart. */
  readonly fields: Readonly<Partial<Record<FieldName, Kept>>>;
  /** Which flows it sums up: all, or those with at least one end outside the cluster. */
  readonly covers: 'all' | 'outside';
  /** The fields that keep their values where there are too many keys, in which case the others become {@link OTHER}. */
  readonly keptInFold: readonly FieldName[];
  /** What each end of a key is known by: the fields from which `SrcSlot` and `DstSlot` follow. */
  readonly slots: { readonly Src?: readonly FieldName[]; readonly Dst?: readonly FieldName[] };
}

/**
 * Number of slots, written as one hexadecimal digit. Lines of one end are in one slot, so that a question with more
 * groups than Loki allows in a query can be asked slot by slot within one request.
 */
export const SLOTS = 16;

/** Stands in text fields of a rollup for the values that were folded together; no Kubernetes name can be like it. */
export const OTHER = '(other)';

const NAMESPACES = {
  SrcK8S_Namespace: 'always',
  DstK8S_Namespace: 'always',
} as const satisfies RollupLevel['fields'];

const KINDS = {
  SrcK8S_Type: 'always',
  DstK8S_Type: 'always',
  SrcSubnetLabel: 'always',
  DstSubnetLabel: 'always',
  Proto: 'always',
  Application: 'always',
  K8S_FlowLayer: 'always',
  Sampling: 'always',
} as const satisfies RollupLevel['fields'];

const NAMESPACE_FIELDS = { ...NAMESPACES, ...KINDS } as const satisfies RollupLevel['fields'];

/** What is asked for most comes first, as in all of a line's columns. */
const WORKLOAD_FIELDS = {
  ...NAMESPACES,
  SrcK8S_OwnerName: 'always',
  DstK8S_OwnerName: 'always',
  ...KINDS,
  SrcK8S_OwnerType: 'always',
  DstK8S_OwnerType: 'always',
  SrcPort: 'servicePort',
  DstPort: 'servicePort',
} as const satisfies RollupLevel['fields'];

const SOURCE_KEPT = [
  'SrcK8S_Namespace',
  'SrcK8S_Type',
  'SrcK8S_OwnerName',
  'SrcK8S_OwnerType',
  'SrcK8S_HostName',
  'SrcK8S_Zone',
  'SrcSubnetLabel',
  'K8S_FlowLayer',
  'Sampling',
] as const satisfies readonly FieldName[];

const DESTINATION_KEPT = [
  'DstK8S_Namespace',
  'DstK8S_Type',
  'DstK8S_OwnerName',
  'DstK8S_OwnerType',
  'DstK8S_HostName',
  'DstK8S_Zone',
  'DstSubnetLabel',
  'K8S_FlowLayer',
  'Sampling',
] as const satisfies readonly FieldName[];

const NODE_FIELDS = [
  'SrcK8S_HostName',
  'DstK8S_HostName',
  'SrcK8S_Zone',
  'DstK8S_Zone',
  'SrcK8S_Type',
  'DstK8S_Type',
  'K8S_FlowLayer',
  'Sampling',
] as const satisfies readonly FieldName[];

const WORKLOAD_SLOTS = {
  Src: ['SrcK8S_Namespace', 'SrcK8S_OwnerName'],
  Dst: ['DstK8S_Namespace', 'DstK8S_OwnerName'],
} as const satisfies RollupLevel['slots'];

/** What tells workloads apart, one end alone. */
const END_FIELDS = ['K8S_Namespace', 'K8S_OwnerName', 'K8S_Type', 'SubnetLabel', 'K8S_OwnerType'] as const;

/** What tells namespaces apart, and what has none. */
const NAMESPACE_END_FIELDS = ['K8S_Namespace', 'K8S_Type'] as const;

type EndField = (typeof END_FIELDS)[number];

/**
 * A level of one end.
 * @param slot the fields from which its slot follows.
 */
function endLevel(side: Side, fields: readonly EndField[], slot: readonly EndField[]): RollupLevel {
  const of = (names: readonly EndField[]) => names.map((name): FieldName => `${side}${name}`);
  return {
    fields: always(of(fields)),
    covers: 'all',
    // What level `workload`, of which it is made, keeps.
    keptInFold: of(fields).filter((field) => Object.hasOwn(NAMESPACE_FIELDS, field)),
    slots: { [side]: of(slot) },
  };
}

const workloadEnd = (side: Side) => endLevel(side, END_FIELDS, ['K8S_Namespace', 'K8S_OwnerName']);
const namespaceEnd = (side: Side) => endLevel(side, NAMESPACE_END_FIELDS, ['K8S_Namespace']);

const always = (fields: readonly FieldName[]): RollupLevel['fields'] =>
  Object.fromEntries(fields.map((field) => [field, 'always']));

const namesOf = (fields: RollupLevel['fields']) => Object.keys(fields) as FieldName[];

/**
 * The levels of rollups: which questions each answers is docs/decisions/0003. Only fields that every flow record may
 * have are keys, with the record's own values, so that a rollup and the flows it stands for answer alike.
 */
export const ROLLUP_LEVELS: Readonly<Record<LevelName, RollupLevel>> = {
  namespace: {
    fields: NAMESPACE_FIELDS,
    covers: 'all',
    keptInFold: ['Sampling'],
    slots: { Src: ['SrcK8S_Namespace'], Dst: ['DstK8S_Namespace'] },
  },
  workload: {
    fields: { ...WORKLOAD_FIELDS, SrcK8S_Service: 'always', DstK8S_Service: 'always' },
    covers: 'all',
    keptInFold: namesOf(NAMESPACE_FIELDS),
    slots: WORKLOAD_SLOTS,
  },
  sourceNamespace: namespaceEnd('Src'),
  destinationNamespace: namespaceEnd('Dst'),
  sourceWorkload: workloadEnd('Src'),
  destinationWorkload: workloadEnd('Dst'),
  source: {
    fields: always([...SOURCE_KEPT, 'SrcK8S_Name', 'SrcAddr']),
    covers: 'all',
    keptInFold: SOURCE_KEPT,
    slots: { Src: ['SrcK8S_Namespace', 'SrcK8S_Name', 'SrcAddr'] },
  },
  destination: {
    fields: always([...DESTINATION_KEPT, 'DstK8S_Name', 'DstAddr']),
    covers: 'all',
    keptInFold: DESTINATION_KEPT,
    slots: { Dst: ['DstK8S_Namespace', 'DstK8S_Name', 'DstAddr'] },
  },
  external: {
    fields: { ...WORKLOAD_FIELDS, SrcAddr: 'outside', DstAddr: 'outside' },
    covers: 'outside',
    keptInFold: namesOf(WORKLOAD_FIELDS),
    slots: { Src: [...WORKLOAD_SLOTS.Src, 'SrcAddr'], Dst: [...WORKLOAD_SLOTS.Dst, 'DstAddr'] },
  },
  node: {
    fields: always(NODE_FIELDS),
    covers: 'all',
    keptInFold: ['Sampling'],
    slots: { Src: ['SrcK8S_HostName'], Dst: ['DstK8S_HostName'] },
  },
};

/** The levels, in the order of how much they tell apart: what is answered by one is answered cheaper than by the next. */
export const LEVEL_NAMES: readonly LevelName[] = [
  'sourceNamespace',
  'destinationNamespace',
  'node',
  'sourceWorkload',
  'destinationWorkload',
  'namespace',
  'external',
  'source',
  'destination',
  'workload',
];

/** In which lines a level is, and as which of their two sides. */
export const WRITTEN_AS: Readonly<Record<LevelName, { readonly level: WrittenLevel; readonly side?: Side }>> = {
  namespace: { level: 'namespace' },
  workload: { level: 'workload' },
  sourceNamespace: { level: 'namespaceEnd', side: 'Src' },
  destinationNamespace: { level: 'namespaceEnd', side: 'Dst' },
  sourceWorkload: { level: 'end', side: 'Src' },
  destinationWorkload: { level: 'end', side: 'Dst' },
  source: { level: 'pod', side: 'Src' },
  destination: { level: 'pod', side: 'Dst' },
  external: { level: 'external' },
  node: { level: 'node' },
};

/**
 * The name by which lines tell a field of a level, or a sum. Where a line is of one end, the end's fields are without
 * `Src` and `Dst`, and its sums have them: `K8S_Namespace`, `SrcBytes`.
 */
export function writtenName(level: LevelName, name: FieldName | Measure): string {
  const { side } = WRITTEN_AS[level];
  if (side === undefined) {
    return name;
  }
  return isMeasure(name) ? `${side}${name}` : name.startsWith(side) ? name.slice(side.length) : name;
}

/** What is summed up: bytes, packets, or the number of flow records. */
export type Measure = 'Bytes' | 'Packets' | 'Flows';

const isMeasure = (name: string): name is Measure => name === 'Bytes' || name === 'Packets' || name === 'Flows';

/**
 * The label of the lines by workload whose flows are all in lines of level `end` too, and of the lines by single ends:
 * whoever can ask either leaves the others out by it. No name of Kubernetes is like the value, on either side of its `_`.
 */
export const ENDS_LABEL = { name: 'ends', value: 'Src_Dst' } as const;

/**
 * What the value of {@link ENDS_LABEL} ends with on lines of level `end` whose flows are all in lines of level
 * `namespaceEnd` too: a label of its own would leave one less for `loki.extraLabels`, as Loki takes 15.
 */
export const NAMESPACE_ENDS = '_Namespace';

/** The label `slots` of lines of level `end`: the slots that a stream holds, so that shares of the ends are read apart. */
export const SLOT_RANGES = ['0-7', '8-f'] as const;

/** The tiers, longest buckets first. */
export const TIER_NAMES: readonly TierName[] = ['1h', '10m', '1m'];

/** The tiers in which the collector writes each level unless told otherwise; measured in docs/decisions/0003. */
export const DEFAULT_TIERS: Readonly<Record<WrittenLevel, readonly TierName[]>> = {
  namespace: [],
  workload: ['10m', '1h'],
  namespaceEnd: ['10m', '1h'],
  end: ['10m', '1h'],
  pod: ['1h'],
  external: ['1h'],
  node: ['1h'],
};

/**
 * Whether rollups keep a port: the well-known ones, whatever the transport. Ports that clients take at random would
 * make a key of each flow, and a port scan a key of each port.
 */
export function isServicePort(port: number): boolean {
  return portName(port) !== undefined;
}

/** Whether a level sums up a flow. */
export function isCovered(level: RollupLevel, record: Readonly<Partial<Record<FieldName, unknown>>>): boolean {
  return level.covers === 'all' || record.SrcK8S_Type === undefined || record.DstK8S_Type === undefined;
}

import { FIELDS, type FieldDefinition, type FieldGroup, type FieldName, type FieldType } from '@netobserv-flows/schema';
import { COMPARISONS, type Comparison, type FilterField, type FilterSide } from './model';

/** One entry of the filter pickers. */
export interface FilterFieldInfo {
  readonly field: FilterField;
  readonly group: FieldGroup;
  /** In sentence case, without a side: `Namespace`, `IP`, `Protocol`. */
  readonly title: string;
  /** One sentence for people. */
  readonly description: string;
  readonly type: FieldType;
  readonly unit?: FieldDefinition['unit'];
  /** True where source and destination have the field each. */
  readonly sided: boolean;
  /** The name that the text form writes, to which it puts `src_` and `dst_`. */
  readonly keyword: string;
  /** Other names that the text form reads. */
  readonly aliases: readonly string[];
  /** The comparisons allowed, the usual one first. */
  readonly comparisons: readonly Comparison[];
}

/** The text form's names: the first is written, all are read. Other fields go by their own name. */
const KEYWORDS: Readonly<Partial<Record<FilterField, readonly string[]>>> = {
  TimeFlowStartMs: ['start'],
  TimeFlowEndMs: ['end', 'time'],
  TimeReceived: ['received'],
  Addr: ['ip', 'addr', 'address'],
  Port: ['port'],
  Proto: ['proto', 'protocol'],
  Flags: ['flags', 'tcp_flags'],
  IcmpType: ['icmp_type'],
  IcmpCode: ['icmp_code'],
  Dscp: ['dscp'],
  Mac: ['mac'],
  Etype: ['etype', 'ethertype'],
  VlanId: ['vlan', 'vlan_id'],
  CustomerVlanId: ['customer_vlan'],
  MplsLabels: ['mpls', 'mpls_labels'],
  IngressVRFID: ['ingress_vrf'],
  EgressVRFID: ['egress_vrf'],
  Interfaces: ['interface', 'interfaces'],
  IfDirections: ['interface_direction', 'if_directions'],
  XlatAddr: ['xlat_ip', 'xlat_addr'],
  XlatPort: ['xlat_port'],
  TunnelAddr: ['tunnel_ip', 'tunnel_addr'],
  TunnelPort: ['tunnel_port'],
  TunnelType: ['tunnel_type'],
  TunnelKey: ['tunnel_key', 'vni'],
  TunnelProto: ['tunnel_proto', 'tunnel_protocol'],
  Bytes: ['bytes', 'size'],
  Packets: ['packets'],
  Sampling: ['sampling'],
  PktDropBytes: ['dropped_bytes'],
  PktDropPackets: ['dropped_packets'],
  PktDropLatestDropCause: ['drop_cause'],
  AgentIP: ['exporter', 'agent', 'agent_ip'],
  ObservationDomainId: ['domain', 'observation_domain'],
  FlowDirection: ['direction', 'dir'],
  Duplicate: ['duplicate'],
  K8S_Namespace: ['namespace', 'ns'],
  K8S_Name: ['name', 'pod'],
  K8S_Type: ['kind', 'type'],
  K8S_OwnerName: ['workload', 'owner'],
  K8S_OwnerType: ['workload_kind', 'owner_kind', 'owner_type'],
  K8S_HostName: ['node', 'host'],
  K8S_HostIP: ['node_ip', 'host_ip'],
  K8S_Zone: ['zone'],
  K8S_Service: ['service', 'svc'],
  SubnetLabel: ['subnet', 'subnet_label'],
  Application: ['application', 'app'],
  K8S_FlowLayer: ['layer'],
};

const TEXT = COMPARISONS.filter((comparison) => !/^(less|greater)/.test(comparison));
const ORDERED: readonly Comparison[] = [
  'equals',
  'notEquals',
  'less',
  'lessOrEqual',
  'greater',
  'greaterOrEqual',
  'empty',
  'notEmpty',
];
const NAMED: readonly Comparison[] = ['equals', 'notEquals', 'empty', 'notEmpty'];

const ALLOWED: Readonly<Record<FieldType, readonly Comparison[]>> = {
  string: TEXT,
  strings: TEXT,
  integer: ORDERED,
  integers: ORDERED,
  port: ORDERED,
  protocol: NAMED,
  direction: NAMED,
  address: NAMED,
  mac: ['equals', 'notEquals', 'starts', 'notStarts', 'empty', 'notEmpty'],
  boolean: ['equals', 'notEquals'],
};

const definitions: readonly FieldDefinition[] = FIELDS;

function titleOf(definition: FieldDefinition): string {
  const title = definition.side === undefined ? definition.title : definition.title.replace(/^\S+ /, '');
  return `${title.charAt(0).toUpperCase()}${title.slice(1)}`;
}

function describe(definition: FieldDefinition): FilterFieldInfo {
  const field = (definition.pair ?? definition.name) as FilterField;
  const [keyword = field, ...aliases] = KEYWORDS[field] ?? [field];
  return {
    field,
    group: definition.group,
    title: titleOf(definition),
    description:
      definition.side === undefined
        ? definition.description
        : definition.description.replace(/\b(source|destination)\b/, 'source or destination'),
    type: definition.type,
    unit: definition.unit,
    sided: definition.side !== undefined,
    keyword,
    aliases,
    comparisons: ALLOWED[definition.type],
  };
}

const infos = definitions.filter((definition) => definition.side !== 'Dst').map(describe);
const byField = new Map<string, FilterFieldInfo>(infos.map((info) => [info.field, info]));

/** What can be filtered by, in the order of the dictionary's groups: endpoint fields once, with a side to choose. */
export function filterFields(): readonly FilterFieldInfo[] {
  return infos;
}

/** What is known of one filter field; undefined for a name that is none, as a URL may carry. */
export function filterField(field: string): FilterFieldInfo | undefined {
  return byField.get(field);
}

/** The record fields that a filter looks at: one, or source and destination for either side. */
export function recordFields(field: FilterField, side: FilterSide = 'either'): readonly FieldName[] {
  return definitions
    .filter((definition) =>
      definition.pair === undefined
        ? definition.name === field
        : definition.pair === field && (side === 'either' || definition.side === (side === 'src' ? 'Src' : 'Dst'))
    )
    .map((definition) => definition.name as FieldName);
}

/** The filter field and side of a record field (`SrcAddr` → `Addr`, `src`), as 'filter for this cell' needs it. */
export function filterFieldOf(name: FieldName): { readonly field: FilterField; readonly side?: FilterSide } {
  const definition = definitions.find((candidate) => candidate.name === name);
  if (definition?.pair === undefined) {
    return { field: name as FilterField };
  }
  return { field: definition.pair as FilterField, side: definition.side === 'Src' ? 'src' : 'dst' };
}

/** The flow dictionary: what a flow record holds, under which names, and how it lies in Loki. */
export { FIELDS } from './fields';
export type { FieldDefinition, FieldGroup, FieldType, FieldUnit, Side } from './definition';
export { fieldDefinition, isFieldName, oppositeField, type FieldName, type FlowRecord } from './record';
export { COLLECTOR_APP, DEFAULT_LABELS, FLOW_APP, LINE_ORDER, NETOBSERV_LABELS, WORKLOAD_APP } from './loki';
export {
  BUCKET_LEVEL,
  DEFAULT_TIERS,
  LEVEL_NAMES,
  OTHER,
  ROLLUP_APP,
  ROLLUP_LEVELS,
  SLOTS,
  TIER_MS,
  TIER_NAMES,
  isCovered,
  isServicePort,
  type Kept,
  type LevelName,
  type RollupLevel,
  type TierName,
} from './rollups';
export { DIRECTION, DIRECTION_NAMES, tcpFlagNames } from './directions';
export { PROTOCOL_NAMES, hasPorts, protocolName, protocolNumber } from './protocols';
export { portName, portNames, portsNamed } from './ports';

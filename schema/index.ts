/** The flow dictionary: what a flow record holds, under which names, and how it lies in Loki. */
export { FIELDS } from './fields';
export { GROUP_TITLES } from './definition';
export type { FieldDefinition, FieldGroup, FieldType, FieldUnit, Side } from './definition';
export { fieldDefinition, isFieldName, oppositeField, type FieldName, type FlowRecord } from './record';
export { COLLECTOR_APP, DEFAULT_LABELS, FLOW_APP, LINE_ORDER, NETOBSERV_LABELS, WORKLOAD_APP } from './loki';
export {
  BUCKET_LEVEL,
  DEFAULT_TIERS,
  ENDS_LABEL,
  LEVEL_NAMES,
  NAMESPACE_ENDS,
  OTHER,
  ROLLUP_APP,
  ROLLUP_LEVELS,
  SLOTS,
  SLOT_RANGES,
  TIER_MS,
  TIER_NAMES,
  WRITTEN_AS,
  isCovered,
  isServicePort,
  writtenName,
  type Kept,
  type LevelName,
  type Measure,
  type RollupLevel,
  type TierName,
  type WrittenLevel,
} from './rollups';
export { COLUMN_END, ROLLUP_LAYOUT, columnText, readRollupLine, rollupColumns, rollupPattern } from './rollupLine';
export { DIRECTION, DIRECTION_NAMES, tcpFlagNames } from './directions';
export { PROTOCOL_NAMES, hasPorts, protocolName, protocolNumber } from './protocols';
export { portName, portNames, portsNamed } from './ports';

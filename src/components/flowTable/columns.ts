import type { ColumnDef } from '@tanstack/react-table';
import { FIELDS, isFieldName, type FieldDefinition, type FieldName } from '@netobserv-flows/schema';
import type { FlowRow } from '../../data/flowRow';

/** Columns shown until a person chooses others. */
export const DEFAULT_COLUMNS: readonly FieldName[] = [
  'TimeFlowEndMs',
  'Bytes',
  'Packets',
  'Proto',
  'SrcK8S_Namespace',
  'SrcK8S_Name',
  'SrcPort',
  'DstK8S_Namespace',
  'DstK8S_Name',
  'DstPort',
  'FlowDirection',
  'Application',
  'SrcK8S_OwnerName',
  'SrcAddr',
  'DstK8S_OwnerName',
  'DstAddr',
];

const TIME_WIDTH = 190;
const DEFAULT_WIDTH = 100;

/** Least widths in pixels by the kind of field; the first pattern that fits counts. */
const WIDTHS: ReadonlyArray<readonly [pattern: RegExp, width: number]> = [
  [/K8S_(Name|HostName|Service)$/, 160],
  [/K8S_OwnerName$/, 130],
  [/(Addr|AgentIP|HostIP|Mac)$/, 115],
  [/SrcPort$/, 84],
  [/Port$/, 120],
  [/^(Proto|Bytes|Packets)$/, 80],
];

/** Least width of a column in pixels; what is over is shared out in proportion. */
function widthOf(field: FieldDefinition): number {
  if (field.unit === 'ms' || field.unit === 's') {
    return TIME_WIDTH;
  }
  return WIDTHS.find(([pattern]) => pattern.test(field.name))?.[1] ?? DEFAULT_WIDTH;
}

/** Fields whose figures are compared by eye, and so stand right. */
export function isNumeric(field: FieldDefinition): boolean {
  return field.type === 'integer' && field.unit !== 'ms' && field.unit !== 's' && field.name !== 'Flags';
}

const SECTIONS: Readonly<Record<string, string>> = { Src: 'Source', Dst: 'Destination' };

/** The heading over neighbouring columns of one end; undefined for fields of the whole flow. */
export function sectionOf(field: FieldDefinition): string | undefined {
  return field.side === undefined ? undefined : SECTIONS[field.side];
}

/** The title below such a heading: `Namespace` of `Source namespace`. */
export function shortTitle(field: FieldDefinition): string {
  const section = sectionOf(field);
  const rest = section !== undefined && field.title.startsWith(section) ? field.title.slice(section.length + 1) : '';
  return rest === '' ? field.title : `${rest.charAt(0).toUpperCase()}${rest.slice(1)}`;
}

const definitions: readonly FieldDefinition[] = FIELDS;

/** Every field as a column, in the order of the dictionary. */
export const FLOW_COLUMNS: Array<ColumnDef<FlowRow>> = definitions.map((field) => ({
  id: field.name,
  accessorFn: (row: FlowRow) => row.flow[field.name as FieldName],
  header: field.title,
  size: widthOf(field),
  // Figures and times are looked through from the largest down, names from A on.
  sortDescFirst: field.type === 'integer',
}));

/** Reads the comma-separated list of columns of a URL; names that are no fields are passed over. */
export function parseColumns(text: unknown): readonly FieldName[] {
  const names = typeof text === 'string' ? [...new Set(text.split(','))].filter(isFieldName) : [];
  return names.length === 0 ? DEFAULT_COLUMNS : names;
}

/** True where the list is the default one, which URLs leave out. */
export function areDefaultColumns(columns: readonly FieldName[]): boolean {
  return columns.length === DEFAULT_COLUMNS.length && columns.every((name, index) => name === DEFAULT_COLUMNS[index]);
}

/** The columns with one more or one less; a new one goes where the dictionary has it among those shown. */
export function toggleColumn(columns: readonly FieldName[], name: FieldName): readonly FieldName[] {
  if (columns.includes(name)) {
    return columns.length === 1 ? columns : columns.filter((column) => column !== name);
  }
  if (DEFAULT_COLUMNS.includes(name)) {
    // Back to its usual place, next to the nearest default column before it.
    const before = DEFAULT_COLUMNS.slice(0, DEFAULT_COLUMNS.indexOf(name));
    const at = Math.max(-1, ...before.map((column) => columns.indexOf(column)));
    return [...columns.slice(0, at + 1), name, ...columns.slice(at + 1)];
  }
  return [...columns, name];
}

import { FIELDS, type FieldDefinition } from '@netobserv-flows/schema';
import { columnFields, isColumnId, isPairName, PAIR_NAMES, type ColumnId } from '../../data/flowColumns';
import { filterField } from '../../flow';
import { DEFAULT_COLUMNS } from './columnPresets';

/** Headings under which columns are offered. */
export type ColumnGroup =
  'Time' | 'Source' | 'Destination' | 'Both ends' | 'Network' | 'Volume' | 'Kubernetes and labels' | 'Observation';

/** The columns of one heading. */
export interface GroupedColumns {
  readonly group: ColumnGroup;
  readonly columns: readonly ColumnId[];
}

const GROUP_OF: Readonly<Record<FieldDefinition['group'], ColumnGroup>> = {
  time: 'Time',
  network: 'Network',
  volume: 'Volume',
  kubernetes: 'Kubernetes and labels',
  labels: 'Kubernetes and labels',
  observation: 'Observation',
};

const GROUPS: readonly ColumnGroup[] = [
  'Time',
  'Source',
  'Destination',
  'Both ends',
  'Network',
  'Volume',
  'Kubernetes and labels',
  'Observation',
];

/** The heading of a column: what both ends tell is under its end, the rest under what it is about. */
export function groupOf(id: ColumnId): ColumnGroup {
  const [field] = columnFields(id);
  if (isPairName(id)) {
    return 'Both ends';
  }
  return field?.side === undefined
    ? GROUP_OF[field?.group ?? 'network']
    : field.side === 'Src'
      ? 'Source'
      : 'Destination';
}

/** Every column by heading; within a heading names come before addresses, as people look for them. */
export const COLUMN_GROUPS: readonly GroupedColumns[] = (() => {
  const all: ColumnId[] = [...FIELDS.map(({ name }) => name), ...PAIR_NAMES];
  const namesFirst = (id: ColumnId) => (columnFields(id)[0]?.group === 'kubernetes' ? 0 : 1);
  return GROUPS.map((group) => ({
    group,
    columns: all.filter((id) => groupOf(id) === group).sort((a, b) => namesFirst(a) - namesFirst(b)),
  }));
})();

/** The heading over neighbouring columns of one end or of both; undefined for fields of the whole flow. */
export function sectionOf(id: ColumnId): string | undefined {
  const group = groupOf(id);
  return group === 'Source' || group === 'Destination' || group === 'Both ends' ? group : undefined;
}

/** The title below such a heading: `Namespace` of `Source namespace`. */
export function shortTitle(id: ColumnId): string {
  const [field] = columnFields(id);
  return filterField(field?.pair ?? id)?.title ?? id;
}

/** The title that stands alone: `Source namespace`, `Source and destination namespace`. */
export function columnTitle(id: ColumnId): string {
  const [field] = columnFields(id);
  if (field === undefined) {
    return id;
  }
  return isPairName(id) ? field.title.replace(/^Source/, 'Source and destination') : field.title;
}

/** What a column shows, in a sentence. */
export function columnDescription(id: ColumnId): string {
  const [field] = columnFields(id);
  const description = isPairName(id) ? filterField(id)?.description : field?.description;
  return description?.replace('source or destination', 'source, above that of the destination') ?? '';
}

/** Columns whose figures are compared by eye, and so stand right. */
export function isNumeric(id: ColumnId): boolean {
  const [field] = columnFields(id);
  return field?.type === 'integer' && !isTime(id) && !['Flags', 'Etype', 'TunnelType'].includes(field.name);
}

/** Columns of times. */
export function isTime(id: ColumnId): boolean {
  return columnFields(id)[0]?.group === 'time';
}

/** Figures and times are looked through from the largest down, names from A on. */
export function sortsDescendingFirst(id: ColumnId): boolean {
  return columnFields(id)[0]?.type === 'integer';
}

/** Reads the comma-separated list of columns of a URL; names that are no columns are passed over. */
export function parseColumns(text: unknown): readonly ColumnId[] {
  const names = typeof text === 'string' ? [...new Set(text.split(','))].filter(isColumnId) : [];
  return names.length === 0 ? DEFAULT_COLUMNS : names;
}

/** The form of the columns that stands in URLs; undefined for the default ones, which URLs leave out. */
export function formatColumns(columns: readonly ColumnId[]): string | undefined {
  return areDefaultColumns(columns) ? undefined : columns.join(',');
}

/** True for the same columns in the same order. */
export function sameColumns(a: readonly ColumnId[], b: readonly ColumnId[]): boolean {
  return a.length === b.length && a.every((id, index) => id === b[index]);
}

/** True where the list is the default one. */
export function areDefaultColumns(columns: readonly ColumnId[]): boolean {
  return sameColumns(columns, DEFAULT_COLUMNS);
}

/** The columns with one more or one less; a default one goes back to its usual place, another to the end. */
export function toggleColumn(columns: readonly ColumnId[], id: ColumnId): readonly ColumnId[] {
  if (columns.includes(id)) {
    return columns.length === 1 ? columns : columns.filter((column) => column !== id);
  }
  if (DEFAULT_COLUMNS.includes(id)) {
    // Next to the nearest default column before it.
    const before = DEFAULT_COLUMNS.slice(0, DEFAULT_COLUMNS.indexOf(id));
    const at = Math.max(-1, ...before.map((column) => columns.indexOf(column)));
    return [...columns.slice(0, at + 1), id, ...columns.slice(at + 1)];
  }
  return [...columns, id];
}

/** The columns with the one at a place moved to another place, as the places are once it is taken out. */
export function moveColumn(columns: readonly ColumnId[], from: number, to: number): readonly ColumnId[] {
  const moved = columns[from];
  if (moved === undefined || from === to || to < 0 || to >= columns.length) {
    return columns;
  }
  const rest = columns.filter((_, index) => index !== from);
  return [...rest.slice(0, to), moved, ...rest.slice(to)];
}

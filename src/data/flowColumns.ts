import { FIELDS, fieldDefinition, type FieldDefinition, type FieldName } from '@netobserv-flows/schema';

type Field = (typeof FIELDS)[number];

/** What the two fields of a pair are called without their side: `K8S_Namespace`, `Addr`. */
export type PairName = Extract<Field, { readonly pair: string }>['pair'];

/** A column of flows: one field, or both ends of a pair together. */
export type ColumnId = FieldName | PairName;

const definitions: readonly FieldDefinition[] = FIELDS;

const pairs = new Map<string, readonly FieldDefinition[]>();
for (const field of definitions) {
  if (field.pair !== undefined) {
    pairs.set(field.pair, [...(pairs.get(field.pair) ?? []), field]);
  }
}

/** The pairs of the dictionary, in its order. */
export const PAIR_NAMES: readonly PairName[] = [...pairs.keys()] as PairName[];

/** True for the name of a pair: a column of both ends. */
export function isPairName(name: string): name is PairName {
  return pairs.has(name);
}

/** True where there is a column of that name. */
export function isColumnId(name: string): name is ColumnId {
  return fieldDefinition(name) !== undefined || pairs.has(name);
}

/** The fields that a column shows: one, or source and destination. */
export function columnFields(id: ColumnId): readonly FieldDefinition[] {
  const field = fieldDefinition(id);
  return field === undefined ? (pairs.get(id) ?? []) : [field];
}

/** The names of all fields that columns show, each once, in the order of the columns: what an export writes. */
export function columnFieldNames(columns: readonly ColumnId[]): FieldName[] {
  const names = columns.flatMap((id) => columnFields(id).map((field) => field.name as FieldName));
  return [...new Set(names)];
}

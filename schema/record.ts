import type { FieldDefinition, FieldType } from './definition';
import { FIELDS } from './fields';

interface ValueOf extends Record<FieldType, unknown> {
  integer: number;
  integers: number[];
  string: string;
  strings: string[];
  boolean: boolean;
  address: string;
  mac: string;
  port: number;
  protocol: number;
  direction: number;
}

type Field = (typeof FIELDS)[number];

/** The name of a flow field. */
export type FieldName = Field['name'];

type Required_ = Extract<Field, { readonly required: true }>;
type Optional_ = Exclude<Field, Required_>;

/**
 * A flow: what an exporter saw, in real-traffic estimates, with the names that the collector knew.
 * A value that is not known is left out; it is never `""`, `0` or `null` in its stead.
 */
export type FlowRecord = { [F in Required_ as F['name']]: ValueOf[F['type']] } & {
  [F in Optional_ as F['name']]?: ValueOf[F['type']];
};

const byName = new Map<string, FieldDefinition>(FIELDS.map((field) => [field.name, field]));

/** The definition of a field, or undefined where the dictionary has none of that name. */
export function fieldDefinition(name: string): FieldDefinition | undefined {
  return byName.get(name);
}

/** True where the dictionary has a field of that name. */
export function isFieldName(name: string): name is FieldName {
  return byName.has(name);
}

/** The field that tells the same of the other end (`SrcAddr` ↔ `DstAddr`); undefined for fields of the whole flow. */
export function oppositeField(name: FieldName): FieldName | undefined {
  const field = byName.get(name);
  return FIELDS.find((other) => {
    const candidate: FieldDefinition = other;
    return candidate.pair !== undefined && candidate.pair === field?.pair && candidate.side !== field.side;
  })?.name;
}

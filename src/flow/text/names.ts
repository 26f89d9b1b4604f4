import { fieldDefinition, isFieldName, FIELDS, type FieldName } from '@netobserv-flows/schema';
import { filterFieldOf, filterFields, type FilterFieldInfo } from '../filter/fields';
import type { FilterField, FilterSide } from '../filter/model';

/** A field as the text form names it. */
export interface NamedField {
  readonly field: FilterField;
  readonly side?: FilterSide;
}

const SIDES: Readonly<Record<string, FilterSide>> = {
  src: 'src',
  source: 'src',
  dst: 'dst',
  destination: 'dst',
  dest: 'dst',
};

const byName = new Map<string, FilterFieldInfo>(
  filterFields().flatMap((info) =>
    [info.field, info.keyword, ...info.aliases].map((name) => [name.toLowerCase(), info] as const)
  )
);
const recordNames = new Map<string, FieldName>(FIELDS.map(({ name }) => [name.toLowerCase(), name]));

/**
 * The field that a name stands for, in any case: a record field (`SrcK8S_Namespace`), a filter field
 * (`K8S_Namespace`), or a keyword (`namespace`), the latter two also with `src_` or `dst_` before them.
 * @returns undefined for a name that stands for none.
 */
export function fieldNamed(name: string): NamedField | undefined {
  const lower = name.toLowerCase();
  const record = recordNames.get(lower);
  if (record !== undefined && isFieldName(record) && fieldDefinition(record) !== undefined) {
    return filterFieldOf(record);
  }
  const plain = byName.get(lower);
  if (plain !== undefined) {
    return plain.sided ? { field: plain.field, side: 'either' } : { field: plain.field };
  }
  const [, prefix = '', rest = ''] = /^([a-z]+)[_.](.+)$/.exec(lower) ?? [];
  const [side, info] = [SIDES[prefix], byName.get(rest)];
  return side !== undefined && info?.sided === true ? { field: info.field, side } : undefined;
}

/** The name that the text form writes for a field and side. */
export function nameOf(info: FilterFieldInfo, side: FilterSide | undefined): string {
  return side === 'src' || side === 'dst' ? `${side}_${info.keyword}` : info.keyword;
}

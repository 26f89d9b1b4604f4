import { FIELDS, isFieldName, type FieldName } from '@netobserv-flows/schema';
import { filterField, recordFields } from '../../flow';

/** Which fields an export has: those of the columns shown, or all there are. */
export type ExportColumns = readonly FieldName[] | 'all';

/**
 * The fields that columns stand for, each once, in their order: a column of both ends (`K8S_Namespace`) becomes its
 * source's and its destination's field. Names that are neither are passed over.
 */
export function exportFields(columns: readonly string[]): readonly FieldName[] {
  const fields = columns.flatMap((name): readonly FieldName[] => {
    if (isFieldName(name)) {
      return [name];
    }
    const pair = filterField(name);
    return pair === undefined ? [] : recordFields(pair.field);
  });
  return [...new Set(fields)];
}

/** Every field of the dictionary. */
export const ALL_FIELDS: readonly FieldName[] = FIELDS.map(({ name }) => name);

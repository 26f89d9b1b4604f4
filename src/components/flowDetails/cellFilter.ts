import { fieldDefinition, type FieldName } from '@netobserv-flows/schema';
import type { KnownFlow } from '../../data/flowRow';
import { filterField, filterFieldOf, validateFilter, type Filter } from '../../flow';

/**
 * The filter that is met by flows with the same value, or by those with another.
 * @returns undefined where flows cannot be told apart by that field (times), or the flow lacks it.
 */
export function cellFilter(flow: KnownFlow, name: FieldName, exclude = false): Filter | undefined {
  const value = flow[name];
  if (value === undefined || fieldDefinition(name)?.group === 'time') {
    return undefined;
  }
  const subject = filterFieldOf(name);
  const comparison = exclude ? 'notEquals' : 'equals';
  const filter: Filter = { ...subject, comparison, values: [value].flat().map(String) };
  const allowed = filterField(subject.field)?.comparisons.includes(comparison) === true;
  return allowed && validateFilter(filter).ok ? filter : undefined;
}

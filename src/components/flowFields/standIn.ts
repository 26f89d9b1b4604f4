import { fieldDefinition, type FieldDefinition } from '@netobserv-flows/schema';
import type { KnownFlow } from '../../data/flowRow';

/** What names an end that Kubernetes does not know: its address. */
const STAND_INS: ReadonlyMap<string, FieldDefinition | undefined> = new Map([
  ['SrcK8S_Name', fieldDefinition('SrcAddr')],
  ['DstK8S_Name', fieldDefinition('DstAddr')],
]);

/**
 * The field whose value a column shows for a flow: its own, or for a name that the end lacks the end's address, so
 * that who talks outside the cluster can be seen without another column.
 */
export function shownField(field: FieldDefinition, flow: KnownFlow): FieldDefinition {
  const standIn = STAND_INS.get(field.name);
  const lacks = standIn !== undefined && flow[field.name as keyof KnownFlow] === undefined;
  return lacks ? standIn : field;
}

import type { TimeRange } from '@grafana/data';
import { DIRECTION_NAMES, portNames, PROTOCOL_NAMES, WORKLOAD_APP, type FieldName } from '@netobserv-flows/schema';
import { filterField, recordFields, type FilterField, type FilterSide } from '../flow';
import { FLOW_SELECTOR } from './flowsQuery';
import type { FlowRow } from './flowRow';
import { labelValues } from './loki';

/** Where suggestions come from. */
export interface SuggestionSources {
  readonly uid: string;
  readonly range: TimeRange;
  /** Stream labels of flows in Loki. */
  readonly labels: readonly string[];
  /** The flows shown. */
  readonly rows: readonly FlowRow[];
}

/** Fields by which the list of workloads in Loki is labelled. */
const WORKLOAD_LABELS: readonly FilterField[] = ['K8S_Namespace', 'K8S_OwnerName', 'K8S_OwnerType'];
const WORKLOAD_SELECTOR = `{app="${WORKLOAD_APP}"}`;
const MOST_VALUES = 1000;

const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' });

/** Values that are known without asking anyone. */
function fixedValues(field: FilterField): string[] {
  switch (filterField(field)?.type) {
    case 'protocol':
      return Object.values(PROTOCOL_NAMES);
    case 'port':
      return portNames();
    case 'direction':
      return Object.values(DIRECTION_NAMES).map((name) => name.toLowerCase());
    case 'boolean':
      return ['true', 'false'];
    default:
      return [];
  }
}

/** The distinct values of fields in the flows shown, the most frequent first. */
export function valuesInRows(rows: readonly FlowRow[], fields: readonly FieldName[]): string[] {
  const counts = new Map<string, number>();
  for (const { flow } of rows) {
    for (const field of fields) {
      for (const value of [flow[field] ?? []].flat()) {
        const text = String(value);
        counts.set(text, (counts.get(text) ?? 0) + 1);
      }
    }
  }
  return [...counts]
    .sort(([, a], [, b]) => b - a)
    .slice(0, MOST_VALUES)
    .map(([value]) => value);
}

/**
 * Values to offer for a filter: names known beforehand, label values from Loki where the field is a label or the list
 * of workloads has it, and what is in the flows shown.
 */
export async function suggestedValues(
  field: FilterField,
  side: FilterSide | undefined,
  { uid, range, labels, rows }: SuggestionSources
): Promise<string[]> {
  const fixed = fixedValues(field);
  if (fixed.length > 0) {
    return fixed;
  }
  const fields = recordFields(field, side);
  const requests = [
    ...fields.filter((name) => labels.includes(name)).map((name) => labelValues(uid, range, name, FLOW_SELECTOR)),
    ...(WORKLOAD_LABELS.includes(field) ? [labelValues(uid, range, field, WORKLOAD_SELECTOR)] : []),
  ];
  // Suggestions are a help, not an answer: where Loki has none to give, the flows shown are what there is.
  const answers = await Promise.allSettled(requests);
  const fromLoki = answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
  const seen = valuesInRows(rows, fields);
  const sorted = [...new Set(fromLoki)].sort(collator.compare);
  return [...new Set([...sorted, ...seen])].slice(0, MOST_VALUES);
}

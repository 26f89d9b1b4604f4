import type { FlowRow } from '../flowRow';
import type { ExportColumns } from './exportFields';

/**
 * A flow as a JSON object on one line. Of the columns given: the typed values, absent ones left out. Of all: every key
 * as it was stored, those that the dictionary does not know included, and typed where it does (labels are stored as
 * text).
 */
export function jsonText({ flow, stored }: FlowRow, columns: ExportColumns): string {
  const typed: Readonly<Record<string, unknown>> = flow;
  const names = columns === 'all' ? Object.keys(stored) : columns;
  const entries = names.map((name): [string, unknown] => [
    name,
    Object.hasOwn(typed, name) ? typed[name] : columns === 'all' ? stored[name] : undefined,
  ]);
  // fromEntries defines keys, where an assignment to a hostile `__proto__` would not.
  return JSON.stringify(Object.fromEntries(entries));
}

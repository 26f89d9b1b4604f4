import type { FlowRows } from './frames';
import { sortFlows } from './sortFlows';

/** The rows that are the largest by a field, largest first, at most so many. */
export function largestFlows({ rows, skipped }: FlowRows, field: 'Bytes' | 'Packets', limit: number): FlowRows {
  return { rows: sortFlows(rows, { field, descending: true }).slice(0, limit), skipped };
}

import type { FieldName } from '@netobserv-flows/schema';
import { csvHeader, csvLines } from './export/csv';
import { exportFileName } from './export/formats';
import type { FlowRow } from './flowRow';

/** The rows and columns shown as one CSV text. */
export function flowsCsv(rows: readonly FlowRow[], columns: readonly FieldName[]): string {
  return csvHeader(columns) + csvLines(rows, columns);
}

/** Name of the file: `flows-20261124-013000.csv`, by the time given, in UTC. */
export function csvFileName(time: Date): string {
  return exportFileName(time, 'csv');
}

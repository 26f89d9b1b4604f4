import Papa from 'papaparse';
import type { FieldName } from '@netobserv-flows/schema';
import type { FlowRow } from './flowRow';

/**
 * Flows as CSV (RFC 4180: CRLF, quotes where needed): a header of field names, then one line a flow with the values as
 * they are stored — numbers without units, times in milliseconds — so that other programs can read them. Lists are
 * joined by blanks. Texts that a spreadsheet would run as a formula get an apostrophe before them.
 */
export function flowsCsv(rows: readonly FlowRow[], columns: readonly FieldName[]): string {
  const data = rows.map(({ flow }) =>
    columns.map((name) => {
      const value = flow[name];
      return Array.isArray(value) ? value.join(' ') : value;
    })
  );
  return `${Papa.unparse({ fields: [...columns], data }, { newline: '\r\n', escapeFormulae: true })}\r\n`;
}

/** Name of the file: `flows-20261124-013000.csv`, by the time given, in UTC. */
export function csvFileName(time: Date): string {
  const stamp = time.toISOString().slice(0, 19).replace(/[-:]/g, '').replace('T', '-');
  return `flows-${stamp}.csv`;
}

import type { FlowRow } from '../flowRow';
import { csvHeader, csvLines } from './csv';
import { ALL_FIELDS, type ExportColumns } from './exportFields';
import { jsonText } from './json';

/** The kinds of files that flows are exported to. */
export type ExportFormat = 'csv' | 'json';

/** Writes one file, part by part: `head`, any number of `rows`, `tail`. */
export interface FlowWriter {
  head(): string;
  rows(rows: readonly FlowRow[]): string;
  tail(): string;
}

/** What browsers and programs know the files by. */
export const FILE_TYPES: Readonly<Record<ExportFormat, { readonly mime: string; readonly name: string }>> = {
  csv: { mime: 'text/csv', name: 'Comma-separated values' },
  json: { mime: 'application/json', name: 'JSON' },
};

function csvWriter(columns: ExportColumns): FlowWriter {
  const fields = columns === 'all' ? ALL_FIELDS : columns;
  return { head: () => csvHeader(fields), rows: (rows) => csvLines(rows, fields), tail: () => '' };
}

/** An array with one flow a line, so that line-based tools can read it too. */
function jsonWriter(columns: ExportColumns): FlowWriter {
  let separator = '\n';
  return {
    head: () => '[',
    rows: (rows) => {
      let text = '';
      for (const row of rows) {
        text += separator + jsonText(row, columns);
        separator = ',\n';
      }
      return text;
    },
    tail: () => '\n]\n',
  };
}

/** The writer of one file; another file needs another. */
export function flowWriter(format: ExportFormat, columns: ExportColumns): FlowWriter {
  return format === 'csv' ? csvWriter(columns) : jsonWriter(columns);
}

/** Name of a file: `flows-20261124-013000.csv`, by the time given, in UTC. */
export function exportFileName(time: Date, format: ExportFormat): string {
  const stamp = time.toISOString().slice(0, 19).replace(/[-:]/g, '').replace('T', '-');
  return `flows-${stamp}.${format}`;
}

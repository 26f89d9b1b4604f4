import Papa from 'papaparse';
import type { FieldName } from '@netobserv-flows/schema';
import type { FlowRow } from '../flowRow';

/**
 * Beginnings that make a spreadsheet run a text: the signs of formulas, their full-width forms, either behind blanks,
 * and tabs and line ends. Unlike Papa Parse's own pattern it does not ask where the text ends, so that a formula with a
 * line end in it is found too.
 */
const FORMULA = /^(?:\s*[=+\-@＝＋－＠]|[\t\r\n])/;

const EOL = '\r\n';

/** Lists are joined by blanks; a list of one number stays a number. */
function cell(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.length === 1 ? value[0] : value.join(' ');
  }
  // Not undefined, which Papa Parse would not offer to `quotes`.
  return value ?? '';
}

function unparse(data: unknown[][]): string {
  return `${Papa.unparse(data, {
    newline: EOL,
    escapeFormulae: FORMULA,
    // The only cell of a line: unquoted, readers would take the line for an empty one.
    quotes: (value) => value === '' && data[0]?.length === 1,
  })}${EOL}`;
}

/** The first line: field names. */
export function csvHeader(fields: readonly FieldName[]): string {
  return unparse([[...fields]]);
}

/**
 * One line a flow (RFC 4180: CRLF, quotes where needed) with the values as they are stored: numbers without units, times
 * in milliseconds. Texts that a spreadsheet would run as a formula get an apostrophe before them; numbers stay numbers.
 */
export function csvLines(rows: readonly FlowRow[], fields: readonly FieldName[]): string {
  return rows.length === 0 ? '' : unparse(rows.map(({ flow }) => fields.map((name) => cell(flow[name]))));
}

/** Lines of texts and numbers, the first one being the header; written as {@link csvLines} writes. */
export function csvText(lines: ReadonlyArray<ReadonlyArray<string | number>>): string {
  return unparse(lines.map((line) => [...line]));
}

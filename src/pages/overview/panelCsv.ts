import { rowValue, type Row } from '../../components/panels/types';
import { openFile } from '../../data/export/fileTarget';
import type { Look } from './recipe';

type Lines = ReadonlyArray<ReadonlyArray<string | number>>;

function rowLines(rows: readonly Row[]): Lines {
  const titles = rows[0]?.parts.map(({ title }) => title) ?? [];
  const parts = titles.length > 1 ? titles : [];
  return [
    ['scope', 'name', 'kind', 'bytes', ...parts.map((title) => `bytes ${title}`), 'change'],
    ...rows.map((row) => [
      row.scope ?? '',
      row.name,
      row.kind ?? '',
      rowValue(row),
      ...parts.map((_, index) => row.parts[index]?.value ?? ''),
      row.change ?? '',
    ]),
  ];
}

/**
 * What a panel shows as lines of a CSV file, numbers in bytes or bytes a second; undefined where it is no table. What is
 * not known is left empty.
 */
export function csvOf(look: Look): Lines | undefined {
  switch (look.kind) {
    case 'rows':
      return look.rows.length === 0 ? undefined : rowLines(look.rows);
    case 'figures':
      return [
        ['name', 'bytes', 'bytes per second', 'change'],
        ...look.figures.map(({ title, bytes, rate, change = '' }) => [title, bytes, Math.round(rate), change]),
      ];
    case 'hours':
      return [
        ['day', 'from', 'to', 'bytes per second'],
        ...look.days.flatMap(({ name, cells }) =>
          cells.map(({ begins, ends, rate }) => [name, begins, ends, Math.round(rate)])
        ),
      ];
    case 'course':
      return undefined;
  }
}

/** Saves lines as a file. Has to be called from a click. */
export async function saveCsv(fileName: string, lines: Lines): Promise<void> {
  const target = await openFile({ fileName, mime: 'text/csv', kind: 'Comma-separated values' });
  if (target === undefined) {
    return;
  }
  const { csvText } = await import(/* webpackChunkName: "csv" */ '../../data/export/csv');
  try {
    await target.write(csvText(lines));
    await target.close();
  } catch (error) {
    await target.abort();
    throw error;
  }
}

import type { FieldType } from './definition';
import { fieldDefinition, isFieldName, type FieldName } from './record';
import { LEVEL_NAMES, ROLLUP_LEVELS, WRITTEN_AS, writtenName, type Measure, type WrittenLevel } from './rollups';

/**
 * Stands after each value of a line of sums. A line is values in columns: with names in them, lines were three times
 * as long, and cost Loki twice as much to store and half as much again to read.
 */
export const COLUMN_END = '\t';

/**
 * Which columns lines have, told by the lines of buckets. Another number where columns move; a column that is added at
 * the end changes nothing for who reads those before it.
 */
export const ROLLUP_LAYOUT = 2;

const MEASURES = ['Bytes', 'Packets', 'Flows'] as const satisfies readonly Measure[];

/**
 * The columns of a level's lines, in their order: slots, which lie at known places so that a line filter can tell
 * them; sums; the key; what tells sums of several collectors and starts apart. What is asked for most comes first, as
 * Loki reads a line up to the last column that a question names.
 */
export function rollupColumns(written: WrittenLevel): readonly string[] {
  return COLUMNS[written];
}

function columnsOf(written: WrittenLevel): readonly string[] {
  const name = LEVEL_NAMES.find((level) => WRITTEN_AS[level].level === written)!;
  const key = (Object.keys(ROLLUP_LEVELS[name].fields) as FieldName[]).map((field) => writtenName(name, field));
  if (WRITTEN_AS[name].side === undefined) {
    return ['SrcSlot', 'DstSlot', ...MEASURES, ...key, 'Part'];
  }
  const sums = (measure: Measure) => [`Src${measure}`, `Dst${measure}`];
  return ['Slot', ...sums('Bytes'), ...key, ...sums('Packets'), ...sums('Flows'), 'Part'];
}

const COLUMNS = Object.fromEntries(
  [...new Set(Object.values(WRITTEN_AS).map(({ level }) => level))].map((level) => [level, columnsOf(level)])
) as Readonly<Record<WrittenLevel, readonly string[]>>;

/**
 * The pattern by which Loki's `pattern` parser reads columns of a line into labels.
 * @param labels the labels' names, by the columns that they are read from.
 * @throws Error for a column that lines of the level do not have.
 * @see https://grafana.com/docs/loki/latest/query/log_queries/#pattern
 */
export function rollupPattern(written: WrittenLevel, labels: ReadonlyMap<string, string>): string {
  const columns = rollupColumns(written);
  const unknown = [...labels.keys()].find((column) => !columns.includes(column));
  if (unknown !== undefined) {
    throw new Error(`lines of level '${written}' have no column '${unknown}', but ${columns.join(', ')}`);
  }
  const read = columns.map((column) => labels.get(column));
  const upTo = read.map((label) => label !== undefined).lastIndexOf(true) + 1;
  return read
    .slice(0, upTo)
    .map((label) => `<${label ?? '_'}>${COLUMN_END}`)
    .join('');
}

/** A value as it stands in its column; nothing for one that is absent. No name of Kubernetes has a tab in it. */
export function columnText(value: string | number | undefined): string {
  if (typeof value !== 'string') {
    return value === undefined ? '' : String(value);
  }
  return value.includes(COLUMN_END) ? value.replaceAll(COLUMN_END, ' ') : value;
}

const NUMBERS: ReadonlySet<FieldType> = new Set(['integer', 'port', 'protocol']);

const isNumber = (column: string) =>
  MEASURES.some((measure) => column.endsWith(measure)) ||
  (isFieldName(column) && NUMBERS.has(fieldDefinition(column)!.type));

/** The values of a line by their columns, without those that are absent. */
export function readRollupLine(written: WrittenLevel, line: string): Record<string, string | number> {
  const values = line.split(COLUMN_END);
  return Object.fromEntries(
    rollupColumns(written).flatMap((column, index) => {
      const value = values[index];
      return value === undefined || value === '' ? [] : [[column, isNumber(column) ? Number(value) : value]];
    })
  );
}

import { FieldType, type DataFrame, type Field } from '@grafana/data';
import { StoredRow, type FlowRow } from './flowRow';

/** The flows of an answer, newest first, and how many of its lines were none. */
export interface FlowRows {
  readonly rows: readonly FlowRow[];
  /** Lines that are not a JSON object: written by something else into the same streams. */
  readonly skipped: number;
}

/** No flows. */
export const NO_ROWS: FlowRows = { rows: [], skipped: 0 };

const NS_PER_MS = 1_000_000;

/** Digits of a time in nanoseconds, as far as clocks go. */
const NS_DIGITS = 20;

interface LogFields {
  readonly time?: Field;
  readonly line: Field;
  readonly labels?: Field;
  readonly nanoseconds?: Field;
  readonly id?: Field;
}

/** Loki's log frames come in two shapes: `labels, Time, Line, tsNs, id`, and the data plane's `timestamp, body, …`. */
function logFields(frame: DataFrame): LogFields | undefined {
  const named = (...names: string[]) => frame.fields.find((field) => names.includes(field.name));
  const line = named('Line', 'body') ?? frame.fields.find((field) => field.type === FieldType.string);
  if (line === undefined || line.type !== FieldType.string) {
    return undefined;
  }
  return {
    line,
    time: named('Time', 'timestamp') ?? frame.fields.find((field) => field.type === FieldType.time),
    labels: frame.fields.find((field) => field.name === 'labels' && field.type === FieldType.other),
    nanoseconds: named('tsNs'),
    id: named('id'),
  };
}

function parseLine(line: unknown): Record<string, unknown> | undefined {
  if (typeof line !== 'string' || !line.startsWith('{')) {
    return undefined;
  }
  try {
    const parsed: unknown = JSON.parse(line);
    return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)
      ? (parsed as Record<string, unknown>)
      : undefined;
  } catch {
    // Counted by the caller, and said on the page.
    return undefined;
  }
}

/** FNV-1a, 32 bits: tells texts of the same nanosecond apart. */
function hashOf(text: string): string {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  return (hash >>> 0).toString(16);
}

interface Entry {
  readonly row: FlowRow;
  /** Nanoseconds since the Unix epoch, zero-padded, so that texts order like the numbers they hold. */
  readonly order: string;
}

function entryAt(fields: LogFields, index: number): Entry | undefined {
  const text: unknown = fields.line.values[index];
  const line = parseLine(text);
  if (line === undefined) {
    return undefined;
  }
  const labels: Record<string, unknown> = fields.labels?.values[index] ?? fields.line.labels ?? {};
  const time: unknown = fields.time?.values[index];
  const nanoseconds: unknown = fields.nanoseconds?.values[index];
  const order =
    typeof nanoseconds === 'string'
      ? nanoseconds
      : typeof time === 'number'
        ? String(Math.round(time * NS_PER_MS))
        : '';
  // Grafana's own id is made of time, line and labels: the same flow has the same in every answer.
  const given: unknown = fields.id?.values[index];
  const id = typeof given === 'string' ? given : `${order}_${hashOf(`${String(text)}${JSON.stringify(labels)}`)}`;
  const row = new StoredRow(id, labels, line, typeof time === 'number' ? time : undefined);
  return { row, order: order.padStart(NS_DIGITS, '0') };
}

/** Entries equal in all that their ids are made of can come from two answers of a split query: they are one flow. */
function withUniqueIds(rows: FlowRow[]): FlowRow[] {
  const ids = new Set<string>();
  return rows.filter(({ id }) => !ids.has(id) && ids.add(id));
}

/**
 * The flows in Loki's answer: labels and line of each entry merged and typed.
 * @param frames the series of one query; several where Grafana has split it by time.
 */
export function flowsFromFrames(frames: readonly DataFrame[]): FlowRows {
  const entries: Entry[] = [];
  let skipped = 0;
  frames.forEach((frame) => {
    const fields = logFields(frame);
    if (fields === undefined) {
      return;
    }
    for (let index = 0; index < frame.length; index++) {
      const entry = entryAt(fields, index);
      if (entry === undefined) {
        skipped++;
      } else {
        entries.push(entry);
      }
    }
  });
  if (entries.length === 0 && skipped === 0) {
    return NO_ROWS;
  }
  // Mostly they come in order, save where Grafana has split the query.
  entries.sort((a, b) => (a.order < b.order ? 1 : a.order > b.order ? -1 : 0));
  return { rows: withUniqueIds(entries.map((entry) => entry.row)), skipped };
}

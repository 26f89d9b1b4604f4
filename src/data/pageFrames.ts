import { FieldType, type DataFrame, type Field } from '@grafana/data';

const NS_DIGITS = 6;

function timeField(frame: DataFrame): Field | undefined {
  return frame.fields.find(({ type }) => type === FieldType.time);
}

function msAt(frame: DataFrame, time: Field | undefined, index: number): number | undefined {
  const ms: unknown = time?.values[index];
  if (typeof ms === 'number') {
    return ms;
  }
  const nanoseconds: unknown = frame.fields.find(({ name }) => name === 'tsNs')?.values[index];
  return typeof nanoseconds === 'string' ? Number(nanoseconds.slice(0, -NS_DIGITS)) : undefined;
}

/** When the oldest entry of an answer lies in Loki, in milliseconds; undefined where it has none. */
export function oldestMs(frames: readonly DataFrame[]): number | undefined {
  let oldest: number | undefined;
  for (const frame of frames) {
    const time = timeField(frame);
    for (let index = 0; index < frame.length; index++) {
      const ms = msAt(frame, time, index);
      if (ms !== undefined && (oldest === undefined || ms < oldest)) {
        oldest = ms;
      }
    }
  }
  return oldest;
}

/** What tells an entry from all others of the same query: Grafana's id, else all that it has. */
function keyOf(frame: DataFrame, id: Field | undefined, index: number): string {
  const value: unknown = id?.values[index];
  return value === undefined || value === null
    ? JSON.stringify(frame.fields.map(({ values }) => values[index] as unknown))
    : String(value);
}

function idField(frame: DataFrame): Field | undefined {
  return frame.fields.find(({ name }) => name === 'id');
}

/** Keys of the entries of one millisecond. */
export function keysEndingAt(frames: readonly DataFrame[], atMs: number): ReadonlySet<string> {
  const keys = new Set<string>();
  for (const frame of frames) {
    const [time, id] = [timeField(frame), idField(frame)];
    for (let index = 0; index < frame.length; index++) {
      if (msAt(frame, time, index) === atMs) {
        keys.add(keyOf(frame, id, index));
      }
    }
  }
  return keys;
}

/** The frames without the entries of these keys. */
export function framesWithout(frames: readonly DataFrame[], seen: ReadonlySet<string>): DataFrame[] {
  if (seen.size === 0) {
    return [...frames];
  }
  return frames.map((frame) => {
    const id = idField(frame);
    const kept: number[] = [];
    for (let index = 0; index < frame.length; index++) {
      if (!seen.has(keyOf(frame, id, index))) {
        kept.push(index);
      }
    }
    if (kept.length === frame.length) {
      return frame;
    }
    const fields = frame.fields.map((field) => ({
      ...field,
      values: kept.map((index) => field.values[index] as unknown),
      ...(field.nanos !== undefined && { nanos: kept.map((index) => field.nanos?.[index] ?? 0) }),
    }));
    return { ...frame, fields, length: kept.length };
  });
}

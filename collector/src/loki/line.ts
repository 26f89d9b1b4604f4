import { LINE_ORDER, type FieldName, type FlowRecord } from '@netobserv-flows/schema';
import type { ByteWriter } from './bytes';

const OPEN = 0x7b;
const CLOSE = 0x7d;
const COMMA = 0x2c;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;

/**
 * Makes the writer of stored lines: a JSON object with the fields of a record that have a value, in `LINE_ORDER`.
 * @param labels fields that are labels of the stream and so are left out.
 */
export function lineWriter(labels: readonly FieldName[]): (record: FlowRecord, into: ByteWriter) => void {
  const keys = LINE_ORDER.map((name) => (labels.includes(name) ? undefined : Buffer.from(`,"${name}":`)));
  return (record, into) => {
    const start = into.at;
    if (!writeInOrder(record, keys, into)) {
      into.at = start;
      LINE_ORDER.forEach((name, index) => writeField(record[name], keys[index], into));
    }
    into.reserve(2);
    if (into.at === start) {
      into.byte(OPEN);
    }
    // The comma before the first field.
    into.bytes[start] = OPEN;
    into.byte(CLOSE);
  };
}

type Value = FlowRecord[FieldName];

/**
 * Writes a record whose fields are all there in `LINE_ORDER`, as the decoder makes them: going through an object's own
 * fields costs a tenth of asking for each by its name.
 * @returns false where the record is another one.
 */
function writeInOrder(record: FlowRecord, keys: ReadonlyArray<Uint8Array | undefined>, into: ByteWriter): boolean {
  let index = 0;
  for (const name in record) {
    if (name !== LINE_ORDER[index]) {
      return false;
    }
    const value = record[name as FieldName];
    if (value !== undefined) {
      writeField(value, keys[index], into);
    }
    index++;
  }
  return index === LINE_ORDER.length;
}

function writeField(value: Value, key: Uint8Array | undefined, into: ByteWriter): void {
  if (value === undefined || key === undefined) {
    return;
  }
  into.raw(key);
  if (typeof value === 'number') {
    into.number(value);
  } else if (typeof value === 'string') {
    into.quoted(value);
  } else {
    writeOther(value, into);
  }
}

function writeOther(value: Exclude<Value, string | number | undefined>, into: ByteWriter): void {
  if (typeof value === 'boolean') {
    into.text(value ? 'true' : 'false');
    return;
  }
  into.reserve(2);
  into.byte(OPEN_LIST);
  for (let i = 0; i < value.length; i++) {
    into.reserve(2);
    if (i > 0) {
      into.byte(COMMA);
    }
    const one = value[i]!;
    if (typeof one === 'number') {
      into.number(one);
    } else {
      into.quoted(one);
    }
  }
  into.reserve(1);
  into.byte(CLOSE_LIST);
}

/** `line`, a JSON object, with the members of `members` (JSON, without braces) at its end. */
export function extendLine(line: string, members: string): string {
  if (members === '') {
    return line;
  }
  return line === '{}' ? `{${members}}` : `${line.slice(0, -1)},${members}}`;
}

/** The same for the line that was written last, from `start` on. */
export function extendWritten(into: ByteWriter, start: number, members: string): void {
  if (members !== '') {
    into.at--;
    into.text(into.at === start + 1 ? `${members}}` : `,${members}}`);
  }
}

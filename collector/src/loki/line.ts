import { LINE_ORDER, type FieldName, type FlowRecord } from '@netobserv-flows/schema';
import { FlowEnds, type FlowEnd } from '../ends';
import type { ByteWriter } from './bytes';
import { END_PARTS, LineEnds, type EndParts } from './ends';
import { writeField } from './field';

const OPEN = 0x7b;
const CLOSE = 0x7d;

/** Writes the line of a record; its ends are found where they are not given. */
export type WriteLine = (record: FlowRecord, into: ByteWriter, source?: FlowEnd, destination?: FlowEnd) => void;

/**
 * Makes the writer of stored lines: a JSON object with the fields of a record that have a value, in `LINE_ORDER`.
 * @param labels fields that are labels of the stream and so are left out.
 * @param flowEnds where the ends of flows are recognised that come without them.
 */
export function lineWriter(labels: readonly FieldName[], flowEnds: FlowEnds = new FlowEnds()): WriteLine {
  const keys = LINE_ORDER.map((name) => (labels.includes(name) ? undefined : Buffer.from(`,"${name}":`)));
  const ends = new LineEnds((name) => keys[LINE_ORDER.indexOf(name)]);
  return (record, into, source = flowEnds.source(record), destination = flowEnds.destination(record)) => {
    const start = into.at;
    if (!writeInOrder(record, keys, ends.of(source, record), ends.of(destination, record), into)) {
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

type Key = Uint8Array | undefined;

/** What to do at a place of `LINE_ORDER`. */
const FIELD = 0;
const WRITTEN = 1;
const HOT_AT: Readonly<Record<'Src' | 'Dst', number>> = { Src: 2, Dst: 3 };
const REST_AT: Readonly<Record<'Src' | 'Dst', number>> = { Src: 4, Dst: 5 };

function stepOf(name: FieldName): number {
  const found = END_PARTS.find(({ fields }) => fields.includes(name));
  if (found === undefined) {
    return FIELD;
  }
  const { side, part, fields } = found;
  return fields[0] === name ? (part === 'hot' ? HOT_AT : REST_AT)[side] : WRITTEN;
}

const STEPS = Uint8Array.from(LINE_ORDER, stepOf);

/**
 * Writes a record whose fields are all there in `LINE_ORDER`, as the decoder makes them: going through an object's own
 * fields costs a tenth of asking for each by its name.
 * @returns false where the record is another one.
 */
function writeInOrder(
  record: FlowRecord,
  keys: readonly Key[],
  source: EndParts,
  destination: EndParts,
  into: ByteWriter
): boolean {
  let index = 0;
  for (const name in record) {
    if (name !== LINE_ORDER[index]) {
      return false;
    }
    const step = STEPS[index]!;
    if (step === FIELD) {
      const value = record[name as FieldName];
      if (value !== undefined) {
        writeField(value, keys[index], into);
      }
    } else if (step !== WRITTEN) {
      const end = (step & 1) === 0 ? source : destination;
      into.copy(step < REST_AT.Src ? end.hot : end.rest);
    }
    index++;
  }
  return index === LINE_ORDER.length;
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

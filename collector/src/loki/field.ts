import type { FieldName, FlowRecord } from '@netobserv-flows/schema';
import { pieceOf, type ByteWriter, type Piece } from './bytes';

const COMMA = 0x2c;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
const TRUE = pieceOf('true');
const FALSE = pieceOf('false');

type Value = FlowRecord[FieldName];

/** Writes a field with its key, which a comma stands before; nothing where it has no value, or no key. */
export function writeField(value: Value, key: Piece | undefined, into: ByteWriter): void {
  if (value === undefined || key === undefined) {
    return;
  }
  into.piece(key);
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
    into.piece(value ? TRUE : FALSE);
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

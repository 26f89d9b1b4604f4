import type { Element, ElementKind } from './elements';
import type { Observation } from './observation';
import { setterOf, type Setter } from './setters';
import {
  hex,
  ipv4,
  ipv6,
  mac,
  millisecondsTime,
  ntpTime,
  secondsTime,
  text,
  uint16,
  uint32,
  uint64,
  unsigned,
} from './values';

type Value = (bytes: Buffer, at: number, length: number) => number | string | undefined;

/** The forms that nearly all fields have, which are read in place; the others by a function. */
const enum Form {
  byte,
  word,
  double,
  quad,
  source,
  destination,
  ipv4,
  mac,
  other,
}

/** How a field is read, and where its value goes. */
export interface FieldReader {
  readonly form: Form;
  readonly read: Value;
  readonly set: Setter;
}

const float: Value = (bytes, at, length) => {
  const value = length === 4 ? bytes.readFloatBE(at) : bytes.readDoubleBE(at);
  return Number.isFinite(value) ? value : undefined;
};

/** For each kind: the value's reader, and the lengths that it can be sent in. */
const KINDS: Readonly<Record<ElementKind, { read: Value; fits: (length: number) => boolean }>> = {
  unsigned: { read: unsigned, fits: (length) => length >= 1 && length <= 8 },
  float: { read: float, fits: (length) => length === 4 || length === 8 },
  ipv4: { read: ipv4, fits: (length) => length === 4 },
  ipv6: { read: ipv6, fits: (length) => length === 16 },
  mac: { read: mac, fits: (length) => length === 6 },
  text: { read: text, fits: () => true },
  hex: { read: hex, fits: () => true },
  label: { read: unsigned, fits: (length) => length === 3 },
  seconds: { read: secondsTime, fits: (length) => length >= 1 && length <= 8 },
  milliseconds: { read: millisecondsTime, fits: (length) => length >= 1 && length <= 8 },
  ntp: { read: ntpTime, fits: (length) => length === 8 || length === 16 },
};

const UNSIGNED: Readonly<Record<number, Form>> = { 1: Form.byte, 2: Form.word, 4: Form.double, 8: Form.quad };

function formOf({ slot, kind }: Pick<Element, 'slot' | 'kind'>, length: number): Form {
  if (kind === 'unsigned') {
    return UNSIGNED[length] ?? Form.other;
  }
  if (kind === 'ipv4' && (slot === 'srcV4' || slot === 'dstV4')) {
    return slot === 'srcV4' ? Form.source : Form.destination;
  }
  return kind === 'ipv4' ? Form.ipv4 : kind === 'mac' ? Form.mac : Form.other;
}

/**
 * The reader of a field of fixed length.
 * @returns undefined where the element cannot be sent in that length: the field is skipped then.
 */
export function fixedReader({ slot, kind }: Pick<Element, 'slot' | 'kind'>, length: number): FieldReader | undefined {
  const { read, fits } = KINDS[kind];
  return fits(length) ? { form: formOf({ slot, kind }, length), read, set: setterOf(slot) } : undefined;
}

/** The reader of a field whose length each record says; a length that the element cannot have leaves its slot empty. */
export function variableReader({ slot, kind }: Pick<Element, 'slot' | 'kind'>): FieldReader {
  const { read, fits } = KINDS[kind];
  const checked: Value = (bytes, at, length) => (fits(length) ? read(bytes, at, length) : undefined);
  return { form: Form.other, read: checked, set: setterOf(slot) };
}

/** Puts one field of a record into its slot; the `length` bytes from `at` are there. */
export function readField(
  { form, read, set }: FieldReader,
  into: Observation,
  bytes: Buffer,
  at: number,
  length: number
): void {
  switch (form) {
    case Form.byte:
      set(into, bytes[at]!);
      break;
    case Form.word:
      set(into, uint16(bytes, at));
      break;
    case Form.double:
      set(into, uint32(bytes, at));
      break;
    case Form.quad:
      set(into, uint64(bytes, at));
      break;
    case Form.source:
      into.srcV4 = ipv4(bytes, at);
      into.srcWord = uint32(bytes, at) | 0;
      break;
    case Form.destination:
      into.dstV4 = ipv4(bytes, at);
      into.dstWord = uint32(bytes, at) | 0;
      break;
    case Form.ipv4:
      set(into, ipv4(bytes, at));
      break;
    case Form.mac:
      set(into, mac(bytes, at));
      break;
    default:
      set(into, read(bytes, at, length));
  }
}

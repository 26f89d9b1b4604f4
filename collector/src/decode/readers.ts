import type { Element, ElementKind } from './elements';
import type { Observation, Slot } from './observation';
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

/** Puts one field of a record into its slot; the `length` bytes from `at` are there. */
export type FieldReader = (into: Observation, bytes: Buffer, at: number, length: number) => void;

/** The slots that hold numbers: those that elements of the kind `unsigned` name. */
type NumberSlot = { [S in Slot]: Observation[S] extends number | undefined ? S : never }[Slot];

type Value = (bytes: Buffer, at: number, length: number) => number | string | undefined;

/**
 * The sizes that nearly all counters and numbers have. Each is a function of its own, so that the engine sees
 * one way through it.
 */
const UNSIGNED: Readonly<Record<number, (slot: NumberSlot) => FieldReader>> = {
  1: (slot) => (into, bytes, at) => {
    into[slot] = bytes[at]!;
  },
  2: (slot) => (into, bytes, at) => {
    into[slot] = uint16(bytes, at);
  },
  4: (slot) => (into, bytes, at) => {
    into[slot] = uint32(bytes, at);
  },
  8: (slot) => (into, bytes, at) => {
    into[slot] = uint64(bytes, at);
  },
};

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

/**
 * The reader of a field of fixed length.
 * @returns undefined where the element cannot be sent in that length: the field is skipped then.
 */
export function fixedReader({ slot, kind }: Pick<Element, 'slot' | 'kind'>, length: number): FieldReader | undefined {
  if (!KINDS[kind].fits(length)) {
    return undefined;
  }
  const direct = kind === 'unsigned' ? UNSIGNED[length] : undefined;
  if (direct !== undefined) {
    return direct(slot as NumberSlot);
  }
  const { read } = KINDS[kind];
  return (into, bytes, at) => {
    (into[slot] as unknown) = read(bytes, at, length);
  };
}

/** The reader of a field whose length each record says; a length that the element cannot have leaves its slot empty. */
export function variableReader({ slot, kind }: Pick<Element, 'slot' | 'kind'>): FieldReader {
  const { read, fits } = KINDS[kind];
  return (into, bytes, at, length) => {
    (into[slot] as unknown) = fits(length) ? read(bytes, at, length) : undefined;
  };
}

import type { FieldDefinition, FieldName } from '@netobserv-flows/schema';
import * as ipaddr from 'ipaddr.js';
import type { FlowRow } from './flowRow';

const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' });
const ASCII = /^[\x20-\x7e]*$/;

/** IPv4 before IPv6, each in numeric order; what is no address comes after both. */
function addressKey(address: string): string {
  if (!ipaddr.isValid(address)) {
    return `9${address}`;
  }
  const bytes = ipaddr.parse(address).toByteArray();
  const hex = bytes.map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return `${bytes.length === 4 ? 4 : 6}${hex}`;
}

/**
 * A text whose plain order is the order in which people read: case aside, and digits by the number they make, which
 * the count of digits before them sees to. A collator takes twenty times as long for each comparison.
 */
function readingKey(text: string): string {
  return text.toLowerCase().replace(/\d+/g, (digits) => {
    const number = digits.replace(/^0+(?=\d)/, '');
    return `0${String.fromCharCode(number.length)}${number}`;
  });
}

function byKey(texts: readonly string[], keyOf: (text: string) => string): string[] {
  const keyed = texts.map((text) => ({ text, key: keyOf(text) }));
  keyed.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
  return keyed.map(({ text }) => text);
}

function inOrder(type: FieldDefinition['type'], texts: readonly string[]): string[] {
  if (type === 'address') {
    return byKey(texts, addressKey);
  }
  return texts.every((text) => ASCII.test(text)) ? byKey(texts, readingKey) : [...texts].sort(collator.compare);
}

/**
 * For each row a number by which rows order on a field; NaN where the row lacks it. Texts are ranked once each, since
 * flows hold few different ones.
 */
function fieldKeys(rows: readonly FlowRow[], field: FieldDefinition): Float64Array {
  const keys = new Float64Array(rows.length);
  const texts = new Map<string, number>();
  const values = rows.map((row) => row.value(field.name as FieldName));
  values.forEach((value, index) => {
    keys[index] = typeof value === 'number' ? value : Number.NaN;
    if (typeof value !== 'number' && value !== undefined) {
      texts.set(String(value), 0);
    }
  });
  if (texts.size > 0) {
    inOrder(field.type, [...texts.keys()]).forEach((text, rank) => texts.set(text, rank));
    values.forEach((value, index) => {
      if (typeof value !== 'number' && value !== undefined) {
        keys[index] = texts.get(String(value)) ?? Number.NaN;
      }
    });
  }
  return keys;
}

/** Kept as long as the rows are: sorting the same rows again, or the other way round, costs the comparing alone. */
const known = new WeakMap<readonly FlowRow[], Map<string, Float64Array>>();

/**
 * The numbers by which rows order on a field, in the order of the rows; NaN where a row lacks the field.
 * @param rows not changed afterwards: the keys are kept with it.
 */
export function sortKeys(rows: readonly FlowRow[], field: FieldDefinition): Float64Array {
  const ofRows = known.get(rows) ?? new Map<string, Float64Array>();
  known.set(rows, ofRows);
  const keys = ofRows.get(field.name) ?? fieldKeys(rows, field);
  ofRows.set(field.name, keys);
  return keys;
}

import { fieldDefinition, type FieldDefinition, type FieldName } from '@netobserv-flows/schema';
import * as ipaddr from 'ipaddr.js';
import type { FlowRow } from './flowRow';

/** By which field rows are ordered. */
export interface FlowSort {
  readonly field: FieldName;
  readonly descending: boolean;
}

/** Reads `Bytes` or `-Bytes` (descending), the form that stands in URLs; undefined for anything else. */
export function parseSort(text: unknown): FlowSort | undefined {
  if (typeof text !== 'string') {
    return undefined;
  }
  const descending = text.startsWith('-');
  const definition = fieldDefinition(descending ? text.slice(1) : text);
  return definition === undefined ? undefined : { field: definition.name as FieldName, descending };
}

/** The form of a sort that stands in URLs. */
export function sortText(sort: FlowSort): string {
  return `${sort.descending ? '-' : ''}${sort.field}`;
}

const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' });

/** IPv4 before IPv6, each in numeric order; what is no address comes after both. */
function addressKey(address: string): string {
  if (!ipaddr.isValid(address)) {
    return `9${address}`;
  }
  const bytes = ipaddr.parse(address).toByteArray();
  const hex = bytes.map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return `${bytes.length === 4 ? 4 : 6}${hex}`;
}

function rankOf(type: FieldDefinition['type'], values: Iterable<string>): Map<string, number> {
  const distinct = [...new Set(values)];
  if (type === 'address') {
    const keys = new Map(distinct.map((value) => [value, addressKey(value)]));
    distinct.sort((a, b) => ((keys.get(a) ?? '') < (keys.get(b) ?? '') ? -1 : 1));
  } else {
    distinct.sort(collator.compare);
  }
  return new Map(distinct.map((value, rank) => [value, rank]));
}

/**
 * The rows in order of a field: numbers by value, addresses by their numeric value, text as people read it (`pod-2`
 * before `pod-10`). Rows that lack the field come last in both directions; equal rows keep their order.
 *
 * Texts are ranked once each, since a flow table holds few different ones: 5,000 rows sort in milliseconds.
 */
export function sortFlows(rows: readonly FlowRow[], sort: FlowSort | undefined): readonly FlowRow[] {
  if (sort === undefined) {
    return rows;
  }
  const { field, descending } = sort;
  const type = fieldDefinition(field)?.type ?? 'string';
  const values = rows.map((row) => {
    const value = row.flow[field];
    return typeof value === 'number' || value === undefined ? value : String(value);
  });
  const ranks = rankOf(
    type,
    values.filter((value): value is string => typeof value === 'string')
  );
  const keyed = rows.map((row, index) => {
    const value = values[index];
    return { row, key: typeof value === 'string' ? ranks.get(value) : value };
  });
  keyed.sort((a, b) => {
    if (a.key === undefined || b.key === undefined) {
      return Number(a.key === undefined) - Number(b.key === undefined);
    }
    return descending ? b.key - a.key : a.key - b.key;
  });
  return keyed.map((entry) => entry.row);
}

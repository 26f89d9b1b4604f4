import { columnFields, isColumnId, type ColumnId } from './flowColumns';
import type { FlowRow } from './flowRow';
import { sortKeys } from './sortKeys';

/** By which column rows are ordered. */
export interface FlowSort {
  /** A field, or a pair: then by its source, and by its destination where sources are equal. */
  readonly field: ColumnId;
  readonly descending: boolean;
}

/** Reads `Bytes` or `-Bytes` (descending), the form that stands in URLs; undefined for anything else. */
export function parseSort(text: unknown): FlowSort | undefined {
  if (typeof text !== 'string') {
    return undefined;
  }
  const descending = text.startsWith('-');
  const field = descending ? text.slice(1) : text;
  return isColumnId(field) ? { field, descending } : undefined;
}

/** The form of a sort that stands in URLs. */
export function sortText(sort: FlowSort): string {
  return `${sort.descending ? '-' : ''}${sort.field}`;
}

/** True for two sorts that are the same, none included. */
export function sameSort(a: FlowSort | undefined, b: FlowSort | undefined): boolean {
  return a?.field === b?.field && a?.descending === b?.descending;
}

/** Order of two rows by their keys; those without the field last, whichever the direction. */
function compareKeys(a: number, b: number, direction: number): number {
  if (a === b) {
    return 0;
  }
  const [noA, noB] = [Number.isNaN(a), Number.isNaN(b)];
  return noA || noB ? Number(noA) - Number(noB) : direction * (a - b);
}

/**
 * The rows in order of a column: numbers by value, addresses by their numeric value, text as people read it (`pod-2`
 * before `pod-10`). Rows that lack the field come last in both directions; equal rows keep their order.
 * @param rows not changed afterwards: what the order needs is kept with it for the next sort.
 */
export function sortFlows(rows: readonly FlowRow[], sort: FlowSort | undefined): readonly FlowRow[] {
  if (sort === undefined) {
    return rows;
  }
  const [first, second] = columnFields(sort.field).map((field) => sortKeys(rows, field));
  if (first === undefined) {
    return rows;
  }
  const direction = sort.descending ? -1 : 1;
  const at = (keys: Float64Array, index: number) => keys[index] ?? Number.NaN;
  const order = Uint32Array.from(rows, (_, index) => index);
  order.sort((a, b) => {
    const byFirst = compareKeys(at(first, a), at(first, b), direction);
    const bySecond = byFirst !== 0 || second === undefined ? 0 : compareKeys(at(second, a), at(second, b), direction);
    return byFirst || bySecond || a - b;
  });
  return Array.from(order, (index) => rows[index]).filter((row): row is FlowRow => row !== undefined);
}

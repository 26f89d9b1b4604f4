import type { ColumnId } from '../../data/flowColumns';

/** What of a key counts for moving in the grid. */
export interface GridKey {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
}

/**
 * The row that a key moves to; undefined for keys that move to none.
 * @param page rows that Page Up and Page Down move by.
 */
export function rowTarget(event: GridKey, from: number, count: number, page: number): number | undefined {
  if (event.altKey) {
    return undefined;
  }
  const step: Readonly<Record<string, number>> = {
    ArrowDown: 1,
    ArrowUp: -1,
    PageDown: Math.max(1, page),
    PageUp: -Math.max(1, page),
    Home: -count,
    End: count,
  };
  const by = step[event.key];
  return by === undefined ? undefined : Math.max(0, Math.min(count - 1, from + by));
}

/**
 * The cell of the same row that a key moves to; `column` is undefined for the row itself, which comes before its
 * first cell. Undefined for keys that do not move within the row.
 * @param column the cell that the focus is on; undefined on the row itself.
 */
export function cellTarget(
  event: GridKey,
  columns: readonly ColumnId[],
  column: ColumnId | undefined
): { readonly column: ColumnId | undefined } | undefined {
  if (event.altKey || event.ctrlKey || event.metaKey) {
    return undefined;
  }
  const at = column === undefined ? -1 : columns.indexOf(column);
  switch (event.key) {
    case 'ArrowRight':
      return { column: columns[Math.min(columns.length - 1, at + 1)] };
    case 'ArrowLeft':
      return { column: columns[at - 1] };
    case 'Home':
      return column === undefined ? undefined : { column: columns[0] };
    case 'End':
      return column === undefined ? undefined : { column: columns[columns.length - 1] };
    default:
      return undefined;
  }
}

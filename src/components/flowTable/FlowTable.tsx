import React, { useCallback, useMemo, useRef } from 'react';
import type { TimeZone } from '@grafana/schema';
import { useStyles2 } from '@grafana/ui';
import { getCoreRowModel, useReactTable, type SortingState } from '@tanstack/react-table';
import { useVirtualizer } from '@tanstack/react-virtual';
import { FIELDS, type FieldName } from '@netobserv-flows/schema';
import type { FlowRow } from '../../data/flowRow';
import { sortFlows, type FlowSort } from '../../data/sortFlows';
import { testIds } from '../testIds';
import { FLOW_COLUMNS } from './columns';
import { FlowTableHeader } from './FlowTableHeader';
import { FlowTableRow } from './FlowTableRow';
import { getTableStyles } from './tableStyles';
import { useRowFocus } from './useRowFocus';

/** Height of a row in pixels. */
export const ROW_HEIGHT = 34;
/** Height of the sticky header in pixels, which hides as much of the view. */
const HEADER_HEIGHT = 53;
/** Rows drawn beyond the visible ones, so that fast scrolling shows no gaps. */
const OVERSCAN = 12;
/** Header rows count in `aria-rowindex`: the sections and the titles. */
const HEADER_ROWS = 2;

interface Props {
  rows: readonly FlowRow[];
  columns: readonly FieldName[];
  sort: FlowSort | undefined;
  timeZone: TimeZone;
  /** The row whose details are open. */
  openId?: string;
  onSort(sort: FlowSort | undefined): void;
  onOpen(row: FlowRow): void;
}

function toSorting(sort: FlowSort | undefined): SortingState {
  return sort === undefined ? [] : [{ id: sort.field, desc: sort.descending }];
}

/** The grid of flows: sticky header, sorting, keyboard; only what is in view is in the document. */
export function FlowTable({ rows, columns, sort, timeZone, openId, onSort, onOpen }: Props) {
  const styles = useStyles2(getTableStyles);
  const scroller = useRef<HTMLDivElement>(null);
  const sorted = useMemo(() => sortFlows(rows, sort), [rows, sort]);

  const state = useMemo(
    () => ({
      columnOrder: [...columns],
      columnVisibility: Object.fromEntries(FIELDS.map(({ name }) => [name, columns.includes(name)])),
      sorting: toSorting(sort),
    }),
    [columns, sort]
  );
  const table = useReactTable<FlowRow>({
    data: sorted as FlowRow[],
    columns: FLOW_COLUMNS,
    state,
    manualSorting: true,
    enableMultiSort: false,
    getCoreRowModel: getCoreRowModel(),
    getRowId: (row) => row.id,
    onSortingChange: (change) => {
      const [next] = typeof change === 'function' ? change(toSorting(sort)) : change;
      onSort(next === undefined ? undefined : { field: next.id as FieldName, descending: next.desc });
    },
  });

  const virtualizer = useVirtualizer({
    count: sorted.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: OVERSCAN,
    scrollPaddingEnd: HEADER_HEIGHT,
    // Rows beyond the view are there already: frames need not wait for the ones after them.
    useFlushSync: false,
    getItemKey: (index) => sorted[index]?.id ?? index,
  });
  const open = useCallback(
    (index: number) => {
      const row = sorted[index];
      if (row !== undefined) {
        onOpen(row);
      }
    },
    [sorted, onOpen]
  );
  const focus = useRowFocus({ count: sorted.length, scroller, virtualizer, open });

  const shown = table.getVisibleLeafColumns();
  const template = shown.map((column) => `minmax(${column.getSize()}px, ${column.getSize()}fr)`).join(' ');
  const width = shown.reduce((sum, column) => sum + column.getSize(), 0);

  return (
    <div ref={scroller} className={styles.scroller} data-testid={testIds.flows.table}>
      <div
        role="grid"
        aria-label="Flows"
        aria-rowcount={sorted.length + HEADER_ROWS}
        aria-colcount={shown.length}
        aria-readonly="true"
        className={styles.grid}
        style={{ minWidth: width }}
      >
        <FlowTableHeader columns={shown} template={template} sort={sort} />
        <div
          role="rowgroup"
          className={styles.body}
          style={{ height: virtualizer.getTotalSize() }}
          onKeyDown={focus.onKeyDown}
        >
          {virtualizer.getVirtualItems().map((item) => {
            const row = sorted[item.index];
            return (
              row !== undefined && (
                <FlowTableRow
                  key={item.key}
                  row={row}
                  index={item.index}
                  ariaIndex={item.index + 1 + HEADER_ROWS}
                  top={item.start}
                  columns={columns}
                  template={template}
                  timeZone={timeZone}
                  open={row.id === openId}
                  reachable={item.index === focus.reachable}
                  onOpen={open}
                  onFocus={focus.onFocus}
                />
              )
            );
          })}
        </div>
      </div>
    </div>
  );
}

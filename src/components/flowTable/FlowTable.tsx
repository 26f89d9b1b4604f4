import React, {
  useCallback,
  useEffect,
  useId,
  useMemo,
  useRef,
  type CSSProperties,
  type MouseEvent,
  type PointerEvent,
} from 'react';
import { css, cx } from '@emotion/css';
import type { TimeZone } from '@grafana/schema';
import { useStyles2 } from '@grafana/ui';
import type { ColumnId } from '../../data/flowColumns';
import type { FlowRow } from '../../data/flowRow';
import { sortFlows, sortText, type FlowSort } from '../../data/sortFlows';
import type { Filter } from '../../flow';
import { getFieldStyles } from '../flowFields/fieldStyles';
import { testIds } from '../testIds';
import { CellActions } from './CellActions';
import { columnRecipe } from './cellContent';
import { ROW_HEIGHTS, type Density } from './density';
import { FlowTableHeader } from './FlowTableHeader';
import { FlowTableRow, type RowLook } from './FlowTableRow';
import { drawnIndices, slotOf } from './rowPlace';
import { getTableStyles } from './tableStyles';
import { useColumnResize } from './useColumnResize';
import { useGridFocus } from './useGridFocus';
import { useRowPlace } from './useRowPlace';
import { columnLayout, ownWidth, type ColumnWidths } from './widths';

/** Header rows count in `aria-rowindex`: the sections and the titles. */
const HEADER_ROWS = 2;

const HELP =
  'Arrow keys move between flows and, to the right, through the cells of a flow. Enter opens a flow. ' +
  'In a cell, plus shows only flows with its value, minus hides them, and F goes to these choices.';

/** What the flow table shows and what it calls; it holds no state that a person would share. */
export interface FlowTableProps {
  /** Newest first as loaded; the table sorts. Not changed afterwards: another answer is another array. */
  rows: readonly FlowRow[];
  columns: readonly ColumnId[];
  widths: ColumnWidths;
  density: Density;
  sort: FlowSort | undefined;
  timeZone: TimeZone;
  /** The row whose details are open. */
  openId?: string;
  /** Rows to mark as new. */
  freshIds?: ReadonlySet<string>;
  /** After the last row: 'load older'. */
  footer?: React.ReactNode;
  onSort(sort: FlowSort | undefined): void;
  onColumns(columns: readonly ColumnId[]): void;
  onWidths(widths: ColumnWidths): void;
  /** By click, by Enter, and as the focus moves while details are open. */
  onOpen(row: FlowRow): void;
  /** 'Filter for' or 'filter out' of a cell. */
  onFilter(filter: Filter): void;
  /** The pointer has come to lie over a row, or has left the rows. */
  onPointer?(overRow: boolean): void;
}

/** A click that ends the selection of text is not meant for the row. */
function isSelectingText(): boolean {
  return (window.getSelection()?.toString() ?? '') !== '';
}

/** Calls back as the pointer comes over a row and leaves the rows; touch lies nowhere. */
function usePointerOver(onPointer: ((overRow: boolean) => void) | undefined) {
  const over = useRef(false);
  const say = useCallback(
    (next: boolean) => {
      if (next !== over.current) {
        over.current = next;
        onPointer?.(next);
      }
    },
    [onPointer]
  );
  // A table that goes from under the pointer gets no event of it.
  useEffect(() => () => say(false), [say]);
  const onPointerOver = (event: PointerEvent<HTMLElement>) =>
    event.pointerType !== 'touch' &&
    say((event.target as Element).closest('[data-row][data-index], [data-actions]') !== null);
  return { onPointerOver, onPointerLeave: () => say(false) };
}

/**
 * The grid of flows: sticky header, sorting, density, keyboard; only what is in view is in the document, and new rows
 * leave in place what a person looks at.
 */
export function FlowTable(props: FlowTableProps) {
  const { rows, columns, widths, density, sort, timeZone, openId, freshIds, footer } = props;
  const { onSort, onColumns, onWidths, onOpen, onFilter, onPointer } = props;
  const styles = useStyles2(getTableStyles);
  const fieldStyles = useStyles2(getFieldStyles);
  const helpId = useId();
  const grid = useRef<HTMLDivElement>(null);
  const rowHeight = ROW_HEIGHTS[density];

  const sorted = useMemo(() => sortFlows(rows, sort), [rows, sort]);
  const order = sort === undefined ? '' : sortText(sort);
  const view = useRowPlace({ rows: sorted, order, rowHeight });
  const focus = useGridFocus({ rows: sorted, columns, view, grid, openId, onOpen });
  const look = useMemo<RowLook>(
    () => ({ recipes: columns.map((id) => columnRecipe(id, timeZone)), density, styles, fieldStyles }),
    [columns, timeZone, density, styles, fieldStyles]
  );
  const layout = useMemo(() => columnLayout(columns, widths, density), [columns, widths, density]);
  const widthOf = useCallback((id: ColumnId) => widths[id] ?? ownWidth(id, density), [widths, density]);
  const resize = useColumnResize({ columns, widths, density, grid, onWidths });
  const pointer = usePointerOver(onPointer);

  const onClick = (event: MouseEvent<HTMLElement>) => {
    const index = Number((event.target as Element).closest<HTMLElement>('[data-index]')?.dataset.index ?? Number.NaN);
    const row = sorted[index];
    if (row !== undefined && !isSelectingText()) {
      onOpen(row);
    }
  };
  const { place, scroller } = view;
  const overlaps = view.width > 0 && layout.width > view.width;
  const gridStyle = { minWidth: layout.width, '--flow-columns': layout.template } as CSSProperties;

  return (
    <div
      ref={scroller}
      className={styles.scroller}
      data-scroller=""
      data-testid={testIds.flows.table}
      onScroll={view.onScroll}
      {...pointer}
    >
      <div id={helpId} className={visuallyHidden}>
        {HELP}
      </div>
      <div
        ref={grid}
        role="grid"
        aria-label="Flows"
        aria-describedby={helpId}
        aria-keyshortcuts="Enter Plus Minus F"
        aria-rowcount={sorted.length + HEADER_ROWS}
        aria-colcount={columns.length}
        aria-readonly="true"
        tabIndex={-1}
        className={cx(styles.grid, overlaps && styles.sideways, overlaps && view.sideways && styles.scrolledSideways)}
        style={gridStyle}
        onKeyDown={focus.onKeyDown}
      >
        <FlowTableHeader
          columns={columns}
          sort={sort}
          styles={styles}
          widthOf={widthOf}
          resize={resize}
          onSort={onSort}
          onColumns={onColumns}
        />
        <div
          role="rowgroup"
          className={styles.body}
          style={{ height: sorted.length * rowHeight }}
          onClick={onClick}
          onFocus={focus.onFocus}
        >
          {drawnIndices(place).map((index) => {
            const row = sorted[index];
            return (
              row !== undefined && (
                <FlowTableRow
                  key={slotOf(place, index)}
                  row={row}
                  index={index}
                  ariaIndex={index + 1 + HEADER_ROWS}
                  look={look}
                  open={row.id === openId}
                  fresh={freshIds?.has(row.id) === true}
                  reachable={index === focus.reachable}
                  reachableCell={index === focus.reachable ? focus.column : undefined}
                />
              )
            );
          })}
        </div>
      </div>
      {footer !== undefined && <div className={styles.footer}>{footer}</div>}
      <CellActions scroller={scroller} rows={sorted} density={density} styles={styles} onFilter={onFilter} />
    </div>
  );
}

const visuallyHidden = css({ position: 'absolute', width: 1, height: 1, overflow: 'hidden', clipPath: 'inset(50%)' });

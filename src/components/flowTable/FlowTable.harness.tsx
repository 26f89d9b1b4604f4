import React, { useState } from 'react';
import { render, screen } from '@testing-library/react';
import type { ColumnId } from '../../data/flowColumns';
import type { FlowRow } from '../../data/flowRow';
import type { FlowSort } from '../../data/sortFlows';
import { testIds } from '../testIds';
import { DEFAULT_COLUMNS } from './columnPresets';
import { FlowTable, type FlowTableProps } from './FlowTable';
import type { ColumnWidths } from './widths';

/** Height in pixels of the view that tests lay out, jsdom having none. */
export const VIEW_HEIGHT = 600;

/** What a test sets; the harness keeps sort, columns and widths as a page would. */
export type Options = Partial<Omit<FlowTableProps, 'rows' | 'sort' | 'onSort'>>;

function Harness({
  rows,
  columns: initial = DEFAULT_COLUMNS,
  widths: first = {},
  ...rest
}: Options & { rows: readonly FlowRow[] }) {
  const [sort, setSort] = useState<FlowSort>();
  const [columns, setColumns] = useState<readonly ColumnId[]>(initial);
  const [widths, setWidths] = useState<ColumnWidths>(first);
  return (
    <FlowTable
      density="normal"
      timeZone="utc"
      onOpen={() => {}}
      onFilter={() => {}}
      {...rest}
      rows={rows}
      columns={columns}
      widths={widths}
      sort={sort}
      onSort={setSort}
      onColumns={(next) => {
        setColumns(next);
        rest.onColumns?.(next);
      }}
      onWidths={(next) => {
        setWidths(next);
        rest.onWidths?.(next);
      }}
    />
  );
}

/** Renders the table; the callback shows other rows, or other options, in its place. */
export function showTable(rows: readonly FlowRow[], options: Options = {}) {
  const { rerender } = render(<Harness rows={rows} {...options} />);
  return (next: readonly FlowRow[], changed: Options = options) => rerender(<Harness rows={next} {...changed} />);
}

/** The rows in the document in the order in which they are seen. */
export function shownRows(): HTMLElement[] {
  const index = (shown: HTMLElement) => Number(shown.dataset.index);
  return screen.getAllByTestId(testIds.flows.row).sort((a, b) => index(a) - index(b));
}

/** A cell of a row. */
export function cellOf(shown: HTMLElement | undefined, column: ColumnId): HTMLElement {
  const cell = shown?.querySelector<HTMLElement>(`[data-field="${column}"]`);
  if (cell === null || cell === undefined) {
    throw new Error(`The row has no cell of ${column}`);
  }
  return cell;
}

/** Gives the table's view a size, as a window has one. */
export function layOut(): void {
  jest.spyOn(Element.prototype, 'clientHeight', 'get').mockReturnValue(VIEW_HEIGHT);
  jest.spyOn(Element.prototype, 'clientWidth', 'get').mockReturnValue(1200);
}

import React, { useCallback, useEffect, useMemo, useState, type RefObject } from 'react';
import type { FieldName } from '@netobserv-flows/schema';
import { columnFields, isColumnId, type ColumnId } from '../../data/flowColumns';
import type { FlowRow } from '../../data/flowRow';
import type { Filter } from '../../flow';
import { cellFilter } from '../flowDetails/cellFilter';
import { shownField } from '../flowFields/standIn';
import { actionsLeft } from './actionsPlace';
import { CellActionBar, type FieldActions } from './CellActionBar';
import { isNumeric } from './columns';
import { ROW_HEIGHTS, type Density } from './density';
import { HEADER_HEIGHT, type TableStyles } from './tableStyles';

interface Props {
  scroller: RefObject<HTMLDivElement | null>;
  rows: readonly FlowRow[];
  density: Density;
  styles: TableStyles;
  onFilter(filter: Filter): void;
}

/** The cell that the actions are of, and where it lies in the scrolled content, in pixels. */
interface Target {
  readonly cell: HTMLElement;
  readonly row: FlowRow;
  /** Which row it was as the actions came. */
  readonly index: number;
  readonly column: ColumnId;
  readonly left: number;
  readonly width: number;
  /** Where the pointer came in, from the left of the content; absent for keys. */
  readonly pointer?: number;
  /** True where a person goes on to the buttons by keys. */
  readonly toButtons: boolean;
}

/** Width in pixels of two buttons, with what is around them. */
const SET_WIDTH = 44;

/** Keys of a focused cell: filter for its value, filter it out, go to the buttons. */
const KEYS = { only: '+', without: '-', actions: ['f', 'F2'] } as const;

function actionsOf({ row, column }: Pick<Target, 'row' | 'column'>): FieldActions[] {
  return columnFields(column)
    .map((field) => shownField(field, row.flow))
    .map((field) => ({
      field,
      only: cellFilter(row.flow, field.name as FieldName),
      without: cellFilter(row.flow, field.name as FieldName, true),
    }))
    .filter(({ only, without }) => only !== undefined || without !== undefined);
}

function cellOf(node: EventTarget | null): HTMLElement | null {
  return node instanceof Element ? node.closest<HTMLElement>('[data-row] > [role="gridcell"]') : null;
}

/** The row of a cell, and which one it is, as the document has it now. */
function placeOf(cell: HTMLElement | null, rows: readonly FlowRow[]) {
  const index = Number(cell?.parentElement?.dataset.index ?? Number.NaN);
  return { index, row: rows[index], column: cell?.dataset.field ?? '' };
}

/** Follows pointer and focus over the cells; one listener for all. */
function useTarget({ scroller, rows }: Props) {
  const [target, setTarget] = useState<Target>();
  const show = useCallback(
    (cell: HTMLElement | null, { clientX, toButtons = false }: { clientX?: number; toButtons?: boolean } = {}) => {
      const { index, row, column } = placeOf(cell, rows);
      if (cell !== null && row !== undefined && isColumnId(column)) {
        const left = cell.offsetLeft;
        const pointer = clientX === undefined ? undefined : left + clientX - cell.getBoundingClientRect().left;
        setTarget({ cell, row, index, column, left, width: cell.offsetWidth, pointer, toButtons });
      }
    },
    [rows]
  );
  const hide = useCallback(() => setTarget(undefined), []);

  useEffect(() => {
    const element = scroller.current;
    if (element === null) {
      return;
    }
    const within = () => document.activeElement?.closest('[data-actions]') !== null;
    const onOver = (event: PointerEvent) => {
      // A pressed button selects text, which the actions would lie upon.
      if (event.buttons > 0 || within()) {
        return;
      }
      show(cellOf(event.target), { clientX: event.clientX });
    };
    const onFocusIn = (event: FocusEvent) => {
      const cell = cellOf(event.target);
      if (cell !== null && cell.matches(':focus-visible')) {
        show(cell);
      } else if (!within()) {
        hide();
      }
    };
    const unlessWithin = () => within() || hide();
    element.addEventListener('pointerover', onOver);
    element.addEventListener('pointerleave', unlessWithin);
    element.addEventListener('scroll', unlessWithin, { passive: true });
    element.addEventListener('focusin', onFocusIn);
    return () => {
      element.removeEventListener('pointerover', onOver);
      element.removeEventListener('pointerleave', unlessWithin);
      element.removeEventListener('scroll', unlessWithin);
      element.removeEventListener('focusin', onFocusIn);
    };
  }, [scroller, show, hide]);

  // By keys the actions go along with their flow; under a pointer that stays there is another one then.
  const index = useMemo(
    () => (target === undefined ? -1 : rows.findIndex(({ id }) => id === target.row.id)),
    [rows, target]
  );
  const current = target !== undefined && index >= 0 && (target.pointer === undefined || index === target.index);
  return { target: current ? target : undefined, index, show, hide };
}

/**
 * 'Filter for' and 'filter out' of the cell under the pointer or the focus: one set of buttons for the whole table.
 * On a focused cell `+` and `-` do the same at once; `f` goes to the buttons, Escape back.
 */
export function CellActions(props: Props) {
  const { scroller, rows, density, styles, onFilter } = props;
  const { target, index, show, hide } = useTarget(props);
  const actions = target === undefined ? [] : actionsOf(target);

  useEffect(() => {
    const element = scroller.current;
    const onKey = (event: globalThis.KeyboardEvent) => {
      const cell = cellOf(event.target);
      if (cell !== event.target || cell === null || event.ctrlKey || event.metaKey || event.altKey) {
        return;
      }
      const { row, column } = placeOf(cell, rows);
      const filters = row === undefined || !isColumnId(column) ? [] : actionsOf({ row, column });
      const [first, second] = filters;
      const direct = event.key === KEYS.only ? first?.only : event.key === KEYS.without ? first?.without : undefined;
      if (direct !== undefined && second === undefined) {
        event.preventDefault();
        onFilter(direct);
      } else if (first !== undefined && [KEYS.only, KEYS.without, ...KEYS.actions].some((key) => key === event.key)) {
        // Of two ends a person has to choose one.
        event.preventDefault();
        show(cell, { toButtons: true });
      }
    };
    element?.addEventListener('keydown', onKey);
    return () => element?.removeEventListener('keydown', onKey);
  }, [scroller, rows, onFilter, show]);

  if (target === undefined || actions.length === 0) {
    return null;
  }
  const back = () => {
    // The element may show another flow by now, where its own has left the view: the grid then keeps the focus for it.
    const here = placeOf(target.cell, rows).row?.id === target.row.id;
    (here ? target.cell : scroller.current?.querySelector<HTMLElement>('[role="grid"]'))?.focus();
    hide();
  };
  const choose = (filter: Filter) => {
    hide();
    onFilter(filter);
  };
  const inLine = density === 'compact';
  const left = actionsLeft({
    cell: target,
    width: (inLine ? actions.length : 1) * SET_WIDTH,
    leftEnd: isNumeric(target.column),
    pointer: target.pointer,
    within: target.cell.parentElement?.offsetWidth ?? 0,
  });
  return (
    <CellActionBar
      actions={actions}
      inLine={inLine}
      place={{ top: HEADER_HEIGHT + index * ROW_HEIGHTS[density], height: ROW_HEIGHTS[density] - 1, left }}
      styles={styles}
      focused={target.toButtons}
      onBack={back}
      onChoose={choose}
    />
  );
}

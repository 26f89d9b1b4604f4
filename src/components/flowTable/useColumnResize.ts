import { useCallback, useMemo, type KeyboardEvent, type PointerEvent, type RefObject } from 'react';
import type { ColumnId } from '../../data/flowColumns';
import type { Density } from './density';
import { clampWidth, columnLayout, ownWidth, type ColumnWidths } from './widths';

/** Pixels by which a key changes a width; ten times as many with Shift. */
const STEP = 8;
/** Room for both paddings of a cell and the last pixel of its text. */
const PADDING = 18;

interface Options {
  columns: readonly ColumnId[];
  widths: ColumnWidths;
  density: Density;
  grid: RefObject<HTMLDivElement | null>;
  onWidths(widths: ColumnWidths): void;
}

/** What the handle of a column does. */
export interface ColumnResize {
  onPointerDown(id: ColumnId, event: PointerEvent<HTMLElement>): void;
  onKeyDown(id: ColumnId, event: KeyboardEvent<HTMLElement>): void;
  /** Makes a column as wide as what it shows in the rows in view; back to its own width where that is what it has. */
  fit(id: ColumnId): void;
}

function titleOf(grid: HTMLElement | null, id: ColumnId): HTMLElement | null {
  return grid?.querySelector<HTMLElement>(`[role="columnheader"][data-field="${id}"]`) ?? null;
}

/** Width in pixels of what an element holds, whether or not all of it is in view. */
function contentWidth(element: Element): number {
  const range = document.createRange();
  range.selectNodeContents(element);
  // jsdom has no layout, and so no such method.
  return range.getBoundingClientRect?.().width ?? 0;
}

function fittingWidth(grid: HTMLElement | null, id: ColumnId): number {
  const title = titleOf(grid, id);
  const cells = [...(grid?.querySelectorAll(`[role="gridcell"][data-field="${id}"]`) ?? [])];
  const button = title?.querySelector('button');
  return Math.max(...cells.map(contentWidth), button ? contentWidth(button) + STEP : 0) + PADDING;
}

/**
 * Widths by dragging and by keys. While a handle is dragged only a style of the grid changes; the widths are handed on
 * when it is let go. Columns before it that had widened keep the width they have, so that the edge stays below the pointer.
 */
export function useColumnResize({ columns, widths, density, grid, onWidths }: Options): ColumnResize {
  const before = useCallback(
    (id: ColumnId): ColumnWidths => {
      const kept: Partial<Record<ColumnId, number>> = { ...widths };
      for (const column of columns.slice(0, columns.indexOf(id))) {
        const shown = titleOf(grid.current, column)?.offsetWidth ?? 0;
        if (shown > 0 && shown !== ownWidth(column, density)) {
          kept[column] = clampWidth(shown);
        }
      }
      return kept;
    },
    [columns, density, grid, widths]
  );

  const onPointerDown = useCallback(
    (id: ColumnId, event: PointerEvent<HTMLElement>) => {
      if (event.button !== 0) {
        return;
      }
      const handle = event.currentTarget;
      const kept = before(id);
      const start = { x: event.clientX, width: titleOf(grid.current, id)?.offsetWidth ?? 0 };
      let moved: ColumnWidths | undefined;
      handle.setPointerCapture?.(event.pointerId);
      const onMove = (move: globalThis.PointerEvent) => {
        moved = { ...kept, [id]: clampWidth(start.width + move.clientX - start.x) };
        const layout = columnLayout(columns, moved, density);
        grid.current?.style.setProperty('--flow-columns', layout.template);
        grid.current?.style.setProperty('min-width', `${layout.width}px`);
      };
      const onEnd = () => {
        handle.removeEventListener('pointermove', onMove);
        handle.removeEventListener('pointerup', onEnd);
        handle.removeEventListener('pointercancel', onEnd);
        if (moved !== undefined) {
          onWidths(moved);
        }
      };
      handle.addEventListener('pointermove', onMove);
      handle.addEventListener('pointerup', onEnd);
      handle.addEventListener('pointercancel', onEnd);
    },
    [before, columns, density, grid, onWidths]
  );

  const fit = useCallback(
    (id: ColumnId) => {
      const fitting = clampWidth(fittingWidth(grid.current, id));
      if (widths[id] === fitting) {
        onWidths(Object.fromEntries(Object.entries(widths).filter(([column]) => column !== id)));
      } else {
        onWidths({ ...widths, [id]: fitting });
      }
    },
    [grid, onWidths, widths]
  );

  const onKeyDown = useCallback(
    (id: ColumnId, event: KeyboardEvent<HTMLElement>) => {
      const by = { ArrowRight: STEP, ArrowLeft: -STEP }[event.key];
      if (by !== undefined) {
        event.preventDefault();
        const width = titleOf(grid.current, id)?.offsetWidth ?? 0;
        onWidths({ ...before(id), [id]: clampWidth((widths[id] ?? width) + (event.shiftKey ? 10 * by : by)) });
      } else if (event.key === 'Enter') {
        event.preventDefault();
        fit(id);
      }
    },
    [before, fit, grid, onWidths, widths]
  );

  return useMemo(() => ({ onPointerDown, onKeyDown, fit }), [onPointerDown, onKeyDown, fit]);
}

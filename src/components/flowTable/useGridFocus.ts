import {
  useCallback,
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
  type KeyboardEvent,
  type RefObject,
} from 'react';
import type { ColumnId } from '../../data/flowColumns';
import type { FlowRow } from '../../data/flowRow';
import { cellTarget, rowTarget } from './gridKeys';
import { drawnRange } from './rowPlace';
import type { RowView } from './useRowPlace';

interface Options {
  rows: readonly FlowRow[];
  columns: readonly ColumnId[];
  view: RowView;
  grid: RefObject<HTMLDivElement | null>;
  /** The row whose details are open: moving to another row opens that. */
  openId: string | undefined;
  onOpen(row: FlowRow): void;
}

/** The row, and in it the cell where not the row itself, that keys act on. */
interface Active {
  readonly id: string | undefined;
  readonly column?: ColumnId;
  /** Whose details were open then: with others, opened from elsewhere, keys go on from those. */
  readonly openId?: string;
}

/** The row or cell of an index in the document. */
function elementAt(grid: HTMLElement | null, index: number, column: ColumnId | undefined): HTMLElement | null {
  const row = grid?.querySelector<HTMLElement>(`[data-index="${index}"]`) ?? null;
  return column === undefined ? row : (row?.querySelector<HTMLElement>(`[data-field="${column}"]`) ?? null);
}

/** Whether the focus is on a row or cell: not on something within one, nor outside. */
function isPlace(element: Element | null): element is HTMLElement {
  return (
    element instanceof HTMLElement && (element.dataset.row !== undefined || element.getAttribute('role') === 'gridcell')
  );
}

/** Brings a cell into view sideways, clear of the first column that lies over the others. */
function revealSideways(cell: HTMLElement): void {
  const scroller = cell.closest<HTMLElement>('[data-scroller]');
  const pinned = cell.parentElement?.firstElementChild;
  if (scroller === null || !(pinned instanceof HTMLElement) || cell === pinned) {
    return;
  }
  const left = cell.offsetLeft - pinned.offsetWidth;
  const right = cell.offsetLeft + cell.offsetWidth - scroller.clientWidth;
  scroller.scrollLeft = Math.min(left, Math.max(right, scroller.scrollLeft));
}

/**
 * One row or cell at a time is in the page's tab order. The focus follows its row, by the flow and not by the place:
 * where the row leaves the view, the grid keeps the focus for it until the row is back or a key moves on from it.
 */
export function useGridFocus({ rows, columns, view, grid, openId, onOpen }: Options) {
  const [active, setActive] = useState<Active>({ id: undefined });
  const wanted = useRef(false);
  const { place, reveal } = view;

  const id = openId !== undefined && openId !== active.openId ? openId : active.id;
  const known = useMemo(() => (id === undefined ? -1 : rows.findIndex((row) => row.id === id)), [rows, id]);
  const range = drawnRange(place);
  const drawn = known >= range.start && known < range.end;
  const reachable = drawn ? known : place.first;
  const column = active.column !== undefined && columns.includes(active.column) ? active.column : undefined;

  useLayoutEffect(() => {
    const focused = document.activeElement;
    const here = isPlace(focused) && grid.current?.contains(focused) === true;
    if (!wanted.current && !here && focused !== grid.current) {
      return;
    }
    const element = drawn ? elementAt(grid.current, known, column) : null;
    if (element !== null && element !== focused) {
      element.focus({ preventScroll: true });
    } else if (element === null && here) {
      // The element shows another flow by now.
      grid.current?.focus({ preventScroll: true });
    }
    if (element !== null && wanted.current && column !== undefined) {
      revealSideways(element);
    }
    wanted.current &&= element === null;
  });

  const revealed = useRef<string>();
  useEffect(() => {
    const index = openId === undefined || openId === revealed.current ? -1 : rows.findIndex((row) => row.id === openId);
    if (openId === undefined || index >= 0) {
      revealed.current = openId;
    }
    if (index >= 0) {
      // Opened by the address or from within the details, it may be out of view.
      reveal(index);
    }
  }, [openId, reveal, rows]);

  const goTo = useCallback(
    (index: number, to: ColumnId | undefined) => {
      const row = rows[index];
      if (row === undefined) {
        return;
      }
      wanted.current = true;
      setActive({ id: row.id, column: to, openId });
      reveal(index);
      if (openId !== undefined && openId !== row.id) {
        onOpen(row);
      }
    },
    [onOpen, openId, reveal, rows]
  );

  const onKeyDown = useCallback(
    (event: KeyboardEvent<HTMLElement>) => {
      const target = event.target as HTMLElement;
      if (target !== grid.current && !isPlace(target)) {
        return;
      }
      const from = known >= 0 ? known : place.first;
      const row = rows[from];
      if (row !== undefined && (event.key === 'Enter' || event.key === ' ')) {
        event.preventDefault();
        onOpen(row);
        return;
      }
      const cell = cellTarget(event, columns, column);
      const to = cell === undefined ? rowTarget(event, from, rows.length, place.visible - 1) : from;
      if (to !== undefined) {
        event.preventDefault();
        goTo(to, cell === undefined ? column : cell.column);
      }
    },
    [column, columns, goTo, grid, known, onOpen, place, rows]
  );

  const onFocus = useCallback(
    (event: React.FocusEvent<HTMLElement>) => {
      const target = event.target as HTMLElement;
      const index = Number(target.closest<HTMLElement>('[data-index]')?.dataset.index ?? Number.NaN);
      const row = rows[index];
      if (row !== undefined && isPlace(target)) {
        setActive({ id: row.id, column: target.dataset.field as ColumnId | undefined, openId });
      }
    },
    [openId, rows]
  );

  return { reachable, column, onKeyDown, onFocus };
}

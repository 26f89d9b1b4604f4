import { useCallback, useEffect, useLayoutEffect, useRef, useState, type RefObject } from 'react';
import { flushSync } from 'react-dom';
import type { FlowRow } from '../../data/flowRow';
import { placeAtTop, placeOver, rested, resizedTo, scrolledTo, type RowPlace } from './rowPlace';
import { HEADER_HEIGHT } from './tableStyles';

/** After so many milliseconds without scrolling it is taken to rest. */
const REST_MS = 150;

interface Options {
  rows: readonly FlowRow[];
  order: string;
  rowHeight: number;
}

/** What is in view, and what moves it. */
export interface RowView {
  /** For the element that scrolls. */
  readonly scroller: RefObject<HTMLDivElement>;
  readonly place: RowPlace;
  /** Width of the view in pixels; 0 until it is measured. */
  readonly width: number;
  /** True where the first column lies over others. */
  readonly sideways: boolean;
  onScroll(): void;
  /** Scrolls as little as brings a row into view. */
  reveal(index: number): void;
}

function holdsSelection(element: Element | null): boolean {
  const selection = window.getSelection();
  return selection !== null && !selection.isCollapsed && element?.contains(selection.anchorNode) === true;
}

/**
 * Follows scrolling, size and rows of the table. All rows are equally high, and those in view have to be known before
 * the browser draws: so places are reckoned here, rather than by a library that learns of them from events.
 */
export function useRowPlace({ rows, order, rowHeight }: Options): RowView {
  const scroller = useRef<HTMLDivElement>(null);
  const [known, setPlace] = useState(() => placeAtTop(rows, order, rowHeight));
  const [width, setWidth] = useState(0);
  const [sideways, setSideways] = useState(false);
  const rest = useRef<number>();

  const changed = known.rows !== rows || known.order !== order || known.rowHeight !== rowHeight;
  const place = changed ? placeOver(known, rows, order, rowHeight) : known;
  if (changed) {
    setPlace(place);
  }

  useLayoutEffect(() => {
    const element = scroller.current;
    if (element === null) {
      return;
    }
    const measure = () => {
      setWidth(element.clientWidth);
      setPlace((before) => resizedTo(before, element.clientHeight - HEADER_HEIGHT));
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, [scroller, rowHeight]);

  const { jump } = place;
  useLayoutEffect(() => {
    if (scroller.current !== null && jump !== undefined) {
      scroller.current.scrollTop = 'to' in jump ? jump.to : scroller.current.scrollTop + jump.by;
    }
  }, [scroller, jump]);

  useEffect(() => () => window.clearTimeout(rest.current), []);

  const follow = useCallback(() => {
    const element = scroller.current;
    if (element !== null) {
      setSideways(element.scrollLeft > 0);
      setPlace((before) => scrolledTo(before, element.scrollTop));
    }
  }, [scroller]);

  const onScroll = useCallback(() => {
    // Drawn at once: the browser shows the new rows in the frame that shows the new position.
    flushSync(follow);
    window.clearTimeout(rest.current);
    rest.current = window.setTimeout(() => {
      // Elements that move in the document would lose what is selected in them.
      if (!holdsSelection(scroller.current)) {
        setPlace(rested);
      }
    }, REST_MS);
  }, [follow, scroller]);

  const reveal = useCallback(
    (index: number) => {
      const element = scroller.current;
      if (element === null) {
        return;
      }
      const top = index * rowHeight;
      const lowest = top + rowHeight - (element.clientHeight - HEADER_HEIGHT);
      if (element.scrollTop > top || element.scrollTop < lowest) {
        element.scrollTop = element.scrollTop > top ? top : lowest;
        follow();
      }
    },
    [follow, rowHeight, scroller]
  );

  return { scroller, place, width, sideways, onScroll, reveal };
}

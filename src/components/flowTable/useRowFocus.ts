import { useCallback, useEffect, useRef, useState, type KeyboardEvent, type RefObject } from 'react';
import type { Virtualizer } from '@tanstack/react-virtual';

interface Options {
  count: number;
  scroller: RefObject<HTMLDivElement | null>;
  virtualizer: Virtualizer<HTMLDivElement, Element>;
  /** Opens the row of an index. */
  open(index: number): void;
}

/** Rows that Page Up and Page Down jump over. */
const PAGE = 15;

function target(key: string, from: number, count: number): number | undefined {
  switch (key) {
    case 'ArrowDown':
      return from + 1;
    case 'ArrowUp':
      return from - 1;
    case 'PageDown':
      return from + PAGE;
    case 'PageUp':
      return from - PAGE;
    case 'Home':
      return 0;
    case 'End':
      return count - 1;
    default:
      return undefined;
  }
}

/**
 * One row at a time is in the page's tab order; arrows, Page Up and Down, Home and End move on, Enter opens. Rows out
 * of view are scrolled to first, since they are not in the document.
 */
export function useRowFocus({ count, scroller, virtualizer, open }: Options) {
  const [current, setCurrent] = useState(0);
  const wanted = useRef<number>();
  const { range } = virtualizer;
  // With the focused row scrolled away, the first visible one takes its place in the tab order.
  const visible = range === null || (current >= range.startIndex && current <= range.endIndex);
  const reachable = visible ? Math.min(current, count - 1) : range.startIndex;

  const focusWanted = useCallback(() => {
    if (wanted.current === undefined) {
      return;
    }
    const row = scroller.current?.querySelector<HTMLElement>(`[data-index="${wanted.current}"]`);
    if (row) {
      wanted.current = undefined;
      row.focus({ preventScroll: true });
    }
  }, [scroller]);

  // A row that was out of view is in the document only after the rendering that the scrolling brings about.
  useEffect(focusWanted);

  const onKeyDown = useCallback(
    (event: KeyboardEvent<HTMLElement>) => {
      const from = Number((event.target as HTMLElement).dataset.index ?? Number.NaN);
      if (Number.isNaN(from)) {
        return;
      }
      if (event.key === 'Enter' || event.key === ' ') {
        event.preventDefault();
        open(from);
        return;
      }
      const to = target(event.key, from, count);
      if (to === undefined) {
        return;
      }
      event.preventDefault();
      const next = Math.max(0, Math.min(count - 1, to));
      wanted.current = next;
      setCurrent(next);
      virtualizer.scrollToIndex(next, { align: 'auto' });
      focusWanted();
    },
    [count, focusWanted, open, virtualizer]
  );

  return { reachable, onKeyDown, onFocus: setCurrent };
}

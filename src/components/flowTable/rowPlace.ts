import type { FlowRow } from '../../data/flowRow';

/** What the scroller has yet to do, in pixels: move by an amount, or to a place. */
export type ScrollJump = { readonly by: number } | { readonly to: number };

/** Which part of the rows is in view, and which elements of the page show them. */
export interface RowPlace {
  readonly rows: readonly FlowRow[];
  /** What the rows are ordered by: in another order the view begins at the top again. */
  readonly order: string;
  /** Height of a row in pixels. */
  readonly rowHeight: number;
  /** Index of the first row in view. */
  readonly first: number;
  /** Rows in view, the cut ones included. */
  readonly visible: number;
  /** Added to a row's index for its slot, so that a row keeps its element where others come in above it. */
  readonly shift: number;
  /** The slot with which the elements begin in the document. */
  readonly origin: number;
  readonly jump?: ScrollJump;
}

/** Rows drawn before and after the visible ones, so that scrolling shows no gaps. */
export const OVERSCAN = 6;

/** The place at the top of rows. */
export function placeAtTop(rows: readonly FlowRow[], order: string, rowHeight: number): RowPlace {
  return { rows, order, rowHeight, first: 0, visible: 0, shift: 0, origin: 0 };
}

function modulo(value: number, divisor: number): number {
  return ((value % divisor) + divisor) % divisor;
}

/** How many rows can be in the document at once. */
export function slotCount(place: RowPlace): number {
  return place.visible + 2 * OVERSCAN + 1;
}

/** The element that shows a row: rows that leave the view hand theirs to those that come in. */
export function slotOf(place: RowPlace, index: number): number {
  return modulo(index + place.shift, slotCount(place));
}

/** The rows in the document, as a range of indices. */
export function drawnRange(place: RowPlace): { readonly start: number; readonly end: number } {
  const first = Math.min(place.first, Math.max(0, place.rows.length - 1));
  return {
    start: Math.max(0, first - OVERSCAN),
    end: Math.min(place.rows.length, first + place.visible + 1 + OVERSCAN),
  };
}

/** The rows in the document in the order of their elements, which scrolling leaves as it is. */
export function drawnIndices(place: RowPlace): number[] {
  const { start, end } = drawnRange(place);
  const count = slotCount(place);
  const rank = (index: number) => modulo(slotOf(place, index) - place.origin, count);
  return Array.from({ length: end - start }, (_, offset) => start + offset).sort((a, b) => rank(a) - rank(b));
}

/** The place after scrolling to so many pixels from the top. */
export function scrolledTo(place: RowPlace, pixels: number): RowPlace {
  const first = Math.max(0, Math.min(place.rows.length - 1, Math.floor(pixels / place.rowHeight)));
  return first === place.first ? place : { ...place, first };
}

/** The place in a view of so many pixels. */
export function resizedTo(place: RowPlace, pixels: number): RowPlace {
  const visible = Math.max(0, Math.ceil(pixels / place.rowHeight));
  return visible === place.visible ? place : rested({ ...place, visible });
}

/** The place once scrolling rests: elements stand in the document as rows do in the view. */
export function rested(place: RowPlace): RowPlace {
  const origin = slotOf(place, drawnRange(place).start);
  return origin === place.origin ? place : { ...place, origin };
}

/** By how many rows the first row in view that is still there has moved; undefined where none is. */
function movedBy(place: RowPlace, rows: readonly FlowRow[]): number | undefined {
  const wanted = new Map<string, number>();
  for (let index = place.first; index < Math.min(place.rows.length, place.first + place.visible + 1); index++) {
    wanted.set(place.rows[index]?.id ?? '', index);
  }
  let best = Infinity;
  let moved: number | undefined;
  for (let index = 0; index < rows.length && best > place.first; index++) {
    const before = wanted.get(rows[index]?.id ?? '');
    if (before !== undefined && before < best) {
      best = before;
      moved = index - before;
    }
  }
  return moved;
}

function withRows(place: RowPlace, rows: readonly FlowRow[]): RowPlace {
  const moved = movedBy(place, rows);
  if (moved === undefined) {
    return { ...place, rows, first: 0, jump: place.first === 0 ? undefined : { to: 0 } };
  }
  const shift = place.shift - moved;
  // At the top people watch for what is new; further down they read.
  return place.first === 0
    ? { ...place, rows, shift, jump: undefined }
    : { ...place, rows, shift, first: Math.max(0, place.first + moved), jump: { by: moved * place.rowHeight } };
}

/**
 * The place over other rows, in another order or of another height. Rows that are known keep their place on the
 * screen, whatever came in above them; where none of those in view is left, or the order is another, the view begins
 * at the top.
 */
export function placeOver(place: RowPlace, rows: readonly FlowRow[], order: string, rowHeight: number): RowPlace {
  if (order !== place.order) {
    return { ...place, rows, order, rowHeight, first: 0, jump: { to: 0 } };
  }
  const next = rows === place.rows ? place : withRows(place, rows);
  return rowHeight === next.rowHeight ? next : { ...next, rowHeight, jump: { to: next.first * rowHeight } };
}

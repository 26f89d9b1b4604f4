/** Pixels around the pointer that the actions leave free. */
const CLEARANCE = 8;

interface Options {
  /** Where the cell begins in the row, and its width, in pixels. */
  readonly cell: { readonly left: number; readonly width: number };
  /** Width of the actions in pixels. */
  readonly width: number;
  /** Whether the cell's value stands right, and its left end is free. */
  readonly leftEnd: boolean;
  /** Where the pointer is in the row, in pixels; absent where keys brought the actions. */
  readonly pointer: number | undefined;
  /** Width of the row in pixels. */
  readonly within: number;
}

/**
 * Where the actions of a cell begin in the row, in pixels: at the end of the cell that its value leaves free, or
 * beside the cell where the pointer is there already. A click that is meant for the row must not meet them.
 */
export function actionsLeft({ cell, width, leftEnd, pointer, within }: Options): number {
  const end = cell.left + cell.width;
  const covers = (left: number) =>
    pointer !== undefined && pointer > left - CLEARANCE && pointer < left + width + CLEARANCE;
  const inside = leftEnd ? [cell.left, end - width] : [end - width, cell.left];
  const beside = end + width <= within ? end : cell.left - width;
  return inside.find((left) => !covers(left) && left >= cell.left) ?? beside;
}

import React, { memo, type ReactNode } from 'react';
import type { ColumnId } from '../../data/flowColumns';
import type { FlowRow } from '../../data/flowRow';
import { markElement } from '../flowFields/FieldValue';
import type { FieldStyles } from '../flowFields/fieldStyles';
import { testIds } from '../testIds';
import type { CellPart, ColumnRecipe } from './cellContent';
import { ROW_HEIGHTS, type Density } from './density';
import type { TableStyles } from './tableStyles';

/** What all rows of a table are drawn with. */
export interface RowLook {
  readonly recipes: readonly ColumnRecipe[];
  readonly density: Density;
  readonly styles: TableStyles;
  readonly fieldStyles: FieldStyles;
}

interface Props {
  row: FlowRow;
  index: number;
  /** Position among all rows of the grid, headers included, counted from 1. */
  ariaIndex: number;
  look: RowLook;
  open: boolean;
  fresh: boolean;
  /** Whether Tab reaches this row, and in it which cell where not the row itself. */
  reachable: boolean;
  reachableCell?: ColumnId;
}

function partElement(part: CellPart, look: RowLook): ReactNode {
  if (part.standIn === true) {
    return <span className={look.styles.dim}>{part.text}</span>;
  }
  return part.mark === undefined ? (
    part.text
  ) : (
    <>
      {markElement(part.mark, look.fieldStyles)}
      {part.text}
    </>
  );
}

function twoParts(first: CellPart, second: CellPart, pair: boolean, look: RowLook): ReactNode {
  const { styles, density } = look;
  if (density === 'compact') {
    return (
      <>
        {partElement(first, look)}
        {pair ? <span className={styles.arrow}> → </span> : ' '}
        {partElement(second, look)}
      </>
    );
  }
  return (
    <>
      <span className={pair ? styles.source : `${styles.line} ${styles.dim}`}>{partElement(first, look)}</span>
      <span className={pair ? styles.destination : styles.line}>{partElement(second, look)}</span>
    </>
  );
}

function cellBody(recipe: ColumnRecipe, parts: readonly CellPart[], look: RowLook): ReactNode {
  const [first, second] = parts;
  if (first === undefined) {
    return null;
  }
  if (second !== undefined) {
    return twoParts(first, second, recipe.shape === 'pair', look);
  }
  const body = partElement(first, look);
  return look.density === 'large' ? <span className={look.styles.wrapped}>{body}</span> : body;
}

/**
 * One flow of the table. Clicks, keys and focus are handled by the grid for all rows; an element shows one flow after
 * another as the view moves, so it holds nothing of its own.
 */
export const FlowTableRow = memo(function FlowTableRow(props: Props) {
  const { row, index, ariaIndex, look, open, fresh, reachable, reachableCell } = props;
  const { styles, density, recipes } = look;
  // Joined by hand, in the order of the styles: merging them anew for each row would cost more than the row.
  const odd = index % 2 === 1 ? ` ${styles.odd}` : '';
  const marks = `${open ? ` ${styles.open}` : ''}${fresh ? ` ${styles.fresh}` : ''}`;
  return (
    <div
      role="row"
      aria-rowindex={ariaIndex}
      aria-selected={open}
      data-row=""
      data-fresh={fresh || undefined}
      data-index={index}
      data-testid={testIds.flows.row}
      tabIndex={reachable && reachableCell === undefined ? 0 : -1}
      className={`${styles.row} ${styles.heights[density]}${odd}${marks}`}
      style={{ transform: `translateY(${index * ROW_HEIGHTS[density]}px)` }}
    >
      {recipes.map((recipe, column) => {
        const content = recipe.content(row.flow);
        const shape = (recipe.shape === 'one' ? styles.one : styles.two)[density];
        return (
          <div
            key={recipe.id}
            role="gridcell"
            aria-colindex={column + 1}
            data-field={recipe.id}
            tabIndex={reachableCell === recipe.id ? 0 : undefined}
            className={recipe.numeric ? `${shape} ${styles.right}` : shape}
            title={content?.title}
          >
            {content !== undefined && cellBody(recipe, content.parts, look)}
          </div>
        );
      })}
    </div>
  );
});

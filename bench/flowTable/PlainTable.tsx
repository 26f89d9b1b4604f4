import React, { memo, useMemo } from 'react';
import { useStyles2 } from '@grafana/ui';
import type { ColumnId } from '../../src/data/flowColumns';
import type { FlowRow } from '../../src/data/flowRow';
import { sortFlows, type FlowSort } from '../../src/data/sortFlows';
import { columnRecipe, type ColumnRecipe } from '../../src/components/flowTable/cellContent';
import { shortTitle } from '../../src/components/flowTable/columns';
import { markElement } from '../../src/components/flowFields/FieldValue';
import { getFieldStyles, type FieldStyles } from '../../src/components/flowFields/fieldStyles';

interface RowProps {
  row: FlowRow;
  recipes: readonly ColumnRecipe[];
  styles: FieldStyles;
}

const PlainRow = memo(function PlainRow({ row, recipes, styles }: RowProps) {
  return (
    <tr>
      {recipes.map((recipe) => {
        const content = recipe.content(row.flow);
        return (
          <td key={recipe.id} title={content?.title} style={{ whiteSpace: 'nowrap', height: 39, padding: '0 8px' }}>
            {content?.parts.map((part, index) => (
              <div key={index}>
                {part.mark !== undefined && markElement(part.mark, styles)}
                {part.text}
              </div>
            ))}
          </td>
        );
      })}
    </tr>
  );
});

interface Props {
  rows: readonly FlowRow[];
  columns: readonly ColumnId[];
  sort: FlowSort | undefined;
}

/**
 * The way of NetObserv's console plugin: a table with every flow in the document. Cells, sorting and formatting are
 * those of the table beside it, and rows that stay the same are not rendered again: what is compared is the drawing.
 */
export function PlainTable({ rows, columns, sort }: Props) {
  const styles = useStyles2(getFieldStyles);
  const recipes = useMemo(() => columns.map((id) => columnRecipe(id, 'utc')), [columns]);
  const sorted = useMemo(() => sortFlows(rows, sort), [rows, sort]);
  return (
    <div data-scroller="" style={{ height: '100%', overflow: 'auto', fontSize: 12 }}>
      <table>
        <thead>
          <tr>
            {columns.map((id) => (
              <th key={id}>{shortTitle(id)}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {sorted.map((row) => (
            <PlainRow key={row.id} row={row} recipes={recipes} styles={styles} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

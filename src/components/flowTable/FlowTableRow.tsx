import React, { memo } from 'react';
import { cx } from '@emotion/css';
import type { TimeZone } from '@grafana/schema';
import { useStyles2 } from '@grafana/ui';
import { fieldDefinition, type FieldName } from '@netobserv-flows/schema';
import type { FlowRow } from '../../data/flowRow';
import { getFieldStyles } from '../flowFields/fieldStyles';
import { FieldValue } from '../flowFields/FieldValue';
import { formatValue } from '../flowFields/formatValue';
import { testIds } from '../testIds';
import { isNumeric } from './columns';
import { getTableStyles } from './tableStyles';

interface Props {
  row: FlowRow;
  index: number;
  /** Position among all rows of the grid, headers included, counted from 1. */
  ariaIndex: number;
  /** Pixels from the top of the grid's body. */
  top: number;
  columns: readonly FieldName[];
  /** CSS `grid-template-columns`, the same for all rows. */
  template: string;
  timeZone: TimeZone;
  open: boolean;
  /** Whether Tab reaches this row. */
  reachable: boolean;
  onOpen(index: number): void;
  onFocus(index: number): void;
}

/** A click that ends the selection of text is not meant for the row. */
function isSelectingText(): boolean {
  return (window.getSelection()?.toString() ?? '') !== '';
}

/** One flow of the table. */
export const FlowTableRow = memo(function FlowTableRow(props: Props) {
  const { row, index, ariaIndex, top, columns, template, timeZone, open, reachable, onOpen, onFocus } = props;
  const styles = useStyles2(getTableStyles);
  const fieldStyles = useStyles2(getFieldStyles);
  return (
    // Keys are handled by the grid, which holds the focus logic of all rows.
    <div
      role="row"
      aria-rowindex={ariaIndex}
      aria-selected={open}
      data-index={index}
      data-testid={testIds.flows.row}
      tabIndex={reachable ? 0 : -1}
      className={cx(styles.row, index % 2 === 1 && styles.odd, open && styles.open)}
      style={{ transform: `translateY(${top}px)`, gridTemplateColumns: template }}
      onClick={() => !isSelectingText() && onOpen(index)}
      onFocus={() => onFocus(index)}
    >
      {columns.map((name) => {
        const field = fieldDefinition(name);
        if (field === undefined) {
          return null;
        }
        const text = formatValue(field, row.flow, timeZone);
        return (
          <div
            key={name}
            role="gridcell"
            data-field={name}
            className={isNumeric(field) ? styles.rightCell : styles.cell}
            title={text}
          >
            <FieldValue field={field} flow={row.flow} text={text} styles={fieldStyles} />
          </div>
        );
      })}
    </div>
  );
});

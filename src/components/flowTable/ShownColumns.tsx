import React from 'react';
import { useStyles2 } from '@grafana/ui';
import type { ColumnId } from '../../data/flowColumns';
import { getSideStyles } from '../order/OrderDialog';
import { OrderList } from '../order/OrderList';
import { testIds } from '../testIds';
import { columnTitle, moveColumn, toggleColumn } from './columns';

interface Props {
  columns: readonly ColumnId[];
  onChange(columns: readonly ColumnId[]): void;
}

/** The columns shown, in their order, to be dragged or moved by keys. */
export function ShownColumns({ columns, onChange }: Props) {
  const styles = useStyles2(getSideStyles);
  return (
    <section className={styles.side} aria-label="Columns shown">
      <div className={styles.heading}>{columns.length} shown, from left to right. The first stays in view.</div>
      <OrderList
        items={columns.map((id) => ({ id, title: columnTitle(id) }))}
        onMove={(from, to) => onChange(moveColumn(columns, from, to))}
        onHide={(id) => onChange(toggleColumn(columns, id))}
        data-testid={testIds.flowTable.shown}
      />
    </section>
  );
}

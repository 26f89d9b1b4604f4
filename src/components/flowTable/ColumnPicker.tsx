import React, { lazy, Suspense, useState } from 'react';
import { Button } from '@grafana/ui';
import type { ColumnId } from '../../data/flowColumns';
import { testIds } from '../testIds';

// Dragging and its announcements weigh more than the table: they come when they are asked for.
const ManageColumns = lazy(() => import(/* webpackChunkName: "manage-columns" */ './ManageColumns'));

interface Props {
  columns: readonly ColumnId[];
  onChange(columns: readonly ColumnId[]): void;
}

/** The button that opens the management of columns. */
export function ColumnPicker({ columns, onChange }: Props) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button
        variant="secondary"
        icon="columns"
        size="sm"
        aria-haspopup="dialog"
        onClick={() => setOpen(true)}
        data-testid={testIds.flows.columns}
      >
        Columns
      </Button>
      {open && (
        <Suspense fallback={null}>
          <ManageColumns columns={columns} onChange={onChange} onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </>
  );
}

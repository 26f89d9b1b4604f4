import React, { memo, useCallback, useEffect, useId, useRef, useState } from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Button, Checkbox, Input, useStyles2 } from '@grafana/ui';
import type { ColumnId } from '../../data/flowColumns';
import { getSideStyles, OrderDialog, STILL } from '../order/OrderDialog';
import { testIds } from '../testIds';
import { areDefaultColumns, COLUMN_GROUPS, columnTitle, sameColumns, shortTitle, toggleColumn } from './columns';
import { COLUMN_PRESETS, DEFAULT_COLUMNS } from './columnPresets';
import { ShownColumns } from './ShownColumns';

interface Props {
  columns: readonly ColumnId[];
  onChange(columns: readonly ColumnId[]): void;
  onClose(): void;
}

function fits(id: ColumnId, search: string): boolean {
  return `${columnTitle(id)} ${id}`.toLowerCase().includes(search.trim().toLowerCase());
}

function Presets({ columns, onChange }: Omit<Props, 'onClose'>) {
  const styles = useStyles2(getStyles);
  return (
    <div role="group" aria-label="Sets of columns" className={styles.presets}>
      {COLUMN_PRESETS.map((preset) => {
        const current = sameColumns(columns, preset.columns);
        return (
          <Button
            key={preset.title}
            size="sm"
            variant={current ? 'primary' : 'secondary'}
            fill={current ? 'solid' : 'outline'}
            aria-pressed={current}
            className={styles.still}
            tooltip={preset.purpose}
            onClick={() => onChange(preset.columns)}
            data-testid={testIds.flowTable.preset}
          >
            {preset.title}
          </Button>
        );
      })}
    </div>
  );
}

interface BoxProps {
  column: ColumnId;
  shown: boolean;
  onToggle(column: ColumnId): void;
}

/** Drawn again for its own change only: there are a hundred of them. */
const ColumnBox = memo(function ColumnBox({ column, shown, onToggle }: BoxProps) {
  const styles = useStyles2(getStyles);
  return (
    <div className={styles.item}>
      <Checkbox
        label={shortTitle(column)}
        aria-label={columnTitle(column)}
        value={shown}
        onChange={() => onToggle(column)}
      />
    </div>
  );
});

/** A function that stays the same and does what the last one given does. */
function useStable<A extends unknown[]>(action: (...args: A) => void): (...args: A) => void {
  const last = useRef(action);
  useEffect(() => {
    last.current = action;
  });
  return useCallback((...args: A) => last.current(...args), []);
}

/** All columns by group, with a search: which are shown. */
function AllColumns({ columns, onChange }: Omit<Props, 'onClose'>) {
  const styles = useStyles2(getStyles);
  const sides = useStyles2(getSideStyles);
  const id = useId();
  const [search, setSearch] = useState('');
  const onToggle = useStable((column: ColumnId) => onChange(toggleColumn(columns, column)));
  const groups = COLUMN_GROUPS.map(({ group, columns: all }) => ({
    group,
    found: all.filter((column) => fits(column, search)),
  })).filter(({ found }) => found.length > 0);
  return (
    <section className={sides.side} aria-label="All columns">
      <Input
        value={search}
        onChange={(event) => setSearch(event.currentTarget.value)}
        placeholder="Search columns"
        aria-label="Search columns"
      />
      <div className={sides.scroll}>
        {groups.map(({ group, found }) => (
          <div key={group} role="group" aria-labelledby={`${id}-${group}`}>
            <div id={`${id}-${group}`} className={styles.group}>
              {group}
            </div>
            {found.map((column) => (
              <ColumnBox key={column} column={column} shown={columns.includes(column)} onToggle={onToggle} />
            ))}
          </div>
        ))}
        {groups.length === 0 && <div className={styles.group}>No column of that name</div>}
      </div>
    </section>
  );
}

/** Which columns are shown and in which order. What is changed shows in the table at once. */
export default function ManageColumns({ columns, onChange, onClose }: Props) {
  return (
    <OrderDialog
      title="Manage columns"
      width={760}
      isUsual={areDefaultColumns(columns)}
      above={<Presets columns={columns} onChange={onChange} />}
      onRestore={() => onChange(DEFAULT_COLUMNS)}
      onClose={onClose}
      data-testid={testIds.flowTable.manage}
    >
      <AllColumns columns={columns} onChange={onChange} />
      <ShownColumns columns={columns} onChange={onChange} />
    </OrderDialog>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  presets: css({ display: 'flex', flexWrap: 'wrap', gap: theme.spacing(1), marginBottom: theme.spacing(2) }),
  still: css(STILL),
  group: css({
    padding: theme.spacing(1, 0, 0.5),
    color: theme.colors.text.secondary,
    fontSize: theme.typography.bodySmall.fontSize,
    fontWeight: theme.typography.fontWeightMedium,
  }),
  item: css({ padding: theme.spacing(0.25, 0) }),
});

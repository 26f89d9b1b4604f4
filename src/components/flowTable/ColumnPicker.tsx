import React, { useId, useState } from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { FIELDS, type FieldDefinition, type FieldGroup, type FieldName } from '@netobserv-flows/schema';
import { Button, Checkbox, Input, Toggletip, useStyles2 } from '@grafana/ui';
import { testIds } from '../testIds';
import { areDefaultColumns, DEFAULT_COLUMNS, toggleColumn } from './columns';

interface Props {
  columns: readonly FieldName[];
  onChange(columns: readonly FieldName[]): void;
}

/** Headings of the groups of fields, in the order in which people look for them. */
export const GROUP_TITLES: Readonly<Record<FieldGroup, string>> = {
  time: 'Time',
  kubernetes: 'Kubernetes',
  network: 'Network',
  volume: 'Volume',
  labels: 'Labels',
  observation: 'Observation',
};

function fits(field: FieldDefinition, search: string): boolean {
  return `${field.title} ${field.name}`.toLowerCase().includes(search.trim().toLowerCase());
}

function ColumnList({ columns, onChange }: Props) {
  const styles = useStyles2(getStyles);
  const id = useId();
  const [search, setSearch] = useState('');
  const groups = (Object.keys(GROUP_TITLES) as FieldGroup[])
    .map((group) => ({ group, fields: FIELDS.filter((field) => field.group === group && fits(field, search)) }))
    .filter(({ fields }) => fields.length > 0);
  return (
    <div className={styles.list}>
      <Input
        value={search}
        onChange={(event) => setSearch(event.currentTarget.value)}
        placeholder="Search columns"
        aria-label="Search columns"
      />
      <div className={styles.scroll}>
        {groups.map(({ group, fields }) => (
          <div key={group} role="group" aria-labelledby={`${id}-${group}`}>
            <div id={`${id}-${group}`} className={styles.group}>
              {GROUP_TITLES[group]}
            </div>
            {fields.map((field) => (
              <div key={field.name} className={styles.item}>
                <Checkbox
                  label={field.title}
                  value={columns.includes(field.name)}
                  onChange={() => onChange(toggleColumn(columns, field.name))}
                />
              </div>
            ))}
          </div>
        ))}
        {groups.length === 0 && <div className={styles.group}>No column of that name</div>}
      </div>
      <Button
        variant="secondary"
        size="sm"
        disabled={areDefaultColumns(columns)}
        onClick={() => onChange(DEFAULT_COLUMNS)}
      >
        Restore defaults
      </Button>
    </div>
  );
}

/** The button that opens the list of columns to show and hide. */
export function ColumnPicker({ columns, onChange }: Props) {
  return (
    <Toggletip content={<ColumnList columns={columns} onChange={onChange} />} placement="bottom-end" fitContent>
      <Button variant="secondary" icon="columns" size="sm" data-testid={testIds.flows.columns}>
        Columns
      </Button>
    </Toggletip>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  list: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(1), width: 280 }),
  scroll: css({ maxHeight: 360, overflow: 'auto' }),
  group: css({
    padding: theme.spacing(1, 0, 0.5),
    color: theme.colors.text.secondary,
    fontSize: theme.typography.bodySmall.fontSize,
    fontWeight: theme.typography.fontWeightMedium,
  }),
  item: css({ padding: theme.spacing(0.25, 0) }),
});

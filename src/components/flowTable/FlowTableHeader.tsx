import React, { memo } from 'react';
import { cx } from '@emotion/css';
import { Icon, useStyles2 } from '@grafana/ui';
import type { Column } from '@tanstack/react-table';
import { fieldDefinition, type FieldDefinition } from '@netobserv-flows/schema';
import type { FlowRow } from '../../data/flowRow';
import type { FlowSort } from '../../data/sortFlows';
import { isNumeric, sectionOf, shortTitle } from './columns';
import { getTableStyles } from './tableStyles';

interface Props {
  columns: ReadonlyArray<Column<FlowRow>>;
  /** CSS `grid-template-columns`, the same for all rows. */
  template: string;
  sort: FlowSort | undefined;
}

interface Section {
  readonly key: string;
  readonly title?: string;
  readonly span: number;
}

/** Neighbouring columns of the same end, under one heading. */
function sectionsOf(fields: readonly FieldDefinition[]): Section[] {
  const sections: Section[] = [];
  for (const field of fields) {
    const title = sectionOf(field);
    const last = sections[sections.length - 1];
    if (last !== undefined && last.title === title) {
      sections[sections.length - 1] = { ...last, span: last.span + 1 };
    } else {
      sections.push({ key: field.name, title, span: 1 });
    }
  }
  return sections;
}

const ARIA_SORT = { asc: 'ascending', desc: 'descending' } as const;

interface ColumnTitleProps {
  column: Column<FlowRow>;
  field: FieldDefinition;
  sorted: false | 'asc' | 'desc';
}

function ColumnTitle({ column, field, sorted }: ColumnTitleProps) {
  const styles = useStyles2(getTableStyles);
  return (
    <div
      role="columnheader"
      aria-label={field.title}
      aria-sort={sorted === false ? 'none' : ARIA_SORT[sorted]}
      data-field={field.name}
      className={cx(styles.title, isNumeric(field) && styles.rightTitle)}
    >
      <button
        type="button"
        className={styles.sort}
        onClick={column.getToggleSortingHandler()}
        title={`${field.title}: ${field.description}`}
      >
        <span className={styles.titleText}>{shortTitle(field)}</span>
        {sorted !== false && <Icon name={sorted === 'asc' ? 'arrow-up' : 'arrow-down'} size="sm" />}
      </button>
    </div>
  );
}

/** The sticky header: which end the columns tell of, and their titles, which sort. */
export const FlowTableHeader = memo(function FlowTableHeader({ columns, template, sort }: Props) {
  const styles = useStyles2(getTableStyles);
  const fields = columns
    .map((column) => fieldDefinition(column.id))
    .filter((field): field is FieldDefinition => field !== undefined);
  return (
    <div role="rowgroup" className={styles.header}>
      <div role="row" aria-rowindex={1} className={styles.headerRow} style={{ gridTemplateColumns: template }}>
        {sectionsOf(fields).map(({ key, title, span }) => (
          <div
            key={key}
            role="columnheader"
            aria-colspan={span}
            className={cx(styles.section, title !== undefined && styles.namedSection)}
            style={{ gridColumn: `span ${span}` }}
          >
            {title}
          </div>
        ))}
      </div>
      <div role="row" aria-rowindex={2} className={styles.headerRow} style={{ gridTemplateColumns: template }}>
        {columns.map((column) => {
          const field = fieldDefinition(column.id);
          const sorted = sort?.field === column.id && (sort.descending ? 'desc' : 'asc');
          return field !== undefined && <ColumnTitle key={column.id} column={column} field={field} sorted={sorted} />;
        })}
      </div>
    </div>
  );
});

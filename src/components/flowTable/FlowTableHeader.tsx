import React, { memo, useState, type DragEvent, type KeyboardEvent } from 'react';
import { cx } from '@emotion/css';
import { Icon } from '@grafana/ui';
import type { ColumnId } from '../../data/flowColumns';
import type { FlowSort } from '../../data/sortFlows';
import { testIds } from '../testIds';
import {
  columnDescription,
  columnTitle,
  isNumeric,
  moveColumn,
  sectionOf,
  shortTitle,
  sortsDescendingFirst,
} from './columns';
import type { TableStyles } from './tableStyles';
import type { ColumnResize } from './useColumnResize';
import { GREATEST_WIDTH, LEAST_WIDTH } from './widths';

interface Props {
  columns: readonly ColumnId[];
  sort: FlowSort | undefined;
  styles: TableStyles;
  /** Width of a column in pixels, for those who do not see it. */
  widthOf(id: ColumnId): number;
  resize: ColumnResize;
  onSort(sort: FlowSort | undefined): void;
  onColumns(columns: readonly ColumnId[]): void;
}

interface Section {
  readonly key: string;
  readonly title?: string;
  readonly span: number;
}

/** Neighbouring columns of the same end, under one heading. */
function sectionsOf(columns: readonly ColumnId[]): Section[] {
  const sections: Section[] = [];
  for (const id of columns) {
    const title = sectionOf(id);
    const last = sections[sections.length - 1];
    if (last !== undefined && last.title === title) {
      sections[sections.length - 1] = { ...last, span: last.span + 1 };
    } else {
      sections.push({ key: id, title, span: 1 });
    }
  }
  return sections;
}

/** The sort that a click on a title brings: one way, the other way, then as Loki gave the rows. */
export function nextSort(sort: FlowSort | undefined, field: ColumnId): FlowSort | undefined {
  const first = sortsDescendingFirst(field);
  if (sort?.field !== field) {
    return { field, descending: first };
  }
  return sort.descending === first ? { field, descending: !first } : undefined;
}

const DRAG_TYPE = 'application/x-flow-column';

interface TitleProps extends Props {
  id: ColumnId;
  index: number;
  /** Whether Tab reaches this title; the arrow keys reach the others. */
  reachable: boolean;
  onReach(index: number): void;
  /** Where a dragged column would go. */
  drop: 'before' | 'after' | undefined;
  onDrag(dragged: ColumnId | undefined): void;
  onDragOver(id: ColumnId, event: DragEvent<HTMLElement>): void;
  onDrop(event: DragEvent<HTMLElement>): void;
}

function ColumnTitle(props: TitleProps) {
  const { id, index, columns, sort, styles, reachable, drop, resize } = props;
  const title = columnTitle(id);
  const sorted = sort?.field === id ? (sort.descending ? 'descending' : 'ascending') : 'none';
  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    const to = index + (step ?? 0);
    if (step === undefined || to < 0 || to >= columns.length) {
      return;
    }
    event.preventDefault();
    props.onReach(to);
    if (event.shiftKey) {
      props.onColumns(moveColumn(columns, index, to));
    } else {
      const row = event.currentTarget.closest('[role="row"]');
      row?.querySelectorAll<HTMLElement>('[role="columnheader"] > button')[to]?.focus();
    }
  };
  return (
    <div
      role="columnheader"
      aria-label={title}
      aria-sort={sorted}
      aria-colindex={index + 1}
      data-field={id}
      draggable
      onDragStart={(event) => {
        event.dataTransfer.effectAllowed = 'move';
        event.dataTransfer.setData(DRAG_TYPE, id);
        props.onDrag(id);
      }}
      onDragEnd={() => props.onDrag(undefined)}
      onDragOver={(event) => props.onDragOver(id, event)}
      onDrop={props.onDrop}
      className={cx(
        styles.title,
        isNumeric(id) && styles.rightTitle,
        drop === 'before' && styles.dropBefore,
        drop === 'after' && styles.dropAfter
      )}
    >
      <button
        type="button"
        className={styles.sort}
        tabIndex={reachable ? 0 : -1}
        aria-keyshortcuts="Shift+ArrowLeft Shift+ArrowRight"
        onClick={() => props.onSort(nextSort(sort, id))}
        onFocus={() => props.onReach(index)}
        onKeyDown={onKeyDown}
        title={`${title}: ${columnDescription(id)}\nDrag, or press Shift and an arrow key, to move the column.`}
      >
        <span className={styles.titleText}>{shortTitle(id)}</span>
        {sorted !== 'none' && <Icon name={sorted === 'ascending' ? 'arrow-up' : 'arrow-down'} size="sm" />}
      </button>
      <div
        role="separator"
        aria-orientation="vertical"
        aria-label={`Width of ${title}`}
        aria-valuenow={props.widthOf(id)}
        aria-valuemin={LEAST_WIDTH}
        aria-valuemax={GREATEST_WIDTH}
        tabIndex={reachable ? 0 : -1}
        title="Drag to resize; double click or Enter to fit"
        className={styles.handle}
        data-testid={testIds.flowTable.resize}
        // A drag of the handle is not one of the title.
        onMouseDown={(event) => event.preventDefault()}
        onPointerDown={(event) => resize.onPointerDown(id, event)}
        onKeyDown={(event) => resize.onKeyDown(id, event)}
        onDoubleClick={() => resize.fit(id)}
      />
    </div>
  );
}

/** The sticky header: which end the columns tell of, and their titles, which sort, move and resize. */
export const FlowTableHeader = memo(function FlowTableHeader(props: Props) {
  const { columns, styles, onColumns } = props;
  const [reached, setReached] = useState(0);
  const [dragged, setDragged] = useState<ColumnId>();
  const [over, setOver] = useState<{ id: ColumnId; after: boolean }>();

  const onDragOver = (id: ColumnId, event: DragEvent<HTMLElement>) => {
    if (dragged === undefined) {
      return;
    }
    event.preventDefault();
    const box = event.currentTarget.getBoundingClientRect();
    const after = event.clientX > box.left + box.width / 2;
    setOver((before) => (before?.id === id && before.after === after ? before : { id, after }));
  };
  const onDrag = (id: ColumnId | undefined) => {
    setDragged(id);
    setOver(undefined);
  };
  const onDrop = (event: DragEvent<HTMLElement>) => {
    event.preventDefault();
    if (dragged !== undefined && over !== undefined) {
      const from = columns.indexOf(dragged);
      const target = columns.indexOf(over.id) + (over.after ? 1 : 0);
      onColumns(moveColumn(columns, from, target > from ? target - 1 : target));
    }
    onDrag(undefined);
  };
  return (
    <div role="rowgroup" className={styles.header}>
      <div role="row" aria-rowindex={1} className={styles.headerRow}>
        {sectionsOf(columns).map(({ key, title, span }) => (
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
      <div role="row" aria-rowindex={2} data-row="" className={styles.headerRow}>
        {columns.map((id, index) => (
          <ColumnTitle
            {...props}
            key={id}
            id={id}
            index={index}
            reachable={index === Math.min(reached, columns.length - 1)}
            onReach={setReached}
            drop={over?.id === id ? (over.after ? 'after' : 'before') : undefined}
            onDrag={onDrag}
            onDragOver={onDragOver}
            onDrop={onDrop}
          />
        ))}
      </div>
    </div>
  );
});

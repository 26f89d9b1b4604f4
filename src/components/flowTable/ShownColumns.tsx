import React from 'react';
import { css, cx } from '@emotion/css';
import { DragDropContext, Draggable, Droppable, type DraggableProvided, type DropResult } from '@hello-pangea/dnd';
import type { GrafanaTheme2 } from '@grafana/data';
import { Icon, IconButton, useStyles2 } from '@grafana/ui';
import type { ColumnId } from '../../data/flowColumns';
import { testIds } from '../testIds';
import { columnTitle, moveColumn, toggleColumn } from './columns';

interface Props {
  columns: readonly ColumnId[];
  onChange(columns: readonly ColumnId[]): void;
}

interface ItemProps {
  id: ColumnId;
  only: boolean;
  /** What the library asks of the element that moves, and of the one by which it is moved. */
  setElement: DraggableProvided['innerRef'];
  moved: DraggableProvided['draggableProps'];
  handle: DraggableProvided['dragHandleProps'];
  dragging: boolean;
  onHide(): void;
}

function ShownColumn({ id, only, setElement, moved, handle, dragging, onHide }: ItemProps) {
  const styles = useStyles2(getStyles);
  const title = columnTitle(id);
  return (
    <div ref={setElement} {...moved} className={cx(styles.item, dragging && styles.dragged)} data-field={id}>
      <div {...handle} className={styles.grip} aria-label={`Move ${title}`}>
        <Icon name="draggabledots" />
        <span className={styles.title}>{title}</span>
      </div>
      <IconButton name="times" size="sm" disabled={only} tooltip={`Hide ${title}`} onClick={onHide} />
    </div>
  );
}

/** The columns shown, in their order, to be dragged or moved by keys: space lifts, arrows move, space drops. */
export function ShownColumns({ columns, onChange }: Props) {
  const styles = useStyles2(getStyles);
  const onDragEnd = ({ source, destination }: DropResult) => {
    if (destination) {
      onChange(moveColumn(columns, source.index, destination.index));
    }
  };
  return (
    <section className={styles.side} aria-label="Columns shown">
      <div className={styles.heading}>{columns.length} shown, from left to right. The first stays in view.</div>
      <DragDropContext onDragEnd={onDragEnd}>
        <Droppable droppableId="columns">
          {(list) => (
            <div
              ref={list.innerRef}
              {...list.droppableProps}
              className={styles.scroll}
              data-testid={testIds.flowTable.shown}
            >
              {columns.map((id, index) => (
                <Draggable key={id} draggableId={id} index={index}>
                  {(provided, snapshot) => (
                    <ShownColumn
                      id={id}
                      only={columns.length === 1}
                      setElement={provided.innerRef}
                      moved={provided.draggableProps}
                      handle={provided.dragHandleProps}
                      dragging={snapshot.isDragging}
                      onHide={() => onChange(toggleColumn(columns, id))}
                    />
                  )}
                </Draggable>
              ))}
              {list.placeholder}
            </div>
          )}
        </Droppable>
      </DragDropContext>
    </section>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  side: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(1), minWidth: 0 }),
  heading: css({ height: 32, display: 'flex', alignItems: 'center', color: theme.colors.text.secondary }),
  scroll: css({ height: 'min(420px, 40vh)', overflow: 'auto' }),
  item: css({
    display: 'flex',
    alignItems: 'center',
    gap: theme.spacing(1),
    height: 32,
    padding: theme.spacing(0, 1),
    borderRadius: theme.shape.radius.default,
    '&:hover': { background: theme.colors.action.hover },
  }),
  dragged: css({
    background: theme.colors.background.elevated,
    boxShadow: theme.shadows.z2,
    zIndex: theme.zIndex.portal,
  }),
  grip: css({ display: 'flex', alignItems: 'center', gap: theme.spacing(1), flexGrow: 1, minWidth: 0 }),
  title: css({ overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' }),
});

import React from 'react';
import { css, cx } from '@emotion/css';
import { DragDropContext, Draggable, Droppable, type DraggableProvided, type DropResult } from '@hello-pangea/dnd';
import type { GrafanaTheme2 } from '@grafana/data';
import { Icon, IconButton, useStyles2 } from '@grafana/ui';

/** One thing of a list that is put in order. */
export interface OrderItem<Id extends string> {
  readonly id: Id;
  /** What people read, and hear when it moves. */
  readonly title: string;
}

interface Props<Id extends string> {
  items: ReadonlyArray<OrderItem<Id>>;
  'data-testid': string;
  /** Moves the item at one place to another, both from 0. */
  onMove(from: number, to: number): void;
  /** Takes one out; not offered for the last one. */
  onHide(id: Id): void;
}

interface ItemProps {
  id: string;
  title: string;
  only: boolean;
  /** What the library asks of the element that moves, and of the one by which it is moved. */
  setElement: DraggableProvided['innerRef'];
  moved: DraggableProvided['draggableProps'];
  handle: DraggableProvided['dragHandleProps'];
  dragging: boolean;
  onHide(): void;
}

function Item({ id, title, only, setElement, moved, handle, dragging, onHide }: ItemProps) {
  const styles = useStyles2(getStyles);
  return (
    <div ref={setElement} {...moved} className={cx(styles.item, dragging && styles.dragged)} data-field={id}>
      <div {...handle} className={styles.grip} aria-label={`Move ${title}`} title={title}>
        <Icon name="draggabledots" />
        <span className={styles.title}>{title}</span>
      </div>
      <IconButton name="times" size="sm" disabled={only} tooltip={`Hide ${title}`} onClick={onHide} />
    </div>
  );
}

/**
 * A list whose items are dragged into their order, or moved by keys: space lifts, arrows move, space drops. Brings a
 * large library along: import it lazily.
 */
export function OrderList<Id extends string>({ items, onMove, onHide, ...rest }: Props<Id>) {
  const styles = useStyles2(getStyles);
  const onDragEnd = ({ source, destination }: DropResult) => {
    if (destination) {
      onMove(source.index, destination.index);
    }
  };
  return (
    <DragDropContext onDragEnd={onDragEnd}>
      <Droppable droppableId="items">
        {(list) => (
          <div ref={list.innerRef} {...list.droppableProps} className={styles.scroll} data-testid={rest['data-testid']}>
            {items.map(({ id, title }, index) => (
              <Draggable key={id} draggableId={id} index={index}>
                {(provided, snapshot) => (
                  <Item
                    id={id}
                    title={title}
                    only={items.length === 1}
                    setElement={provided.innerRef}
                    moved={provided.draggableProps}
                    handle={provided.dragHandleProps}
                    dragging={snapshot.isDragging}
                    onHide={() => onHide(id)}
                  />
                )}
              </Draggable>
            ))}
            {list.placeholder}
          </div>
        )}
      </Droppable>
    </DragDropContext>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
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

import React, { useCallback, useEffect, useRef, useState, type KeyboardEvent, type RefObject } from 'react';
import { cx } from '@emotion/css';
import { Icon } from '@grafana/ui';
import type { FieldDefinition, FieldName } from '@netobserv-flows/schema';
import { columnFields, isColumnId, type ColumnId } from '../../data/flowColumns';
import type { FlowRow } from '../../data/flowRow';
import type { Filter } from '../../flow';
import { cellFilter } from '../flowDetails/cellFilter';
import { shownField } from '../flowFields/standIn';
import { testIds } from '../testIds';
import { actionsLeft } from './actionsPlace';
import { isNumeric } from './columns';
import { ROW_HEIGHTS, type Density } from './density';
import { HEADER_HEIGHT, type TableStyles } from './tableStyles';

interface Props {
  scroller: RefObject<HTMLDivElement | null>;
  rows: readonly FlowRow[];
  density: Density;
  styles: TableStyles;
  onFilter(filter: Filter): void;
}

/** The cell that the actions are of, and where it lies in the scrolled content, in pixels. */
interface Target {
  readonly cell: HTMLElement;
  readonly row: FlowRow;
  readonly column: ColumnId;
  readonly top: number;
  readonly left: number;
  readonly width: number;
  /** Where the pointer came in, from the left of the content; absent for keys. */
  readonly pointer?: number;
}

/** Width in pixels of two buttons, with what is around them. */
const SET_WIDTH = 44;

/** Keys of a focused cell: filter for its value, filter it out, go to the buttons. */
const KEYS = { only: '+', without: '-', actions: ['f', 'F2'] } as const;

interface FieldActions {
  readonly field: FieldDefinition;
  readonly only: Filter | undefined;
  readonly without: Filter | undefined;
}

function actionsOf({ row, column }: Target): FieldActions[] {
  return columnFields(column)
    .map((field) => shownField(field, row.flow))
    .map((field) => ({
      field,
      only: cellFilter(row.flow, field.name as FieldName),
      without: cellFilter(row.flow, field.name as FieldName, true),
    }))
    .filter(({ only, without }) => only !== undefined || without !== undefined);
}

function cellOf(node: EventTarget | null): HTMLElement | null {
  return node instanceof Element ? node.closest<HTMLElement>('[data-row] > [role="gridcell"]') : null;
}

/** Follows pointer and focus over the cells; one listener for all. */
function useTarget({ scroller, rows, density }: Props) {
  const [target, setTarget] = useState<Target>();
  const show = useCallback(
    (cell: HTMLElement | null, clientX?: number) => {
      const index = Number(cell?.parentElement?.dataset.index ?? Number.NaN);
      const [row, column] = [rows[index], cell?.dataset.field ?? ''];
      if (cell !== null && row !== undefined && isColumnId(column)) {
        const top = HEADER_HEIGHT + index * ROW_HEIGHTS[density];
        const left = cell.offsetLeft;
        const pointer = clientX === undefined ? undefined : left + clientX - cell.getBoundingClientRect().left;
        setTarget({ cell, row, column, top, left, width: cell.offsetWidth, pointer });
      }
    },
    [rows, density]
  );
  const hide = useCallback(() => setTarget(undefined), []);

  useEffect(() => {
    const element = scroller.current;
    if (element === null) {
      return;
    }
    const within = () => document.activeElement?.closest('[data-actions]') !== null;
    const onOver = (event: PointerEvent) => {
      // A pressed button selects text, which the actions would lie upon.
      if (event.buttons > 0 || within()) {
        return;
      }
      show(cellOf(event.target), event.clientX);
    };
    const onFocusIn = (event: FocusEvent) => {
      const cell = cellOf(event.target);
      if (cell !== null && cell.matches(':focus-visible')) {
        show(cell);
      } else if (!within()) {
        hide();
      }
    };
    const unlessWithin = () => within() || hide();
    element.addEventListener('pointerover', onOver);
    element.addEventListener('pointerleave', unlessWithin);
    element.addEventListener('scroll', unlessWithin, { passive: true });
    element.addEventListener('focusin', onFocusIn);
    return () => {
      element.removeEventListener('pointerover', onOver);
      element.removeEventListener('pointerleave', unlessWithin);
      element.removeEventListener('scroll', unlessWithin);
      element.removeEventListener('focusin', onFocusIn);
    };
  }, [scroller, show, hide]);

  // Other rows may lie where the cell was.
  const current = target !== undefined && rows[Number(target.cell.parentElement?.dataset.index)] === target.row;
  return { target: current ? target : undefined, show, hide };
}

/**
 * 'Filter for' and 'filter out' of the cell under the pointer or the focus: one set of buttons for the whole table.
 * On a focused cell `+` and `-` do the same at once; `f` goes to the buttons, Escape back.
 */
export function CellActions(props: Props) {
  const { scroller, rows, density, styles, onFilter } = props;
  const { target, show, hide } = useTarget(props);
  const bar = useRef<HTMLDivElement>(null);
  const toButtons = useRef(false);
  const actions = target === undefined ? [] : actionsOf(target);

  useEffect(() => {
    if (toButtons.current) {
      toButtons.current = false;
      bar.current?.querySelector('button')?.focus();
    }
  });

  useEffect(() => {
    const element = scroller.current;
    const onKey = (event: globalThis.KeyboardEvent) => {
      const cell = cellOf(event.target);
      if (cell !== event.target || cell === null || event.ctrlKey || event.metaKey || event.altKey) {
        return;
      }
      const [row, column] = [rows[Number(cell.parentElement?.dataset.index)], cell.dataset.field ?? ''];
      const filters = row === undefined || !isColumnId(column) ? [] : actionsOf({ row, column } as Target);
      const [first, second] = filters;
      const direct = event.key === KEYS.only ? first?.only : event.key === KEYS.without ? first?.without : undefined;
      if (direct !== undefined && second === undefined) {
        event.preventDefault();
        onFilter(direct);
      } else if (first !== undefined && [KEYS.only, KEYS.without, ...KEYS.actions].some((key) => key === event.key)) {
        // Of two ends a person has to choose one.
        event.preventDefault();
        toButtons.current = true;
        show(cell);
      }
    };
    element?.addEventListener('keydown', onKey);
    return () => element?.removeEventListener('keydown', onKey);
  }, [scroller, rows, onFilter, show]);

  if (target === undefined || actions.length === 0) {
    return null;
  }
  const back = () => {
    target.cell.focus();
    hide();
  };
  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    const buttons = [...(bar.current?.querySelectorAll('button') ?? [])];
    const at = buttons.indexOf(event.target as HTMLButtonElement);
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (step !== undefined) {
      event.preventDefault();
      buttons[(at + step + buttons.length) % buttons.length]?.focus();
    } else if (event.key === 'Escape' || event.key === 'Tab') {
      event.preventDefault();
      back();
    }
  };
  const choose = (filter: Filter) => {
    if (bar.current?.contains(document.activeElement) === true) {
      back();
    }
    hide();
    onFilter(filter);
  };
  const button = (icon: 'search-plus' | 'search-minus', title: string, filter: Filter) => (
    <button
      type="button"
      tabIndex={-1}
      className={styles.action}
      title={title}
      aria-label={title}
      onClick={() => choose(filter)}
    >
      <Icon name={icon} size="sm" />
    </button>
  );
  const sets = density === 'compact' ? actions.length : 1;
  const left = actionsLeft({
    cell: target,
    width: sets * SET_WIDTH,
    leftEnd: isNumeric(target.column),
    pointer: target.pointer,
    within: target.cell.parentElement?.offsetWidth ?? 0,
  });
  const keys = actions.length === 1 ? ([' (+)', ' (-)'] as const) : (['', ''] as const);
  return (
    <div
      ref={bar}
      role="toolbar"
      aria-label="Filter by this cell"
      data-actions=""
      data-testid={testIds.flowTable.cellActions}
      className={cx(styles.actions, density === 'compact' && styles.actionsInLine)}
      style={{ top: target.top, height: ROW_HEIGHTS[density] - 1, left }}
      onKeyDown={onKeyDown}
    >
      {actions.map(({ field, only, without }) => (
        <div key={field.side ?? ''} className={styles.actionLine}>
          {only !== undefined && button('search-plus', `Only flows with this ${field.title}${keys[0]}`, only)}
          {without !== undefined && button('search-minus', `Without flows with this ${field.title}${keys[1]}`, without)}
        </div>
      ))}
    </div>
  );
}

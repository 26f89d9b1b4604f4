import React, { useLayoutEffect, useRef, type CSSProperties, type KeyboardEvent } from 'react';
import { cx } from '@emotion/css';
import { Icon } from '@grafana/ui';
import type { FieldDefinition } from '@netobserv-flows/schema';
import type { Filter } from '../../flow';
import { testIds } from '../testIds';
import type { TableStyles } from './tableStyles';

/** What can be done with a value of a cell. */
export interface FieldActions {
  readonly field: FieldDefinition;
  readonly only: Filter | undefined;
  readonly without: Filter | undefined;
}

interface Props {
  actions: readonly FieldActions[];
  /** Whether the buttons of two values stand side by side. */
  inLine: boolean;
  place: CSSProperties;
  styles: TableStyles;
  /** True where keys brought a person here: the first button takes the focus. */
  focused: boolean;
  /** Gives the focus back to the cell and goes. */
  onBack(): void;
  onChoose(filter: Filter): void;
}

/** The buttons of one cell, between which arrow keys move. */
export function CellActionBar({ actions, inLine, place, styles, focused, onBack, onChoose }: Props) {
  const bar = useRef<HTMLDivElement>(null);

  useLayoutEffect(() => {
    if (focused) {
      bar.current?.querySelector('button')?.focus();
    }
  }, [focused]);

  useLayoutEffect(() => {
    const element = bar.current;
    return () => {
      // With its flow gone the bar goes too; the focus would else fall to the page's beginning.
      if (element?.contains(document.activeElement) === true) {
        element.closest('[data-scroller]')?.querySelector<HTMLElement>('[role="grid"]')?.focus({ preventScroll: true });
      }
    };
  }, []);

  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    const buttons = [...(bar.current?.querySelectorAll('button') ?? [])];
    const at = buttons.indexOf(event.target as HTMLButtonElement);
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (step !== undefined) {
      event.preventDefault();
      buttons[(at + step + buttons.length) % buttons.length]?.focus();
    } else if (event.key === 'Escape' || event.key === 'Tab') {
      event.preventDefault();
      onBack();
    }
  };
  const choose = (filter: Filter) => {
    if (bar.current?.contains(document.activeElement) === true) {
      onBack();
    }
    onChoose(filter);
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
  const keys = actions.length === 1 ? ([' (+)', ' (-)'] as const) : (['', ''] as const);
  return (
    <div
      ref={bar}
      role="toolbar"
      aria-label="Filter by this cell"
      data-actions=""
      data-testid={testIds.flowTable.cellActions}
      className={cx(styles.actions, inLine && styles.actionsInLine)}
      style={place}
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

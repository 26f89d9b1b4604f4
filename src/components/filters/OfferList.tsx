import React, { useEffect, useRef, useState, type KeyboardEvent } from 'react';
import { css, cx } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';

interface Item {
  readonly label: string;
  readonly hint?: string;
}

interface Props<T extends Item> {
  id: string;
  offers: readonly T[];
  /** Which is marked; -1 for none. */
  marked: number;
  onTake(offer: T): void;
}

/** Id of an option, for the text box that names the marked one. */
export function offerId(listId: string, index: number): string {
  return `${listId}-${index}`;
}

/** The list of offers below a text box, which keeps the focus and marks one by arrow keys. */
export function OfferList<T extends Item>({ id, offers, marked, onTake }: Props<T>) {
  const styles = useStyles2(getStyles);
  const list = useRef<HTMLUListElement>(null);
  useEffect(() => {
    // Optional: jsdom lays nothing out, and does not scroll.
    list.current?.children[marked]?.scrollIntoView?.({ block: 'nearest' });
  }, [marked]);
  return (
    <ul ref={list} id={id} role="listbox" aria-label="Suggestions" className={styles.offers}>
      {offers.map((offer, index) => (
        <li
          key={offer.label}
          id={offerId(id, index)}
          role="option"
          aria-selected={index === marked}
          className={cx(styles.offer, index === marked && styles.marked)}
          // Before the text box loses the focus, which closes the list.
          onMouseDown={(event) => {
            event.preventDefault();
            onTake(offer);
          }}
        >
          <span className={styles.label}>{offer.label}</span>
          {offer.hint !== undefined && <span className={styles.hint}>{offer.hint}</span>}
        </li>
      ))}
    </ul>
  );
}

/**
 * Which of a list of offers is marked, and what keys do to it.
 * @param count how many offers there are.
 * @param open whether they are wanted.
 */
export function useOfferList(count: number, open: boolean, setOpen: (open: boolean) => void) {
  const [wanted, setMarked] = useState(-1);
  const shown = open && count > 0;
  // Offers may have become fewer since one was marked.
  const marked = shown ? Math.min(wanted, count - 1) : -1;
  return {
    shown,
    marked,
    /** Shows or hides the list, with nothing marked. */
    show: (next: boolean) => {
      setOpen(next);
      setMarked(-1);
    },
    /** Takes the arrow keys and Escape; true where the key was one of them. Keys with modifiers are the text's own. */
    onKey: (event: KeyboardEvent): boolean => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) {
        return false;
      }
      if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
        event.preventDefault();
        setOpen(true);
        const step = event.key === 'ArrowDown' ? 1 : -1;
        setMarked(Math.max(-1, Math.min(count - 1, marked + step)));
        return true;
      }
      if (event.key === 'Escape' && shown) {
        // The first Escape is for the list alone, not for what the text box stands in.
        event.stopPropagation();
        setOpen(false);
        return true;
      }
      return false;
    },
  };
}

const getStyles = (theme: GrafanaTheme2) => ({
  offers: css({
    position: 'absolute',
    zIndex: theme.zIndex.dropdown,
    top: '100%',
    left: 0,
    minWidth: 300,
    maxHeight: 340,
    margin: theme.spacing(0.5, 0, 0),
    padding: theme.spacing(0.5, 0),
    overflow: 'auto',
    listStyle: 'none',
    background: theme.colors.background.elevated ?? theme.colors.background.primary,
    border: `1px solid ${theme.colors.border.weak}`,
    borderRadius: theme.shape.radius.default,
    boxShadow: theme.shadows.z3,
  }),
  offer: css({
    display: 'flex',
    justifyContent: 'space-between',
    gap: theme.spacing(2),
    padding: theme.spacing(0.75, 1.5),
    cursor: 'pointer',
    '&:hover': { background: theme.colors.action.hover },
  }),
  marked: css({ background: theme.colors.action.selected }),
  label: css({ whiteSpace: 'pre' }),
  hint: css({ color: theme.colors.text.secondary, whiteSpace: 'nowrap' }),
});

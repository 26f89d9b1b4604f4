import React, { useEffect, useId, useMemo, useRef, useState, type KeyboardEvent } from 'react';
import { css, cx } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Input, useStyles2 } from '@grafana/ui';
import { parseFilterText, type Filter } from '../../flow';
import { testIds } from '../testIds';
import { fieldOffers, readTyping, valueOffers, type Offer } from './completion';
import type { SuggestValues } from './FilterBar';

/** Values of another field are never offered while those of this one are on their way. */
const NO_VALUES: readonly string[] = [];

interface Props {
  suggest: SuggestValues;
  onAdd(filters: readonly Filter[]): void;
}

/** What is typed, its offers, and which of them is marked. */
function useCompletion(text: string, open: boolean, suggest: SuggestValues): readonly Offer[] {
  const typing = useMemo(() => readTyping(text), [text]);
  const [answer, setAnswer] = useState<{ subject?: string; values: readonly string[] }>({ values: NO_VALUES });
  const { filter } = typing;
  const subject = filter === undefined ? undefined : `${filter.side ?? ''}${filter.field}`;

  useEffect(() => {
    if (!open || filter === undefined) {
      return;
    }
    let current = true;
    void suggest(filter.field, filter.side).then((found) => current && setAnswer({ subject, values: found }));
    return () => {
      current = false;
    };
    // The filter's identity changes with each letter; what is asked for changes with its field and side.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [subject, open, suggest]);

  const values = answer.subject === subject ? answer.values : NO_VALUES;
  return useMemo(
    () => (filter === undefined ? fieldOffers(typing) : valueOffers(typing, values)),
    [typing, filter, values]
  );
}

/** The text form of filters, with offers of fields and values below. */
export function FilterInput({ suggest, onAdd }: Props) {
  const styles = useStyles2(getStyles);
  const id = useId();
  const [text, setText] = useState('');
  const [open, setOpen] = useState(false);
  const [marked, setMarked] = useState(-1);
  const [problem, setProblem] = useState<string>();
  const input = useRef<HTMLInputElement>(null);
  const offers = useCompletion(text, open, suggest);
  const shown = open && offers.length > 0;

  const change = (next: string) => {
    setText(next);
    setProblem(undefined);
    setMarked(-1);
    setOpen(true);
  };
  const submit = (what: string) => {
    if (what.trim() === '') {
      return;
    }
    const parsed = parseFilterText(what);
    if (parsed.ok) {
      change('');
      setOpen(false);
      onAdd(parsed.value);
    } else {
      setText(what);
      setProblem(parsed.error);
      setOpen(false);
    }
  };
  const take = (offer: Offer) => {
    if (offer.complete) {
      submit(offer.text);
    } else {
      change(offer.text);
      input.current?.focus();
    }
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const offer = shown ? offers[marked] : undefined;
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      setOpen(true);
      const step = event.key === 'ArrowDown' ? 1 : -1;
      setMarked((last) => Math.max(-1, Math.min(offers.length - 1, last + step)));
    } else if (event.key === 'Enter') {
      event.preventDefault();
      if (offer === undefined) {
        submit(text);
      } else {
        take(offer);
      }
    } else if (event.key === 'Tab' && shown && text !== '' && !event.shiftKey && offer !== undefined) {
      event.preventDefault();
      take(offer);
    } else if (event.key === 'Escape') {
      setOpen(false);
    }
  };

  return (
    <div className={styles.box}>
      <Input
        ref={input}
        value={text}
        onChange={(event) => change(event.currentTarget.value)}
        onKeyDown={onKeyDown}
        onFocus={() => setOpen(true)}
        onBlur={() => setOpen(false)}
        placeholder="Filter: src_namespace=demo  port:https  10.0.0.0/8  bytes>1MB"
        aria-label="Filter flows"
        role="combobox"
        aria-expanded={shown}
        aria-controls={`${id}-offers`}
        aria-autocomplete="list"
        aria-activedescendant={shown && marked >= 0 ? `${id}-${marked}` : undefined}
        aria-invalid={problem !== undefined}
        aria-describedby={problem === undefined ? undefined : `${id}-problem`}
        invalid={problem !== undefined}
        autoComplete="off"
        spellCheck={false}
        data-testid={testIds.filters.input}
      />
      {shown && (
        <ul id={`${id}-offers`} role="listbox" aria-label="Suggestions" className={styles.offers}>
          {offers.map((offer, index) => (
            <li
              key={offer.label}
              id={`${id}-${index}`}
              role="option"
              aria-selected={index === marked}
              className={cx(styles.offer, index === marked && styles.marked)}
              // Before the input loses the focus, which closes the list.
              onMouseDown={(event) => {
                event.preventDefault();
                take(offer);
              }}
            >
              <span>{offer.label}</span>
              {offer.hint !== undefined && <span className={styles.hint}>{offer.hint}</span>}
            </li>
          ))}
        </ul>
      )}
      {problem !== undefined && (
        <div id={`${id}-problem`} role="alert" className={styles.problem} data-testid={testIds.filters.problem}>
          {problem}
        </div>
      )}
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  box: css({ position: 'relative', flex: '1 1 320px', minWidth: 260 }),
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
  hint: css({ color: theme.colors.text.secondary }),
  problem: css({
    marginTop: theme.spacing(0.5),
    color: theme.colors.error.text,
    fontSize: theme.typography.bodySmall.fontSize,
  }),
});

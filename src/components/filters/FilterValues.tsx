import React, { useEffect, useId, useRef, useState, type KeyboardEvent } from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { IconButton, Input, useStyles2 } from '@grafana/ui';
import type { Filter } from '../../flow';
import { testIds } from '../testIds';
import type { SuggestValues } from './FilterBar';
import { OfferList, offerId, useOfferList } from './OfferList';

interface Props {
  filter: Filter;
  /** Id of the text box, for its label. */
  id: string;
  /** What is typed and not a value yet. */
  typed: string;
  suggest: SuggestValues;
  /** Id of the element that says why what is typed was refused; the text box is then marked as wrong. */
  problemId?: string;
  onType(typed: string): void;
  /** Makes a text a value; where it cannot be one, it stays in the text box. */
  onAdd(value: string): void;
  onRemove(index: number): void;
  /** Enter in an empty text box. */
  onSubmit(): void;
}

const MOST_OFFERS = 100;

function useValues(filter: Filter, open: boolean, suggest: SuggestValues): readonly string[] {
  const { field, side } = filter;
  const [answer, setAnswer] = useState<{ subject: string; values: readonly string[] }>();
  const subject = `${side ?? ''}${field}`;
  useEffect(() => {
    if (!open) {
      return;
    }
    let current = true;
    void suggest(field, side).then((values) => current && setAnswer({ subject, values }));
    return () => {
      current = false;
    };
  }, [field, side, subject, open, suggest]);
  return answer?.subject === subject ? answer.values : [];
}

/** The values of a filter, each as a chip that can be taken back into the text box, which adds another. */
export function FilterValues(props: Props) {
  const { filter, id, typed, suggest, problemId, onType, onAdd, onRemove, onSubmit } = props;
  const styles = useStyles2(getStyles);
  const listId = useId();
  const input = useRef<HTMLInputElement>(null);
  const [open, setOpen] = useState(false);
  const known = useValues(filter, open, suggest);
  const offers = known
    .filter((value) => value.toLowerCase().includes(typed.toLowerCase()) && !filter.values.includes(value))
    .slice(0, MOST_OFFERS)
    .map((label) => ({ label }));
  const { shown, marked, show, onKey } = useOfferList(offers.length, open, setOpen);

  const edit = (index: number) => {
    onType(filter.values[index] ?? '');
    onRemove(index);
    input.current?.focus();
  };
  const remove = (index: number) => {
    onRemove(index);
    input.current?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing || onKey(event)) {
      return;
    }
    const offer = offers[marked];
    if (event.key === 'Enter') {
      event.preventDefault();
      if (offer !== undefined) {
        onAdd(offer.label);
      } else if (typed.trim() === '') {
        onSubmit();
      } else {
        onAdd(typed);
      }
    } else if (event.key === ',' && typed.trim() !== '') {
      event.preventDefault();
      onAdd(typed);
    } else if (event.key === 'Backspace' && typed === '' && filter.values.length > 0) {
      event.preventDefault();
      edit(filter.values.length - 1);
    }
  };

  return (
    <div className={styles.values}>
      {filter.values.length > 0 && (
        <div role="list" aria-label="Values" className={styles.chips}>
          {filter.values.map((value, index) => (
            <span role="listitem" key={value} className={styles.chip} data-testid={testIds.filters.value}>
              <button
                type="button"
                className={styles.text}
                title="Change this value"
                aria-label={`Change value ${value}`}
                onClick={() => edit(index)}
              >
                {value}
              </button>
              <IconButton name="times" size="sm" aria-label={`Remove value ${value}`} onClick={() => remove(index)} />
            </span>
          ))}
        </div>
      )}
      <div className={styles.box}>
        <Input
          ref={input}
          id={id}
          value={typed}
          onChange={(event) => {
            onType(event.currentTarget.value);
            show(true);
          }}
          onKeyDown={onKeyDown}
          onFocus={() => show(true)}
          onBlur={() => show(false)}
          placeholder={filter.values.length > 0 ? 'or another' : 'Type a value'}
          width={30}
          role="combobox"
          aria-expanded={shown}
          aria-controls={listId}
          aria-autocomplete="list"
          aria-activedescendant={marked >= 0 ? offerId(listId, marked) : undefined}
          aria-invalid={problemId !== undefined}
          aria-describedby={problemId}
          invalid={problemId !== undefined}
          autoComplete="off"
          spellCheck={false}
        />
        {shown && <OfferList id={listId} offers={offers} marked={marked} onTake={({ label }) => onAdd(label)} />}
      </div>
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  values: css({ display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: theme.spacing(0.5), maxWidth: 640 }),
  chips: css({ display: 'flex', flexWrap: 'wrap', gap: theme.spacing(0.5) }),
  chip: css({
    display: 'inline-flex',
    alignItems: 'center',
    gap: theme.spacing(0.5),
    maxWidth: 320,
    height: theme.spacing(theme.components.height.sm),
    padding: theme.spacing(0, 0.5, 0, 0),
    border: `1px solid ${theme.colors.border.medium}`,
    borderRadius: theme.shape.radius.default,
    background: theme.colors.background.primary,
  }),
  text: css({
    overflow: 'hidden',
    padding: theme.spacing(0, 0, 0, 1),
    border: 'none',
    background: 'transparent',
    color: theme.colors.text.primary,
    fontSize: theme.typography.bodySmall.fontSize,
    textOverflow: 'ellipsis',
    whiteSpace: 'pre',
    '&:focus-visible': { outline: `2px solid ${theme.colors.primary.main}` },
  }),
  box: css({ position: 'relative' }),
});

import React, { useEffect, useId, useMemo, useRef, useState, type ClipboardEvent, type KeyboardEvent } from 'react';
import { flushSync } from 'react-dom';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Input, useStyles2 } from '@grafana/ui';
import { readPasted, type Filter, type FilterSet } from '../../flow';
import { testIds } from '../testIds';
import { withAddress } from './addFilters';
import { fieldOffers, valueOffers, type Offer } from './completion';
import type { SuggestValues } from './FilterBar';
import { OfferList, offerId, useOfferList } from './OfferList';
import { readTyping } from './typing';

/** Values of another field are never offered while those of this one are on their way. */
const NO_VALUES: readonly string[] = [];

interface Props {
  /** The filters that are there. */
  set: FilterSet;
  suggest: SuggestValues;
  onAdd(filters: readonly Filter[]): void;
  /** Takes the filters that there are with those of a pasted address, and switches quick filters on. */
  onTakeAddress(set: FilterSet, quick: readonly string[]): void;
  /** Opens the view of a pasted address; without it, what it says of flows is taken. */
  onPasteView?(search: string): void;
}

/** What can be offered for the text typed. */
function useCompletion(text: string, open: boolean, suggest: SuggestValues): readonly Offer[] {
  const typing = useMemo(() => readTyping(text), [text]);
  const [answer, setAnswer] = useState<{ subject?: string; values: readonly string[] }>({ values: NO_VALUES });
  const { filter, head } = typing;
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
    () => (head === undefined ? fieldOffers(typing) : valueOffers(typing, values)),
    [typing, head, values]
  );
}

/** The text form of filters, with offers of fields, comparisons and values below. Takes what is pasted as well. */
export function FilterInput({ set, suggest, onAdd, onTakeAddress, onPasteView }: Props) {
  const styles = useStyles2(getStyles);
  const id = useId();
  const [text, setText] = useState('');
  const [problem, setProblem] = useState<string>();
  const [open, setOpen] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const offers = useCompletion(text, open, suggest);
  const { shown, marked, show, onKey } = useOfferList(offers.length, open, setOpen);

  const change = (next: string) => {
    setText(next);
    setProblem(undefined);
    show(true);
  };
  const refuse = (what: string, reason: string) => {
    setText(what);
    setProblem(reason);
    show(false);
  };
  const clear = () => {
    change('');
    show(false);
  };
  const openView = (what: string, search: string) => {
    if (onPasteView !== undefined) {
      clear();
      onPasteView(search);
      return;
    }
    const taken = withAddress(set, search);
    if (!taken.ok) {
      refuse(what, taken.error);
      return;
    }
    clear();
    onTakeAddress(taken.value.set, taken.value.quick);
    setProblem(taken.value.problems.length > 0 ? taken.value.problems.join('. ') : undefined);
  };
  const submit = (what: string) => {
    if (what.trim() === '') {
      return;
    }
    const read = readPasted(what);
    if (!read.ok) {
      refuse(what, read.error);
    } else if (read.value.kind === 'view') {
      openView(what, read.value.search);
    } else {
      clear();
      onAdd(read.value.filters);
    }
  };
  const complete = (offer: Offer) => {
    // The text has to be there before the caret is put into it, and before the next key.
    flushSync(() => change(offer.text));
    const caret = offer.text.length - (offer.back ?? 0);
    input.current?.focus();
    input.current?.setSelectionRange(caret, caret);
  };
  const take = (offer: Offer) => {
    if (offer.complete) {
      submit(offer.text);
    } else {
      complete(offer);
    }
  };
  const onPaste = (event: ClipboardEvent) => {
    const pasted = event.clipboardData.getData('text');
    const read = readPasted(pasted);
    const filters = read.ok && read.value.kind === 'filters' && read.value.named && text.trim() === '';
    // Anything else may be a part of what is being typed, and goes in as text.
    if (filters || (read.ok && read.value.kind === 'view')) {
      event.preventDefault();
      submit(pasted);
    } else if (!read.ok && text.trim() === '' && /^https?:\/\//i.test(pasted.trim())) {
      event.preventDefault();
      refuse(pasted.trim(), read.error);
    }
  };
  const onKeyDown = (event: KeyboardEvent) => {
    // Keys that a method of input takes for itself, such as the Enter that ends a word of Japanese.
    if (event.nativeEvent.isComposing || onKey(event)) {
      return;
    }
    const offer = offers[marked];
    if (event.key === 'Enter') {
      event.preventDefault();
      if (offer === undefined) {
        submit(text);
      } else {
        take(offer);
      }
    } else if (event.key === 'Tab' && !event.shiftKey && offer !== undefined) {
      // Unlike Enter, Tab leaves the filter open: for another alternative, or another filter.
      event.preventDefault();
      complete(offer);
    }
  };

  return (
    <div className={styles.box}>
      <Input
        ref={input}
        value={text}
        onChange={(event) => change(event.currentTarget.value)}
        onKeyDown={onKeyDown}
        onPaste={onPaste}
        onFocus={() => show(problem === undefined)}
        onBlur={() => show(false)}
        placeholder="Filter: src_namespace=demo  port:https  10.0.0.0/8  bytes>1MB"
        aria-label="Filter flows"
        role="combobox"
        aria-expanded={shown}
        aria-controls={`${id}-offers`}
        aria-autocomplete="list"
        aria-activedescendant={marked >= 0 ? offerId(`${id}-offers`, marked) : undefined}
        aria-invalid={problem !== undefined}
        aria-describedby={problem === undefined ? undefined : `${id}-problem`}
        invalid={problem !== undefined}
        autoComplete="off"
        spellCheck={false}
        data-testid={testIds.filters.input}
      />
      {shown && <OfferList id={`${id}-offers`} offers={offers} marked={marked} onTake={take} />}
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
  problem: css({
    marginTop: theme.spacing(0.5),
    color: theme.colors.error.text,
    fontSize: theme.typography.bodySmall.fontSize,
  }),
});

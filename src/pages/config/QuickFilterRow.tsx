import React, { useState } from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Button, Checkbox, Field, Input, RadioButtonGroup, useStyles2 } from '@grafana/ui';
import { testIds } from '../../components/testIds';
import { LONGEST_QUICK_NAME, type quickFilterProblems, type QuickFilterDraft } from './draft';

interface Props {
  draft: QuickFilterDraft;
  /** Counted from 1, for names that screen readers tell apart. */
  number: number;
  problems: ReturnType<typeof quickFilterProblems>;
  first: boolean;
  last: boolean;
  onChange(draft: QuickFilterDraft): void;
  onMove(by: 1 | -1): void;
  onRemove(): void;
}

const MATCHES: Array<{ value: QuickFilterDraft['match']; label: string }> = [
  { value: 'all', label: 'Match all' },
  { value: 'any', label: 'Match any' },
];

/** One quick filter in the list: its name, its filter, and where it stands. */
export function QuickFilterRow({ draft, number, problems, first, last, onChange, onMove, onRemove }: Props) {
  const styles = useStyles2(getStyles);
  // An entry just added is not wrong before anything was typed.
  const [touched, setTouched] = useState(draft.name !== '' || draft.filter !== '');
  const said = touched ? problems : {};
  const id = `config-${draft.key}`;
  const change = (part: Partial<QuickFilterDraft>) => onChange({ ...draft, ...part });
  return (
    <li className={styles.row} data-testid={testIds.settings.quickFilter} onBlur={() => setTouched(true)}>
      <Field label="Name" htmlFor={`${id}-name`} invalid={said.name !== undefined} error={said.name} noMargin>
        <Input
          id={`${id}-name`}
          width={22}
          value={draft.name}
          maxLength={LONGEST_QUICK_NAME}
          onChange={(event) => change({ name: event.currentTarget.value })}
        />
      </Field>
      <Field
        label="Filter"
        htmlFor={`${id}-filter`}
        invalid={said.filter !== undefined}
        error={said.filter}
        className={styles.filter}
        noMargin
      >
        <Input
          id={`${id}-filter`}
          value={draft.filter}
          placeholder="dst_namespace=demo port:https"
          disabled={draft.hidden}
          onChange={(event) => change({ filter: event.currentTarget.value })}
        />
      </Field>
      <Field label="Match" noMargin>
        <RadioButtonGroup
          aria-label={`Match of quick filter ${number}`}
          options={MATCHES}
          value={draft.match}
          disabled={draft.hidden}
          onChange={(match) => change({ match })}
        />
      </Field>
      <div className={styles.beside}>
        <Checkbox
          label="Hide"
          aria-label={`Hide quick filter ${number}`}
          value={draft.hidden}
          onChange={(event) => change({ hidden: event.currentTarget.checked })}
        />
      </div>
      <div className={styles.buttons}>
        <Button
          type="button"
          variant="secondary"
          fill="text"
          icon="arrow-up"
          aria-label={`Move quick filter ${number} up`}
          disabled={first}
          onClick={() => onMove(-1)}
        />
        <Button
          type="button"
          variant="secondary"
          fill="text"
          icon="arrow-down"
          aria-label={`Move quick filter ${number} down`}
          disabled={last}
          onClick={() => onMove(1)}
        />
        <Button
          type="button"
          variant="secondary"
          fill="text"
          icon="trash-alt"
          aria-label={`Remove quick filter ${number}`}
          onClick={onRemove}
        />
      </div>
    </li>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  row: css({
    display: 'flex',
    flexWrap: 'wrap',
    alignItems: 'flex-start',
    gap: theme.spacing(1),
    padding: theme.spacing(1, 0),
    borderTop: `1px solid ${theme.colors.border.weak}`,
  }),
  filter: css({ flexGrow: 1, minWidth: 240 }),
  // Beside the inputs, below their labels.
  beside: css({ paddingTop: theme.spacing(3.5) }),
  buttons: css({ display: 'flex', paddingTop: theme.spacing(2.5) }),
});

import React, { useState } from 'react';
import { css, cx } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Button, ClipboardButton, useStyles2 } from '@grafana/ui';
import type { SavedView } from '../../data/savedViews';
import { testIds } from '../testIds';

interface Props {
  view: SavedView;
  /** Whether the page shows this view. */
  current: boolean;
  /** Whether the person may overwrite and delete it. */
  editable: boolean;
  busy: boolean;
  /** Its whole address. */
  link: string;
  onApply(): void;
  onOverwrite(): void;
  onDelete(): void;
}

type Asking = 'overwrite' | 'delete';

const QUESTIONS: Readonly<Record<Asking, (name: string) => string>> = {
  overwrite: (name) => `Overwrite “${name}” with what is shown now?`,
  delete: (name) => `Delete “${name}”?`,
};

/** One view: a click applies it, and what else can be done with it. */
export function ViewRow({ view, current, editable, busy, link, onApply, onOverwrite, onDelete }: Props) {
  const styles = useStyles2(getStyles);
  const [asking, setAsking] = useState<Asking>();
  const { name } = view;
  if (asking !== undefined) {
    const confirm = () => {
      setAsking(undefined);
      if (asking === 'delete') {
        onDelete();
      } else {
        onOverwrite();
      }
    };
    return (
      <li className={styles.row} data-testid={testIds.views.view}>
        <span className={styles.name} role="alert">
          {QUESTIONS[asking](name)}
        </span>
        <Button size="sm" variant={asking === 'delete' ? 'destructive' : 'primary'} disabled={busy} onClick={confirm}>
          {asking === 'delete' ? 'Delete' : 'Overwrite'}
        </Button>
        {/* The safe answer has the focus. */}
        <Button autoFocus size="sm" variant="secondary" onClick={() => setAsking(undefined)}>
          Keep
        </Button>
      </li>
    );
  }
  return (
    <li className={styles.row} data-testid={testIds.views.view}>
      <button
        type="button"
        className={cx(styles.name, styles.apply, current && styles.current)}
        aria-current={current ? 'true' : undefined}
        onClick={onApply}
      >
        {name}
      </button>
      <ClipboardButton
        size="sm"
        variant="secondary"
        fill="text"
        icon="link"
        aria-label={`Copy link to ${name}`}
        tooltip="Copy link"
        getText={() => link}
      />
      {editable && (
        <>
          <Button
            size="sm"
            variant="secondary"
            fill="text"
            icon="save"
            aria-label={`Overwrite ${name}`}
            tooltip="Overwrite with what is shown"
            disabled={busy}
            onClick={() => setAsking('overwrite')}
          />
          <Button
            size="sm"
            variant="secondary"
            fill="text"
            icon="trash-alt"
            aria-label={`Delete ${name}`}
            tooltip="Delete"
            disabled={busy}
            onClick={() => setAsking('delete')}
          />
        </>
      )}
    </li>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  row: css({ display: 'flex', alignItems: 'center', gap: theme.spacing(0.5), minHeight: theme.spacing(4) }),
  name: css({ flexGrow: 1, minWidth: 0, overflowWrap: 'anywhere', textAlign: 'left' }),
  apply: css({
    padding: theme.spacing(0.5, 1),
    border: 'none',
    borderRadius: theme.shape.radius.default,
    background: 'transparent',
    color: theme.colors.text.primary,
    '&:hover': { background: theme.colors.action.hover },
  }),
  current: css({ background: theme.colors.action.selected, fontWeight: theme.typography.fontWeightMedium }),
});

import React, { memo } from 'react';
import { css, cx } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Tooltip, useStyles2 } from '@grafana/ui';
import { describeQuickFilter, type QuickFilter } from '../../flow';
import { testIds } from '../testIds';

interface Props {
  /** The quick filters that there are. */
  available: readonly QuickFilter[];
  /** Names of those in use. */
  active: readonly string[];
  onChange(active: readonly string[]): void;
}

/** Quick filters, each a button that is pressed while it is in use. Several must all hold. */
export const QuickFilters = memo(function QuickFilters({ available, active, onChange }: Props) {
  const styles = useStyles2(getStyles);
  const toggle = (name: string) =>
    onChange(active.includes(name) ? active.filter((other) => other !== name) : [...active, name]);
  return (
    <div className={styles.group} role="group" aria-label="Quick filters" data-testid={testIds.filters.quick}>
      {available.map((quick) => {
        const pressed = active.includes(quick.name);
        return (
          <Tooltip key={quick.name} content={describeQuickFilter(quick)}>
            <button
              type="button"
              aria-pressed={pressed}
              className={cx(styles.pill, pressed && styles.pressed)}
              onClick={() => toggle(quick.name)}
            >
              {quick.name}
            </button>
          </Tooltip>
        );
      })}
    </div>
  );
});

const getStyles = (theme: GrafanaTheme2) => ({
  group: css({ display: 'flex', flexWrap: 'wrap', gap: theme.spacing(0.75) }),
  pill: css({
    height: theme.spacing(theme.components.height.sm),
    padding: theme.spacing(0, 1.25),
    border: `1px solid ${theme.colors.border.medium}`,
    borderRadius: theme.shape.radius.pill,
    background: 'transparent',
    color: theme.colors.text.primary,
    fontSize: theme.typography.bodySmall.fontSize,
    whiteSpace: 'nowrap',
    '&:hover': { background: theme.colors.action.hover },
    '&:focus-visible': { outline: `2px solid ${theme.colors.primary.main}`, outlineOffset: 1 },
  }),
  pressed: css({
    borderColor: theme.colors.primary.border,
    background: theme.colors.primary.transparent,
    color: theme.colors.primary.text,
    fontWeight: theme.typography.fontWeightMedium,
  }),
});

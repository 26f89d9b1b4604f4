import React from 'react';
import { css, cx } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Tooltip, useStyles2 } from '@grafana/ui';
import type { Change } from './types';

/** From this growth on it is told in times: ×12 is read faster than +1100%. */
const TIMES_FROM = 9;

/** A change in a word: `+50%`, `−12%`, `×12`, `new`, `as before`. */
export function changeText(change: Change): string {
  if (change === 'new') {
    return 'new';
  }
  const percent = Math.round(change * 100);
  if (percent === 0) {
    return 'as before';
  }
  if (change >= TIMES_FROM) {
    return `×${Math.round(change + 1).toLocaleString('en')}`;
  }
  return percent > 0 ? `+${percent}%` : `−${-percent}%`;
}

/** How a figure compares with that of the period before. More is neither good nor bad, so it has no such colour. */
export function ChangeText({ change }: { change: Change | undefined }) {
  const styles = useStyles2(getStyles);
  if (change === undefined) {
    return null;
  }
  return (
    <Tooltip
      content={
        change === 'new'
          ? 'There was none in the period of the same length before'
          : 'The rate, compared with that of the period of the same length before'
      }
    >
      <span className={cx(styles.change, change === 'new' && styles.fresh)} data-change={String(change)}>
        {changeText(change)}
      </span>
    </Tooltip>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  change: css({
    color: theme.colors.text.secondary,
    fontSize: theme.typography.bodySmall.fontSize,
    fontVariantNumeric: 'tabular-nums',
    whiteSpace: 'nowrap',
  }),
  fresh: css({ color: theme.colors.warning.text, fontWeight: theme.typography.fontWeightMedium }),
});

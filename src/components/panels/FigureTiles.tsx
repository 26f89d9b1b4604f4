import React from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { TextLink, Tooltip, useStyles2 } from '@grafana/ui';
import { testIds } from '../testIds';
import { ChangeText } from './ChangeText';
import type { Figure, FlowsBehind } from './types';

interface Props {
  figures: readonly Figure[];
  linkTo(behind: FlowsBehind): string;
}

/** Figures side by side, each with what it is of, its change, and the way to its flows. */
export function FigureTiles({ figures, linkTo }: Props) {
  const styles = useStyles2(getStyles);
  return (
    <div className={styles.tiles}>
      {figures.map(({ title, description, value, detail, change, behind }) => (
        <div key={title} className={styles.tile} data-testid={testIds.overview.figure}>
          <Tooltip content={description}>
            <TextLink href={linkTo(behind)} color="secondary" inline={false} variant="bodySmall">
              {title}
            </TextLink>
          </Tooltip>
          <span className={styles.value}>{value}</span>
          <span className={styles.detail}>
            {detail} <ChangeText change={change} />
          </span>
        </div>
      ))}
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  tiles: css({
    display: 'grid',
    gridTemplateColumns: 'repeat(auto-fit, minmax(150px, 1fr))',
    gap: theme.spacing(2),
  }),
  tile: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(0.25), minWidth: 0 }),
  value: css({ ...theme.typography.h2, margin: 0, fontVariantNumeric: 'tabular-nums', whiteSpace: 'nowrap' }),
  detail: css({
    color: theme.colors.text.secondary,
    fontSize: theme.typography.bodySmall.fontSize,
    minHeight: '1.5em',
  }),
});

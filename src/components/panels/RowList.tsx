import React from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { TextLink, Tooltip, useStyles2 } from '@grafana/ui';
import { testIds } from '../testIds';
import { ChangeText } from './ChangeText';
import { rowValue, type FlowsBehind, type Row, type RowPart } from './types';

interface Props {
  rows: readonly Row[];
  /** A figure in words for people. */
  format(value: number): string;
  /** Address of the flows behind a row. */
  linkTo(behind: FlowsBehind): string;
}

/** The parts of a row's figure in words. */
function partsText(parts: readonly RowPart[], format: Props['format']): string {
  return parts
    .map(({ title, value }) => `${title}${value === undefined ? ': not known' : ` ${format(value)}`}`)
    .join(', ');
}

/** The largest of something: a line each with its name, a bar of its parts, its figure and how it has changed. */
export function RowList({ rows, format, linkTo }: Props) {
  const styles = useStyles2(getStyles);
  const most = Math.max(...rows.map(rowValue), 0);
  const titles = rows[0]?.parts.map(({ title }) => title) ?? [];
  return (
    <>
      {titles.length > 1 && (
        <div className={styles.legend} aria-hidden="true">
          {titles.map((title, index) => (
            <span key={title}>
              <span className={styles.swatch} data-part={index} /> {title}
            </span>
          ))}
        </div>
      )}
      <ol className={styles.list}>
        {rows.map((row) => {
          const told = partsText(row.parts, format);
          const fullName = [row.scope, row.name].filter(Boolean).join(' / ');
          return (
            <li key={row.id} className={styles.row} data-testid={testIds.overview.row}>
              <span className={styles.name}>
                {row.scope !== undefined && (
                  <span className={styles.scope} title={fullName}>
                    {row.scope} /{' '}
                  </span>
                )}
                {/* On what the keyboard gets to as well. */}
                <Tooltip
                  content={
                    <>
                      <div>{fullName}</div>
                      <div>{told}</div>
                    </>
                  }
                >
                  {row.behind === undefined ? (
                    <span tabIndex={0}>{row.name}</span>
                  ) : (
                    <TextLink href={linkTo(row.behind)} color="link" inline={false} variant="bodySmall">
                      {row.name}
                    </TextLink>
                  )}
                </Tooltip>
                {row.kind !== undefined && <span className={styles.scope}> {row.kind}</span>}
              </span>
              <ChangeText change={row.change} />
              <span className={styles.value} title={told}>
                {row.atLeast === true && '≥ '}
                {format(rowValue(row))}
                {row.parts.length > 1 && <span className="sr-only"> ({told})</span>}
              </span>
              <span className={styles.bar} aria-hidden="true" title={told}>
                {row.parts.map(({ title, value = 0 }, index) => (
                  <span key={title} data-part={index} style={{ width: `${most > 0 ? (100 * value) / most : 0}%` }} />
                ))}
              </span>
            </li>
          );
        })}
      </ol>
    </>
  );
}

const getStyles = (theme: GrafanaTheme2) => {
  const parts = {
    '&[data-part="0"], & > [data-part="0"]': { background: theme.visualization.getColorByName('blue') },
    '&[data-part="1"], & > [data-part="1"]': { background: theme.visualization.getColorByName('green') },
  };
  return {
    legend: css({
      display: 'flex',
      gap: theme.spacing(2),
      marginBottom: theme.spacing(0.5),
      color: theme.colors.text.secondary,
      fontSize: theme.typography.bodySmall.fontSize,
    }),
    swatch: css({ display: 'inline-block', width: 10, height: 10, borderRadius: 2, ...parts }),
    list: css({ listStyle: 'none', display: 'flex', flexDirection: 'column', gap: theme.spacing(0.75) }),
    row: css({
      display: 'grid',
      gridTemplateColumns: 'minmax(0, 1fr) auto auto',
      columnGap: theme.spacing(1),
      alignItems: 'baseline',
      fontSize: theme.typography.bodySmall.fontSize,
    }),
    name: css({
      overflow: 'hidden',
      textOverflow: 'ellipsis',
      whiteSpace: 'nowrap',
      // Room for the focus ring of the link, which the overflow would cut.
      padding: 2,
      '& > a': { display: 'inline' },
    }),
    scope: css({ color: theme.colors.text.secondary }),
    value: css({ minWidth: 68, textAlign: 'right', fontVariantNumeric: 'tabular-nums' }),
    bar: css({
      gridColumn: '1 / -1',
      display: 'flex',
      height: 4,
      borderRadius: 2,
      overflow: 'hidden',
      background: theme.colors.background.secondary,
      ...parts,
    }),
  };
};

import React from 'react';
import { css } from '@emotion/css';
import { locationUtil, type GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import { formatByteRate } from '../../flow';
import { testIds } from '../testIds';
import type { FlowsBehind, HourCell, HourRow } from './types';

interface Props {
  days: readonly HourRow[];
  /** Address of the flows of an hour. */
  linkTo(behind: FlowsBehind): string;
}

const HOURS = Array.from({ length: 24 }, (_, hour) => hour);
/** Hours whose number stands above the grid. */
const LABEL_EVERY = 3;
/** So that an hour with little traffic differs from one with none. */
const LEAST_OPACITY = 0.12;

function Cell({ cell, most, linkTo }: { cell: HourCell; most: number; linkTo: Props['linkTo'] }) {
  const styles = useStyles2(getStyles);
  const told = `${cell.title}: ${formatByteRate(cell.rate)}`;
  const share = most > 0 ? cell.rate / most : 0;
  return (
    <a
      className={styles.cell}
      href={locationUtil.assureBaseUrl(linkTo({ filters: [], span: { fromMs: cell.fromMs, toMs: cell.toMs } }))}
      title={told}
      aria-label={told}
      data-testid={testIds.overview.hour}
    >
      <span
        className={styles.heat}
        style={{ opacity: share === 0 ? 0 : LEAST_OPACITY + (1 - LEAST_OPACITY) * share }}
      />
    </a>
  );
}

/** How busy the hours of days are, the darker the busier; each leads to its flows. */
export function HourGrid({ days, linkTo }: Props) {
  const styles = useStyles2(getStyles);
  const most = Math.max(0, ...days.flatMap(({ cells }) => cells.map(({ rate }) => rate)));
  return (
    <table className={styles.grid}>
      <thead>
        <tr>
          <td />
          {HOURS.map((hour) => (
            <th key={hour} scope="col">
              {hour % LABEL_EVERY === 0 ? `${String(hour).padStart(2, '0')}` : <span className="sr-only">{hour}</span>}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {days.map(({ name, cells }) => (
          <tr key={name}>
            <th scope="row">{name}</th>
            {HOURS.map((hour) => {
              const cell = cells.find((one) => one.hour === hour);
              return <td key={hour}>{cell && <Cell cell={cell} most={most} linkTo={linkTo} />}</td>;
            })}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  grid: css({
    width: '100%',
    tableLayout: 'fixed',
    borderCollapse: 'separate',
    borderSpacing: 2,
    color: theme.colors.text.secondary,
    fontSize: theme.typography.bodySmall.fontSize,
    '& th': { fontWeight: theme.typography.fontWeightRegular, textAlign: 'left', whiteSpace: 'nowrap' },
    '& th[scope=row], & thead td': { width: 96 },
  }),
  cell: css({
    display: 'block',
    height: 22,
    borderRadius: 2,
    background: theme.colors.background.secondary,
    '&:hover, &:focus-visible': { outline: `2px solid ${theme.colors.primary.main}` },
  }),
  heat: css({
    display: 'block',
    height: '100%',
    borderRadius: 2,
    background: theme.visualization.getColorByName('blue'),
  }),
});

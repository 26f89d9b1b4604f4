import React, { useMemo, type CSSProperties } from 'react';
import { cx } from '@emotion/css';
import { useStyles2 } from '@grafana/ui';
import type { ColumnId } from '../../data/flowColumns';
import { testIds } from '../testIds';
import { isNumeric, sectionOf, shortTitle } from './columns';
import type { Density } from './density';
import { getTableStyles } from './tableStyles';
import { columnLayout, type ColumnWidths } from './widths';

interface Props {
  columns: readonly ColumnId[];
  widths: ColumnWidths;
  density: Density;
}

/** More rows than any view holds: the view cuts them off. */
const ROWS = Array.from({ length: 60 }, (_, index) => index);

/** What stands where the flows will be while the first ones load: the same header, widths and heights. */
export function FlowTableSkeleton({ columns, widths, density }: Props) {
  const styles = useStyles2(getTableStyles);
  const layout = useMemo(() => columnLayout(columns, widths, density), [columns, widths, density]);
  const gridStyle = { minWidth: layout.width, '--flow-columns': layout.template } as CSSProperties;
  return (
    <div
      className={styles.scroller}
      style={{ overflow: 'hidden' }}
      aria-hidden="true"
      data-testid={testIds.flowTable.skeleton}
    >
      <div className={styles.grid} style={gridStyle}>
        <div className={styles.header}>
          <div className={styles.headerRow}>
            {columns.map((id, index) => (
              <div key={id} className={styles.section}>
                {sectionOf(id) === sectionOf(columns[index - 1] ?? id) && index > 0 ? '' : sectionOf(id)}
              </div>
            ))}
          </div>
          <div className={styles.headerRow}>
            {columns.map((id) => (
              <div key={id} className={cx(styles.title, isNumeric(id) && styles.rightTitle)}>
                <span className={styles.titleText}>{shortTitle(id)}</span>
              </div>
            ))}
          </div>
        </div>
        {ROWS.map((row) => (
          <div key={row} className={cx(styles.row, styles.heights[density])} style={{ position: 'relative' }}>
            {columns.map((id) => (
              <div key={id} className={cx(styles.one[density], isNumeric(id) && styles.right)}>
                <span className={styles.bar} />
              </div>
            ))}
          </div>
        ))}
      </div>
    </div>
  );
}

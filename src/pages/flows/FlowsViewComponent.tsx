import React, { useCallback, useState } from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { sceneGraph, type SceneComponentProps } from '@grafana/scenes';
import { useStyles2 } from '@grafana/ui';
import { FlowTable } from '../../components/flowTable/FlowTable';
import { useFillHeight } from '../../components/flowTable/useFillHeight';
import { testIds } from '../../components/testIds';
import type { FlowRow } from '../../data/flowRow';
import type { FlowsView } from './FlowsView';

/** The flow table's page below the time picker. */
export function FlowsViewComponent({ model }: SceneComponentProps<FlowsView>) {
  const styles = useStyles2(getStyles);
  const { table, flows } = model.useState();
  const { columns, sort } = table.useState();
  const timeZone = sceneGraph.getTimeRange(model).getTimeZone();
  const [open, setOpen] = useState<FlowRow>();
  const fill = useFillHeight();
  const onSort = useCallback((next: typeof sort) => table.change({ sort: next }), [table]);

  return (
    <div className={styles.page} data-testid={testIds.flows.page}>
      <div ref={fill.ref} style={{ height: fill.height }} className={styles.table}>
        <FlowTable
          rows={flows.rows}
          columns={columns}
          sort={sort}
          timeZone={timeZone}
          openId={open?.id}
          onSort={onSort}
          onOpen={setOpen}
        />
      </div>
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  page: css({ display: 'flex', flexDirection: 'column', flexGrow: 1, minWidth: 0, gap: theme.spacing(1) }),
  table: css({ position: 'relative' }),
});

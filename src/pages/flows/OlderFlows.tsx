import React from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Button, Spinner, useStyles2 } from '@grafana/ui';
import { testIds } from '../../components/testIds';
import type { FlowsView } from './FlowsView';
import { MOST_ROWS } from './shownFlows';

/** Below the last row: the way to the flows before it. */
export function OlderFlows({ model }: { model: FlowsView }) {
  const styles = useStyles2(getStyles);
  const { shown, older, options } = model.useState();
  const { limit } = options.useState();
  const { rows } = shown.flows;
  if (shown.complete || shown.part === true) {
    return null;
  }
  if (rows.length >= MOST_ROWS) {
    return (
      <div className={styles.line}>
        {rows.length.toLocaleString('en')} flows are loaded, which is all that this page holds. Choose an earlier time
        range or a filter, or export everything that matches.
      </div>
    );
  }
  return (
    <div className={styles.line} data-testid={testIds.flows.older}>
      {older.state === 'loading' ? (
        <>
          <Spinner inline /> Loading older flows…
          <Button variant="secondary" fill="text" size="sm" onClick={() => model.cancelOlder()}>
            Cancel
          </Button>
        </>
      ) : (
        <Button variant="secondary" size="sm" icon="arrow-down" onClick={() => void model.loadOlder()}>
          Load {limit.toLocaleString('en')} older flows
        </Button>
      )}
      {older.state === 'failed' && (
        <span role="alert" className={styles.error} title={older.error.said}>
          {older.error.title}. {older.error.remedy}
        </span>
      )}
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  line: css({ display: 'flex', alignItems: 'center', gap: theme.spacing(1), padding: theme.spacing(1) }),
  error: css({ color: theme.colors.error.text }),
});

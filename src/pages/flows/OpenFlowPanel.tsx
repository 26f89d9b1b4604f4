import React, { useCallback, useMemo } from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { sceneGraph } from '@grafana/scenes';
import { Alert, Button, Stack, useStyles2 } from '@grafana/ui';
import { Conversation } from '../../components/flowDetails/Conversation';
import { FlowDetails } from '../../components/flowDetails/FlowDetails';
import { testIds } from '../../components/testIds';
import { flowConversation } from '../../data/conversation';
import { exploreUrl } from '../../data/exploreUrl';
import type { FlowRow } from '../../data/flowRow';
import { flowsQuery } from '../../data/flowsQuery';
import { sortFlows } from '../../data/sortFlows';
import { conversationSets, type Filter } from '../../flow';
import type { FlowsView } from './FlowsView';
import { linkToFlow } from './shareView';

/** Address of Explore with the flows of the same conversation as one flow; undefined for a flow without two ends. */
function conversationHref(model: FlowsView, row: FlowRow): string | undefined {
  const { labels, options, subject } = model.state;
  const sets = conversationSets(row.flow);
  if (sets === undefined) {
    return undefined;
  }
  const query = flowsQuery({
    set: sets.both,
    also: sets.also,
    labels,
    recordSource: subject?.recordSource,
    duplicates: options.state.duplicates,
    limit: options.state.limit,
  });
  return exploreUrl(model.dataSourceUid(), query, sceneGraph.getTimeRange(model).state.value.raw);
}

/** The details of the open flow beside the table, or why they cannot be shown. */
export function OpenFlowPanel({ model }: { model: FlowsView }) {
  const styles = useStyles2(getStyles);
  const { open, filters, shown, table, labels, subject } = model.useState();
  const { row, finding, error } = open.useState();
  const { sort } = table.useState();
  const timeRange = sceneGraph.getTimeRange(model);
  const { value: range } = timeRange.useState();

  const recordSource = subject?.recordSource;
  const load = useCallback(
    (of: FlowRow, signal: AbortSignal) =>
      flowConversation(model.dataSourceUid(), { labels, recordSource }, of.flow, range, signal),
    [model, labels, recordSource, range]
  );
  const onFilter = useCallback(
    (filter: Filter) => filters.change({ ...filters.state.set, filters: [...filters.state.set.filters, filter] }),
    [filters]
  );
  const exploreHref = useMemo(
    () => (row === undefined ? undefined : conversationHref(model, row)),
    // The labels and the range stand in the address.
    // eslint-disable-next-line react-hooks/exhaustive-deps
    [model, row, labels, recordSource, range]
  );

  if (finding === 'missing') {
    return (
      <div className={styles.missing} data-testid={testIds.details.missing}>
        <Alert
          severity="warning"
          title={error === undefined ? 'The flow of this address is not in Loki' : error.title}
          onRemove={() => open.close()}
        >
          {error === undefined
            ? 'Loki may have deleted it since, or it is in another data source: choose that one above.'
            : error.remedy}
          <Stack gap={1}>
            {error !== undefined && (
              <Button variant="secondary" size="sm" onClick={() => open.again()}>
                Try again
              </Button>
            )}
            <Button variant="secondary" size="sm" onClick={() => open.close()}>
              Close
            </Button>
          </Stack>
        </Alert>
      </div>
    );
  }
  if (row === undefined) {
    return null;
  }
  const step = (by: -1 | 1) => {
    const rows = sortFlows(shown.flows.rows, sort);
    const next = rows[rows.findIndex(({ id }) => id === row.id) + by];
    if (next !== undefined) {
      open.open(next);
    }
  };
  return (
    <FlowDetails
      row={row}
      recordSource={recordSource}
      timeZone={timeRange.getTimeZone()}
      conversation={
        <Conversation
          row={row}
          recordSource={recordSource}
          timeZone={timeRange.getTimeZone()}
          load={load}
          onOpen={(other) => open.open(other)}
          onShowAll={() => filters.change(conversationSets(row.flow)?.both ?? filters.state.set)}
        />
      }
      exploreHref={exploreHref}
      link={() => linkToFlow(row.id, range)}
      onFilter={onFilter}
      onStep={shown.flows.rows.length > 1 ? step : undefined}
      onClose={() => {
        focusOpenRow();
        open.close();
      }}
    />
  );
}

/** Gives the focus back to the row whose details close, where it is in view. */
function focusOpenRow(): void {
  const table = document.querySelector(`[data-testid="${testIds.flows.table}"]`);
  table?.querySelector<HTMLElement>('[role="row"][aria-selected="true"]')?.focus({ preventScroll: true });
}

const getStyles = (theme: GrafanaTheme2) => ({
  missing: css({ flex: '0 0 360px', [theme.breakpoints.down('lg')]: { flexBasis: 280 } }),
});

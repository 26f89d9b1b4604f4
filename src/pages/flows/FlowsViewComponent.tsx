import React, { useCallback, useMemo, useState } from 'react';
import { css, cx } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { sceneGraph, type SceneComponentProps } from '@grafana/scenes';
import { LoadingBar, useStyles2 } from '@grafana/ui';
import { FilterBar, type SuggestValues } from '../../components/filters/FilterBar';
import { conversationFilters } from '../../components/flowDetails/cellFilter';
import { FlowDetails } from '../../components/flowDetails/FlowDetails';
import { FlowTable } from '../../components/flowTable/FlowTable';
import { useFillHeight } from '../../components/flowTable/useFillHeight';
import { testIds } from '../../components/testIds';
import { exploreUrl } from '../../data/exploreUrl';
import { columnFieldNames } from '../../data/flowColumns';
import type { FlowRow } from '../../data/flowRow';
import { csvFileName, flowsCsv } from '../../data/flowsCsv';
import { flowsQuery } from '../../data/flowsQuery';
import { sortFlows } from '../../data/sortFlows';
import { suggestedValues } from '../../data/suggestions';
import { NO_FILTERS, type Filter } from '../../flow';
import { download } from './download';
import { EmptyNotice, ErrorNotice } from './FlowsNotice';
import { FlowsToolbar } from './FlowsToolbar';
import type { FlowsView } from './FlowsView';
import { describeFlows } from './describeFlows';

const LOADING_BAR_WIDTH = 400;

/** Offers for filter values, the same function until what it draws from changes. */
function useSuggestions(model: FlowsView): SuggestValues {
  const { labels, flows } = model.useState();
  return useCallback(
    (field, side) =>
      suggestedValues(field, side, {
        uid: model.dataSourceUid(),
        range: sceneGraph.getTimeRange(model).state.value,
        labels,
        rows: flows.rows,
      }),
    [model, labels, flows]
  );
}

/** Address of Explore with the flows of the same conversation as one flow. */
function conversationHref(model: FlowsView, row: FlowRow): string {
  const query = flowsQuery({
    set: { ...NO_FILTERS, filters: conversationFilters(row.flow), bidirectional: true },
    labels: model.state.labels,
    duplicates: model.state.options.state.duplicates,
    limit: model.state.options.state.limit,
  });
  return exploreUrl(model.dataSourceUid(), query, sceneGraph.getTimeRange(model).state.value.raw);
}

/** The flow table's page below the time picker. */
export function FlowsViewComponent({ model }: SceneComponentProps<FlowsView>) {
  const styles = useStyles2(getStyles);
  const { controls, filters, options, table, flows, loading, error, query } = model.useState();
  const { set, problems } = filters.useState();
  const { columns, sort, density, widths } = table.useState();
  const { direction, duplicates, limit } = options.useState();
  const timeRange = sceneGraph.getTimeRange(model);
  const timeZone = timeRange.getTimeZone();
  const { value: range } = timeRange.useState();
  const suggest = useSuggestions(model);
  const { setElement, height } = useFillHeight();
  const [open, setOpen] = useState<FlowRow>();

  const onSort = useCallback((next: typeof sort) => table.change({ sort: next }), [table]);
  const exploreHref = useMemo(
    () => (query === undefined ? undefined : exploreUrl(model.dataSourceUid(), query, range.raw)),
    [model, query, range]
  );
  const onFilter = (filter: Filter) => {
    setOpen(undefined);
    filters.change({ ...set, filters: [...set.filters, filter] });
  };
  const onCsv = () =>
    download(
      flowsCsv(sortFlows(flows.rows, sort), columnFieldNames(columns)),
      csvFileName(new Date()),
      'text/csv;charset=utf-8'
    );
  const empty = !loading && error === undefined && flows.rows.length === 0;
  const first = loading && flows.rows.length === 0;

  return (
    <div className={styles.page} data-testid={testIds.flows.page}>
      <header className={styles.header}>
        <h1 className={styles.heading}>Flow table</h1>
        {controls.map((control) => (
          <control.Component key={control.state.key} model={control} />
        ))}
      </header>
      <FilterBar set={set} problems={problems} suggest={suggest} onChange={(next) => filters.change(next)} />
      <FlowsToolbar
        options={options}
        summary={error !== undefined && flows.rows.length === 0 ? '' : describeFlows(flows, limit, loading)}
        loading={loading}
        columns={columns}
        exploreHref={exploreHref}
        hasRows={flows.rows.length > 0}
        onColumns={(next) => table.change({ columns: next })}
        onCsv={onCsv}
        onCancel={() => model.cancel()}
      />
      {error !== undefined && <ErrorNotice error={error} onRetry={() => model.retry()} />}
      <div ref={setElement} style={{ height }} className={styles.table} aria-busy={loading}>
        {loading && (
          <div
            className={styles.loading}
            data-testid={testIds.flows.loading}
            role="progressbar"
            aria-label="Loading flows"
          >
            <LoadingBar width={LOADING_BAR_WIDTH} />
          </div>
        )}
        {empty ? (
          <EmptyNotice
            hasFilters={set.filters.length > 0}
            oneDirection={direction !== 'both'}
            duplicates={duplicates}
            onClearFilters={() => filters.change({ ...set, filters: [] })}
            onBothDirections={() => options.change({ direction: 'both' })}
            onShowDuplicates={() => options.change({ duplicates: true })}
          />
        ) : (
          (error === undefined || flows.rows.length > 0) && (
            <div className={cx(styles.fill, loading && !first && styles.stale)}>
              <FlowTable
                rows={flows.rows}
                columns={columns}
                widths={widths}
                density={density}
                sort={sort}
                timeZone={timeZone}
                openId={open?.id}
                onSort={onSort}
                onColumns={(next) => table.change({ columns: next })}
                onWidths={(next) => table.resize(next)}
                onFilter={onFilter}
                onOpen={setOpen}
              />
            </div>
          )
        )}
      </div>
      {open !== undefined && (
        <FlowDetails
          row={open}
          timeZone={timeZone}
          exploreHref={conversationHref(model, open)}
          onFilter={onFilter}
          onClose={() => setOpen(undefined)}
        />
      )}
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  page: css({
    display: 'flex',
    flexDirection: 'column',
    flexGrow: 1,
    minWidth: 0,
    gap: theme.spacing(1),
    padding: theme.spacing(2, 2, 0),
  }),
  header: css({ display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: theme.spacing(1) }),
  heading: css({ ...theme.typography.h4, margin: 0, marginRight: 'auto' }),
  table: css({ position: 'relative' }),
  fill: css({ height: '100%' }),
  // Old rows stay where they are while new ones are on their way.
  stale: css({ opacity: 0.7 }),
  loading: css({ position: 'absolute', insetInline: 0, top: 0, height: 1, overflow: 'hidden', zIndex: 2 }),
});

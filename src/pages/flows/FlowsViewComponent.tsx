import React, { memo, useCallback, useMemo, type KeyboardEvent } from 'react';
import { css, cx } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { sceneGraph, type SceneComponentProps } from '@grafana/scenes';
import { LoadingBar, useStyles2 } from '@grafana/ui';
import { FilterBar, type SuggestValues } from '../../components/filters/FilterBar';
import type { FlowFilters } from '../../components/filters/FlowFilters';
import { QuickFilters } from '../../components/filters/QuickFilters';
import { FlowTable } from '../../components/flowTable/FlowTable';
import { FlowTableSkeleton } from '../../components/flowTable/FlowTableSkeleton';
import { useFillHeight } from '../../components/flowTable/useFillHeight';
import { getPageStyles } from '../../components/page/pageStyles';
import { testIds } from '../../components/testIds';
import type { Narrowing } from '../../data/lokiErrors';
import { suggestedValues } from '../../data/suggestions';
import type { Filter, FilterSet } from '../../flow';
import { describeFlows } from './describeFlows';
import { HistogramMeasures } from './FlowsHistogramComponent';
import { EmptyNotice, ErrorNotice } from './FlowsNotice';
import { FlowsStatus, FlowsToolbar } from './FlowsToolbar';
import type { FlowsView } from './FlowsView';
import { lowerLimit, narrowQuestion } from './narrowQuestion';
import { OlderFlows } from './OlderFlows';
import { OpenFlowPanel } from './OpenFlowPanel';
import { openView } from './shareView';
import { TableActions } from './TableActions';
import { useMarked } from './useMarked';

const LOADING_BAR_WIDTH = 400;

/** Offers for filter values, the same function until what it draws from changes. */
function useSuggestions(model: FlowsView): SuggestValues {
  const { labels, shown } = model.useState();
  const { rows } = shown.flows;
  return useCallback(
    (field, side) =>
      suggestedValues(field, side, {
        uid: model.dataSourceUid(),
        range: sceneGraph.getTimeRange(model).state.value,
        labels,
        rows,
      }),
    [model, labels, rows]
  );
}

function clearFilters(filters: FlowFilters): void {
  filters.change({ ...filters.state.set, filters: [] });
  if (filters.state.quick.length > 0) {
    filters.changeQuick([]);
  }
}

/** The part below the toolbar: rows, or why there are none. What changes above must not draw the table again. */
const Rows = memo(function Rows({ model }: { model: FlowsView }) {
  const styles = useStyles2(getStyles);
  const { filters, options, table, shown, loading, error, open } = model.useState();
  const { set, quick } = filters.useState();
  const { columns, widths, density, sort } = table.useState();
  const { direction, duplicates } = options.useState();
  const { id: openId } = open.useState();
  const timeZone = sceneGraph.getTimeRange(model).getTimeZone();
  const { rows } = shown.flows;

  const onFilter = useCallback(
    (filter: Filter) => filters.change({ ...filters.state.set, filters: [...filters.state.set.filters, filter] }),
    [filters]
  );
  const onPointer = useCallback((over: boolean) => model.hold(over), [model]);
  // The largest flows come in their order; any other one is asked for by a click.
  const shownSort = useMemo(
    () => sort ?? (shown.pick === 'newest' ? undefined : { field: shown.pick, descending: true }),
    [sort, shown.pick]
  );

  const fresh = useMarked(shown.fresh);
  if (loading && rows.length === 0) {
    return <FlowTableSkeleton columns={columns} widths={widths} density={density} />;
  }
  if (rows.length === 0) {
    return error !== undefined ? null : (
      <EmptyNotice
        hasFilters={set.filters.length > 0 || quick.length > 0}
        oneDirection={direction !== 'both'}
        duplicates={duplicates}
        onClearFilters={() => clearFilters(filters)}
        onBothDirections={() => options.change({ direction: 'both' })}
        onShowDuplicates={() => options.change({ duplicates: true })}
      />
    );
  }
  return (
    <div className={cx(styles.fill, loading && styles.stale)}>
      <FlowTable
        rows={rows}
        columns={columns}
        widths={widths}
        density={density}
        sort={shownSort}
        timeZone={timeZone}
        openId={openId}
        freshIds={fresh}
        footer={<OlderFlows model={model} />}
        onSort={(next) => table.change({ sort: next })}
        onColumns={(next) => table.change({ columns: next })}
        onWidths={(next) => table.resize(next)}
        onOpen={(row) => open.open(row)}
        onFilter={onFilter}
        onPointer={onPointer}
      />
    </div>
  );
});

/** The flow table's page below the time picker. */
export function FlowsViewComponent({ model }: SceneComponentProps<FlowsView>) {
  const styles = useStyles2(getStyles);
  const page = useStyles2(getPageStyles);
  const { controls, filters, options, histogram, open, shown, loading, error, total } = model.useState();
  const { set, problems, quick } = filters.useState();
  const { limit } = options.useState();
  const suggest = useSuggestions(model);
  const { setElement, height } = useFillHeight();

  const summary = describeFlows({ flows: shown.flows, more: !shown.complete, loading, total, pick: shown.pick });
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape' && open.state.id !== undefined) {
      open.close();
    }
  };
  const onFilters = useCallback((next: FilterSet) => filters.change(next), [filters]);
  const onQuick = useCallback((next: readonly string[]) => filters.changeQuick(next), [filters]);
  const actions = useMemo(() => <TableActions model={model} />, [model]);
  const onNarrow = (narrowing: Narrowing) => narrowQuestion(model, narrowing);

  return (
    <div className={cx(page.page, styles.low)} data-testid={testIds.flows.page}>
      <header className={page.header}>
        <h1 className={page.heading}>Flow table</h1>
        {controls.map((control) => (
          <control.Component key={control.state.key} model={control} />
        ))}
      </header>
      <FilterBar set={set} problems={problems} suggest={suggest} onChange={onFilters} onPasteView={openView} />
      <div className={styles.line}>
        <QuickFilters available={filters.available} active={quick} onChange={onQuick} />
        <HistogramMeasures model={histogram} />
      </div>
      <histogram.Component model={histogram} />
      <FlowsToolbar options={options}>{actions}</FlowsToolbar>
      <FlowsStatus
        summary={error !== undefined && shown.flows.rows.length === 0 ? '' : summary}
        loading={loading}
        held={shown.held?.fresh.size ?? 0}
        onCancel={() => model.cancel()}
        onShowHeld={() => model.showHeld()}
      />
      {error !== undefined && (
        <ErrorNotice error={error} lowerLimit={lowerLimit(limit)} onRetry={() => model.retry()} onNarrow={onNarrow} />
      )}
      <div ref={setElement} style={{ height }} className={styles.table} aria-busy={loading} onKeyDown={onKeyDown}>
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
        <div className={styles.rows}>
          <Rows model={model} />
        </div>
        <OpenFlowPanel model={model} />
      </div>
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  // The table reaches down to the edge.
  low: css({ '&&': { paddingBottom: 0 } }),
  line: css({ display: 'flex', flexWrap: 'wrap', justifyContent: 'space-between', gap: theme.spacing(1) }),
  table: css({ position: 'relative', display: 'flex', gap: theme.spacing(1) }),
  rows: css({ flex: '1 1 0', minWidth: 0, height: '100%' }),
  fill: css({ height: '100%' }),
  // Old rows stay where they are while new ones are on their way.
  stale: css({ opacity: 0.7 }),
  loading: css({ position: 'absolute', insetInline: 0, top: 0, height: 1, overflow: 'hidden', zIndex: 2 }),
});

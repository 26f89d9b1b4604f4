import React, { useCallback } from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { locationService } from '@grafana/runtime';
import { sceneGraph, type SceneComponentProps } from '@grafana/scenes';
import { Alert, Button, Stack, Switch, useStyles2 } from '@grafana/ui';
import { useLocation } from 'react-router-dom';
import { ConfigurationLink } from '../../components/configuration/ConfigurationLink';
import { FilterBar, type SuggestValues } from '../../components/filters/FilterBar';
import { QuickFilters } from '../../components/filters/QuickFilters';
import type { FlowsBehind } from '../../components/panels/types';
import { getPageStyles } from '../../components/page/pageStyles';
import { testIds } from '../../components/testIds';
import { ViewsMenu } from '../../components/views/ViewsMenu';
import { mayChangeSettings } from '../../data/saveSettings';
import { suggestedValues } from '../../data/suggestions';
import { alertSubjects } from './alertSubjects';
import { dashboardSubjects } from './dashboardSubjects';
import { flowsLink } from './flowsLink';
import { PanelPicker } from './PanelPicker';
import { OverviewPanel } from './OverviewPanel';
import type { OverviewView } from './OverviewView';
import { PANELS } from './panels';
import type { Outcomes } from './panelState';
import { scopeTitle } from './scope';
import { ScopePicker } from './ScopePicker';
import { openOverview, OVERVIEW_PARAMETERS } from './shareOverview';
import { hasNoFlows, sourceNotice } from './sourceNotice';

const NO_LABELS: readonly string[] = [];

function useSuggestions(model: OverviewView): SuggestValues {
  const { source } = model.useState();
  const labels = source?.labels ?? NO_LABELS;
  return useCallback(
    (field, side) =>
      suggestedValues(field, side, {
        uid: model.dataSourceUid(),
        range: sceneGraph.getTimeRange(model).state.value,
        labels,
        rows: [],
      }),
    [model, labels]
  );
}

/** Why nothing could be asked; what was answered before stays below it. */
function Failure({ model }: { model: OverviewView }) {
  const { error } = model.useState();
  if (error === undefined) {
    return null;
  }
  return (
    // An alert grows to fill a column of a flex layout; the box keeps it as high as its text.
    <div>
      <Alert severity="error" bottomSpacing={0} title={error.title} data-testid={testIds.overview.error}>
        <div>{error.remedy}</div>
        {error.said !== undefined && <pre>{error.said}</pre>}
        <Stack gap={1} alignItems="center">
          <Button variant="secondary" size="sm" onClick={() => model.retry()}>
            Try again
          </Button>
          {error.settings === true && <ConfigurationLink />}
        </Stack>
      </Alert>
    </div>
  );
}

/** The panels; where nothing could be asked, those with an earlier answer. */
function Panels({ model }: { model: OverviewView }) {
  const styles = useStyles2(getStyles);
  const { filters, options, chart, now, before, course, loading, error, span, source } = model.useState();
  // Drawn again with what the page's filters are made of.
  filters.useState();
  const { panels } = options.useState();
  const page = model.pageFilters();
  const timeRange = sceneGraph.getTimeRange(model);
  const timeZone = timeRange.getTimeZone();
  const { from, to, raw } = timeRange.state.value;
  const told = span ?? { fromMs: from.valueOf(), toMs: to.valueOf() };
  const linkTo = (behind: FlowsBehind) => flowsLink(page, behind, locationService.getLocation().search);
  const outcomes: Outcomes = {
    now,
    before,
    course,
    compared: model.isCompared(),
    timeZone,
    recordSource: source?.recordSource,
  };
  const stepMs = course !== undefined && 'answer' in course ? course.answer.plan.stepMs : undefined;
  if (error !== undefined && now.size === 0) {
    return null;
  }
  return (
    <div className={styles.grid}>
      {panels.map((id) => {
        const recipe = PANELS.find((panel) => panel.id === id);
        return (
          recipe && (
            <OverviewPanel
              key={id}
              recipe={recipe}
              outcomes={outcomes}
              chart={chart}
              uid={model.dataSourceUid()}
              loading={loading}
              noFlows={source !== undefined && hasNoFlows(source)}
              subjects={alertSubjects(recipe, page, told, stepMs)}
              dashboardSubjects={dashboardSubjects(recipe, page, told)}
              range={raw}
              span={told}
              linkTo={linkTo}
              onRetry={() => model.retry()}
            />
          )
        );
      })}
    </div>
  );
}

/** The overview's page below the time picker. */
export function OverviewViewComponent({ model }: SceneComponentProps<OverviewView>) {
  const styles = useStyles2(getStyles);
  const page = useStyles2(getPageStyles);
  const { controls, filters, options, loading, source, span } = model.useState();
  const { set, problems, quick } = filters.useState();
  const { compare, scope } = options.useState();
  const { search } = useLocation();
  const timeZone = sceneGraph.getTimeRange(model).getTimeZone();
  const suggest = useSuggestions(model);
  const notice = source && span && sourceNotice(source, span, { compare, timeZone });
  return (
    <div className={page.page} data-testid={testIds.overview.page}>
      <header className={page.header}>
        <h1 className={page.heading}>{scope === undefined ? 'Overview' : `Overview: ${scopeTitle(scope)}`}</h1>
        {controls.map((control) => (
          <control.Component key={control.state.key} model={control} />
        ))}
      </header>
      <ScopePicker model={model} />
      <FilterBar
        set={set}
        problems={problems}
        suggest={suggest}
        onChange={(next) => filters.change(next)}
        onTakeAddress={(next, added) => filters.changeBoth(next, added)}
      />
      <div className={styles.line}>
        <QuickFilters available={filters.available} active={quick} onChange={(next) => filters.changeQuick(next)} />
        <div className={styles.options}>
          {loading && (
            <Button variant="secondary" fill="text" size="sm" icon="times" onClick={() => model.cancel()}>
              Cancel
            </Button>
          )}
          <PanelPicker options={options} />
          <ViewsMenu
            page="overview"
            search={search}
            parameters={OVERVIEW_PARAMETERS}
            canAdmin={mayChangeSettings()}
            onApply={openOverview}
          />
          <label htmlFor="overview-compare" className={styles.label}>
            Compare with the period before
          </label>
          <Switch
            id="overview-compare"
            value={compare}
            onChange={(event) => options.change({ compare: event.currentTarget.checked })}
            data-testid={testIds.overview.compare}
          />
        </div>
      </div>
      {notice !== undefined && (
        <div className={styles.notice} role="note" data-testid={testIds.overview.notice}>
          {notice} {source && hasNoFlows(source) && <ConfigurationLink />}
        </div>
      )}
      <Failure model={model} />
      <Panels model={model} />
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  line: css({ display: 'flex', flexWrap: 'wrap', justifyContent: 'space-between', gap: theme.spacing(1) }),
  options: css({ display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: theme.spacing(1) }),
  label: css({ color: theme.colors.text.secondary, fontSize: theme.typography.bodySmall.fontSize, margin: 0 }),
  notice: css({ color: theme.colors.text.secondary, fontSize: theme.typography.bodySmall.fontSize }),
  grid: css({
    display: 'grid',
    gridTemplateColumns: 'repeat(auto-fill, minmax(400px, 1fr))',
    gap: theme.spacing(1),
    alignItems: 'stretch',
  }),
});

import React, { lazy, Suspense, useState, type ReactNode } from 'react';
import type { RawTimeRange } from '@grafana/data';
import { CreateAlert } from '../../components/alerts/CreateAlert';
import { FigureTiles } from '../../components/panels/FigureTiles';
import { HourGrid } from '../../components/panels/HourGrid';
import { Panel, type PanelState } from '../../components/panels/Panel';
import { RowList } from '../../components/panels/RowList';
import type { FlowsBehind } from '../../components/panels/types';
import type { AlertSubject } from '../../data/alerts/alertSubject';
import { dashboardsAccess } from '../../data/dashboards/access';
import type { PanelSubject } from '../../data/dashboards/panelSubject';
import { formatBytes } from '../../flow';
import type { TimeSpan } from '../../flow/plan';
import type { CourseChart } from './CourseChart';
import { csvOf, saveCsv } from './panelCsv';
import { exploreAll } from './panelExplore';
import { panelShown, type Outcomes, type Shown } from './panelState';
import { panelFileName } from './panelFileName';
import type { Look, PanelRecipe } from './recipe';

const AddToDashboard = lazy(
  () => import(/* webpackChunkName: "add-to-dashboard" */ '../../components/dashboards/AddToDashboard')
);

interface Props {
  recipe: PanelRecipe;
  outcomes: Outcomes;
  loading: boolean;
  /** True where the data source has no flows at all in the time range. */
  noFlows: boolean;
  chart: CourseChart;
  /** Uid of the data source. */
  uid: string;
  /** What of it a rule can watch. */
  subjects: readonly AlertSubject[];
  /** What of it a dashboard can show. */
  dashboardSubjects: readonly PanelSubject[];
  /** The page's time range, as chosen and in ms. */
  range: RawTimeRange;
  span: TimeSpan;
  linkTo(behind: FlowsBehind): string;
  onRetry(): void;
}

function bodyOf(look: Look, linkTo: Props['linkTo'], chart: CourseChart): ReactNode {
  switch (look.kind) {
    case 'figures':
      return <FigureTiles figures={look.figures} linkTo={linkTo} />;
    case 'rows':
      return <RowList rows={look.rows} format={formatBytes} linkTo={linkTo} />;
    case 'hours':
      return <HourGrid days={look.days} linkTo={linkTo} />;
    case 'course':
      return <chart.Component model={chart} />;
  }
}

/** Whether there is nothing to show: a chart without a bar tells nobody why. */
function isEmpty(look: Look): boolean {
  switch (look.kind) {
    case 'figures':
      return false;
    case 'rows':
      return look.rows.length === 0;
    case 'hours':
      return !look.days.some(({ cells }) => cells.some(({ rate }) => rate > 0));
    case 'course':
      return look.empty;
  }
}

function emptyText({ recipe, outcomes: { compared }, noFlows }: Props): string {
  if (noFlows) {
    return 'No flows are in this data source in this time range.';
  }
  if (recipe.comparing === true && !compared) {
    return 'Nothing to compare with: switch on “Compare with the period before” above, or choose a time range whose period before is covered.';
  }
  return recipe.none ?? 'There are no such flows in this time range. Choose a longer one, or remove a filter.';
}

function stateOf(shown: Shown, props: Props): PanelState {
  const { loading, linkTo, chart } = props;
  if (shown.kind === 'loading' && !loading) {
    return { kind: 'stopped' };
  }
  if (shown.kind !== 'shown') {
    return shown;
  }
  const { look } = shown;
  if (isEmpty(look)) {
    return { kind: 'empty', message: emptyText(props) };
  }
  return { kind: 'shown', body: bodyOf(look, linkTo, chart) };
}

/** One panel of the overview, by its recipe. */
export function OverviewPanel(props: Props) {
  const { recipe, outcomes, loading, uid, subjects, dashboardSubjects, range, span, onRetry } = props;
  const [adding, setAdding] = useState(false);
  const shown = panelShown(recipe, outcomes);
  const answered = shown.kind === 'shown' ? shown : undefined;
  const lines = answered && csvOf(answered.look);
  const { problem } = dashboardsAccess();
  return (
    <>
      <Panel
        id={recipe.id}
        title={recipe.title}
        description={recipe.description}
        source={answered && [...new Set(answered.plans.map(({ why }) => why))].join(' ')}
        headline={answered?.look.headline}
        state={stateOf(shown, props)}
        stale={loading && answered !== undefined}
        wide={recipe.wide}
        exploreUrl={answered && exploreAll(uid, answered.plans)}
        takeaways={{
          ...(lines !== undefined && { onCsv: () => saveCsv(panelFileName(recipe.id, span, 'csv'), lines) }),
          onDashboard: () => setAdding(true),
          dashboardProblem: problem,
        }}
        pngName={panelFileName(recipe.id, span, 'png')}
        actions={<CreateAlert uid={uid} subjects={subjects} of={recipe.title} />}
        onRetry={onRetry}
      />
      <Suspense fallback={null}>
        {adding && (
          <AddToDashboard uid={uid} subjects={dashboardSubjects} range={range} onClose={() => setAdding(false)} />
        )}
      </Suspense>
    </>
  );
}

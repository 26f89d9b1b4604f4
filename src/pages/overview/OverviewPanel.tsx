import React, { type ReactNode } from 'react';
import { CreateAlert } from '../../components/alerts/CreateAlert';
import { FigureTiles } from '../../components/panels/FigureTiles';
import { HourGrid } from '../../components/panels/HourGrid';
import { Panel, type PanelState } from '../../components/panels/Panel';
import { RowList } from '../../components/panels/RowList';
import type { FlowsBehind } from '../../components/panels/types';
import type { AlertSubject } from '../../data/alerts/alertSubject';
import { formatBytes } from '../../flow';
import type { CourseChart } from './CourseChart';
import { csvOf, saveCsv } from './panelCsv';
import { exploreAll } from './panelExplore';
import { panelShown, type Outcomes, type Shown } from './panelState';
import type { Look, PanelRecipe } from './recipe';

interface Props {
  recipe: PanelRecipe;
  outcomes: Outcomes;
  loading: boolean;
  chart: CourseChart;
  /** Uid of the data source. */
  uid: string;
  /** What of it a rule can watch. */
  subjects: readonly AlertSubject[];
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

function emptyText(recipe: PanelRecipe, compared: boolean): string {
  if (recipe.comparing === true && !compared) {
    return 'Switch on “Compare with the period before” above to see this.';
  }
  return recipe.none ?? 'There are no such flows in this time range. Choose a longer one, or remove a filter.';
}

function stateOf(shown: Shown, recipe: PanelRecipe, { outcomes: { compared }, linkTo, chart }: Props): PanelState {
  if (shown.kind !== 'shown') {
    return shown;
  }
  const { look } = shown;
  if (look.kind === 'rows' && look.rows.length === 0) {
    return { kind: 'empty', message: emptyText(recipe, compared) };
  }
  return { kind: 'shown', body: bodyOf(look, linkTo, chart) };
}

/** One panel of the overview, by its recipe. */
export function OverviewPanel(props: Props) {
  const { recipe, outcomes, loading, uid, subjects, onRetry } = props;
  const shown = panelShown(recipe, outcomes);
  const answered = shown.kind === 'shown' ? shown : undefined;
  const lines = answered && csvOf(answered.look);
  return (
    <Panel
      id={recipe.id}
      title={recipe.title}
      description={recipe.description}
      source={answered && [...new Set(answered.plans.map(({ why }) => why))].join(' ')}
      headline={answered?.look.headline}
      state={stateOf(shown, recipe, props)}
      stale={loading && answered !== undefined}
      wide={recipe.wide}
      exploreUrl={answered && exploreAll(uid, answered.plans)}
      onCsv={lines === undefined ? undefined : () => void saveCsv(recipe.id, lines)}
      actions={<CreateAlert uid={uid} subjects={subjects} of={recipe.title} />}
      onRetry={onRetry}
    />
  );
}

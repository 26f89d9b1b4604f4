import React, { type ReactNode } from 'react';
import { FigureTiles } from '../../components/panels/FigureTiles';
import { Panel, type PanelState } from '../../components/panels/Panel';
import { RowList } from '../../components/panels/RowList';
import type { FlowsBehind } from '../../components/panels/types';
import { formatBytes } from '../../flow';
import { panelShown, type Outcomes, type Shown } from './panelState';
import type { Look, PanelRecipe } from './recipe';

interface Props {
  recipe: PanelRecipe;
  outcomes: Outcomes;
  loading: boolean;
  linkTo(behind: FlowsBehind): string;
  onRetry(): void;
}

function bodyOf(look: Look, linkTo: Props['linkTo']): ReactNode {
  switch (look.kind) {
    case 'figures':
      return <FigureTiles figures={look.figures} linkTo={linkTo} />;
    case 'rows':
      return <RowList rows={look.rows} format={formatBytes} linkTo={linkTo} />;
    default:
      return null;
  }
}

function stateOf(shown: Shown, recipe: PanelRecipe, linkTo: Props['linkTo']): PanelState {
  if (shown.kind !== 'shown') {
    return shown;
  }
  const { look } = shown;
  if (look.kind === 'rows' && look.rows.length === 0) {
    return { kind: 'empty', message: 'No flows of this kind. Choose a longer time range, or remove a filter.' };
  }
  return { kind: 'shown', body: bodyOf(look, linkTo) };
}

/** One panel of the overview, by its recipe. */
export function OverviewPanel({ recipe, outcomes, loading, linkTo, onRetry }: Props) {
  const shown = panelShown(recipe, outcomes);
  const answered = shown.kind === 'shown' ? shown : undefined;
  return (
    <Panel
      id={recipe.id}
      title={recipe.title}
      description={recipe.description}
      source={answered && [...new Set(answered.plans.map(({ why }) => why))].join(' ')}
      headline={answered?.look.headline}
      state={stateOf(shown, recipe, linkTo)}
      stale={loading && answered !== undefined}
      wide={recipe.wide}
      onRetry={onRetry}
    />
  );
}

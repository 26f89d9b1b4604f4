import type { PanelSubject, SubjectQuery } from '../../data/dashboards/panelSubject';
import type { FlowView, TimeSpan } from '../../flow/plan';
import { viewOf, type NamedPageFilters } from './asking';
import { flowsParameters } from './flowsLink';
import { only, type Ask, type PanelRecipe } from './recipe';
import { whereText } from './whereText';
import { WAYS, type Way } from './ways';

const HOUR_MS = 3_600_000;
/** Rows of a table: more are told than the overview has room for. */
const MOST_ROWS = 50;

const sideOf = ({ groupBy }: Ask) => {
  const [side = ''] = new Set(groupBy.map((field) => field.slice(0, 3)));
  return groupBy.every((field) => field.startsWith(side)) ? side : '';
};

/** The name of an ask's figures, besides those of the other side. */
function columnOf(ask: Ask): string {
  const side = sideOf(ask);
  return side === 'Src' ? 'Sent' : side === 'Dst' ? 'Received' : 'Bytes';
}

/** Asks that fit into one table: they group by the same fields, but for the side. */
function tables(asks: readonly Ask[]): Ask[][] {
  const byShape = new Map<string, Ask[]>();
  for (const ask of asks) {
    const shape = ask.groupBy.map((field) => (sideOf(ask) === '' ? field : field.slice(3))).join(',');
    byShape.set(shape, [...(byShape.get(shape) ?? []), ask]);
  }
  return [...byShape.values()];
}

function totals(page: NamedPageFilters, ways: readonly Way[]): SubjectQuery[] {
  return ways.map(({ title, filters }): SubjectQuery => {
    const view: FlowView = {
      groupBy: [],
      measure: 'Bytes',
      filters: page.set,
      also: [...page.also, ...(filters.length === 0 ? [] : [only(...filters)])],
    };
    return { name: title, view, limit: 1 };
  });
}

/**
 * What of a panel a dashboard can show: one panel, or several where its questions are of different things.
 * @param span the page's time range: a dashboard has its own, and this says what it is likely to be.
 */
export function dashboardSubjects(recipe: PanelRecipe, page: NamedPageFilters, span: TimeSpan): PanelSubject[] {
  const where = whereText(page);
  const common = {
    description: recipe.description,
    windowMs: span.toMs - span.fromMs,
    flows: flowsParameters(page, { filters: [] }),
  };
  const titled = (title: string) => (where === '' ? title : `${title} (${where})`);
  if (recipe.id === 'totals') {
    return [{ ...common, title: titled(recipe.title), shape: 'stat', queries: totals(page, WAYS) }];
  }
  if (recipe.course === true) {
    const hours = recipe.id === 'hours';
    return [
      {
        ...common,
        title: titled(recipe.title),
        shape: 'course',
        queries: totals(page, hours ? WAYS.slice(0, 1) : WAYS.slice(1)),
        ...(hours && { leastStepMs: HOUR_MS }),
      },
    ];
  }
  const groups = tables(recipe.asks.filter(({ watched }) => watched !== undefined));
  return groups.map((asks): PanelSubject => ({
    ...common,
    title: titled(groups.length === 1 ? recipe.title : `${recipe.title} ${asks[0]?.watched ?? ''}`),
    shape: 'table',
    queries: asks.map((ask) => ({
      name: columnOf(ask),
      view: viewOf(ask, page),
      limit: Math.min(ask.limit, MOST_ROWS),
      ...(recipe.comparing === true && { onlyNew: true }),
    })),
  }));
}

import { dateTime } from '@grafana/data';
import { sceneGraph } from '@grafana/scenes';
import { testIds } from '../../components/testIds';
import type { Narrowing } from '../../data/lokiErrors';
import { DEFAULT_FLOW_LIMIT, FLOW_LIMITS } from '../../data/appSettings';
import type { FlowsView } from './FlowsView';

/** What is left of the time range. */
const QUARTER = 4;

/** The limit to try where one is too high: the usual one, or else the next lower; undefined below the least. */
export function lowerLimit(limit: number): number | undefined {
  return limit > DEFAULT_FLOW_LIMIT ? DEFAULT_FLOW_LIMIT : FLOW_LIMITS.filter((lower) => lower < limit).at(-1);
}

/** Makes the page's question smaller in one way, as the advice beside an error offers it. */
export function narrowQuestion(model: FlowsView, narrowing: Narrowing): void {
  const { options } = model.state;
  switch (narrowing) {
    case 'limit':
      options.change({ limit: lowerLimit(options.state.limit) ?? options.state.limit });
      return;
    case 'time': {
      const timeRange = sceneGraph.getTimeRange(model);
      const { from, to } = timeRange.state.value;
      const start = dateTime(Math.round(to.valueOf() - (to.valueOf() - from.valueOf()) / QUARTER));
      timeRange.onTimeRangeChange({ from: start, to, raw: { from: start, to } });
      return;
    }
    case 'filter':
      document.querySelector<HTMLElement>(`[data-testid="${testIds.filters.input}"]`)?.focus();
  }
}

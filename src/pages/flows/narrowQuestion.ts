import { dateTime } from '@grafana/data';
import { sceneGraph } from '@grafana/scenes';
import { testIds } from '../../components/testIds';
import type { Narrowing } from '../../data/lokiErrors';
import { DEFAULT_FLOW_LIMIT } from '../../data/appSettings';
import type { FlowsView } from './FlowsView';

/** What is left of the time range. */
const QUARTER = 4;

/** Makes the page's question smaller in one way, as the advice beside an error offers it. */
export function narrowQuestion(model: FlowsView, narrowing: Narrowing): void {
  const { options } = model.state;
  switch (narrowing) {
    case 'limit':
      options.change({ limit: DEFAULT_FLOW_LIMIT });
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

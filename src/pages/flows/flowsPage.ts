import { PageLayoutType } from '@grafana/data';
import {
  DataSourceVariable,
  EmbeddedScene,
  SceneAppPage,
  SceneRefreshPicker,
  SceneTimePicker,
  SceneTimeRange,
  SceneVariableSet,
  VariableValueSelectors,
} from '@grafana/scenes';
import { PLUGIN_BASE_URL } from '../../constants';
import { appSettings } from '../../data/appSettings';
import { FlowsView } from './FlowsView';
import { DATA_SOURCE_VARIABLE } from '../dataSourceVariable';

const REFRESH_INTERVALS = ['5s', '10s', '15s', '30s', '1m', '5m', '15m'];

/** The scene of the flow table: time, refresh and data source above, filters and table below. */
export function flowsScene(): EmbeddedScene {
  return new EmbeddedScene({
    $timeRange: new SceneTimeRange({ from: 'now-15m', to: 'now' }),
    $variables: new SceneVariableSet({
      variables: [
        new DataSourceVariable({
          name: DATA_SOURCE_VARIABLE,
          label: 'Data source',
          pluginId: 'loki',
          value: appSettings().lokiUid ?? '',
        }),
      ],
    }),
    body: new FlowsView([
      new VariableValueSelectors({}),
      new SceneTimePicker({ isOnCanvas: true }),
      // Its text is the button's name for screen readers too.
      new SceneRefreshPicker({ intervals: REFRESH_INTERVALS, isOnCanvas: true, withText: true }),
    ]),
  });
}

/** The flow table's page. */
export function flowsPage(): SceneAppPage {
  return new SceneAppPage({
    title: 'Flow table',
    url: `${PLUGIN_BASE_URL}/flows`,
    routePath: 'flows/*',
    layout: PageLayoutType.Custom,
    getScene: flowsScene,
  });
}

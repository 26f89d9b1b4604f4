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
import { DATA_SOURCE_VARIABLE } from '../dataSourceVariable';
import { OverviewView } from './OverviewView';

const REFRESH_INTERVALS = ['30s', '1m', '5m', '15m'];

/** The scene of the overview: time, refresh and data source above, filters and panels below. */
export function overviewScene(): EmbeddedScene {
  return new EmbeddedScene({
    $timeRange: new SceneTimeRange({ from: 'now-6h', to: 'now' }),
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
    body: new OverviewView([
      new VariableValueSelectors({}),
      new SceneTimePicker({ isOnCanvas: true }),
      new SceneRefreshPicker({ intervals: REFRESH_INTERVALS, isOnCanvas: true }),
    ]),
  });
}

/** The overview's page. */
export function overviewPage(): SceneAppPage {
  return new SceneAppPage({
    title: 'Overview',
    url: `${PLUGIN_BASE_URL}/overview`,
    routePath: 'overview/*',
    layout: PageLayoutType.Custom,
    getScene: overviewScene,
  });
}

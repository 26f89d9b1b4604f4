import { PageLayoutType } from '@grafana/data';
import { EmbeddedScene, SceneAppPage, SceneRefreshPicker, SceneTimeRange } from '@grafana/scenes';
import { PLUGIN_BASE_URL } from '../../constants';
import { AlertsView } from './AlertsView';

const REFRESH_INTERVALS = ['10s', '30s', '1m', '5m'];
/** Rules are evaluated once a minute. */
const REFRESH = '30s';

/** The scene of the Alerts page. Rules have no time range: the one here is for the refresh, which Grafana ties to it. */
export function alertsScene(): EmbeddedScene {
  return new EmbeddedScene({
    $timeRange: new SceneTimeRange({ from: 'now-1h', to: 'now' }),
    body: new AlertsView([
      new SceneRefreshPicker({ intervals: REFRESH_INTERVALS, refresh: REFRESH, isOnCanvas: true, withText: true }),
    ]),
  });
}

/** The Alerts page. */
export function alertsPage(): SceneAppPage {
  return new SceneAppPage({
    title: 'Alerts',
    url: `${PLUGIN_BASE_URL}/alerts`,
    routePath: 'alerts/*',
    layout: PageLayoutType.Custom,
    getScene: alertsScene,
  });
}

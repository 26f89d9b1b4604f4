import { PageLayoutType } from '@grafana/data';
import { SceneAppPage, type EmbeddedScene } from '@grafana/scenes';
import { PLUGIN_BASE_URL } from '../../constants';
import { FlowsView } from './FlowsView';
import { pageScene } from '../pageScene';

const REFRESH_INTERVALS = ['5s', '10s', '15s', '30s', '1m', '5m', '15m'];

/** The scene of the flow table: time, refresh and data source above, filters and table below. */
export function flowsScene(): EmbeddedScene {
  return pageScene({
    from: 'now-15m',
    refresh: REFRESH_INTERVALS,
    body: (controls) => new FlowsView(controls),
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

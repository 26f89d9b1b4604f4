import { PageLayoutType } from '@grafana/data';
import { SceneAppPage, type EmbeddedScene } from '@grafana/scenes';
import { PLUGIN_BASE_URL } from '../../constants';
import { pageScene } from '../pageScene';
import { OverviewView } from './OverviewView';

const REFRESH_INTERVALS = ['30s', '1m', '5m', '15m'];

/** The scene of the overview: time, refresh and data source above, filters and panels below. */
export function overviewScene(): EmbeddedScene {
  return pageScene({
    from: 'now-6h',
    refresh: REFRESH_INTERVALS,
    body: (controls) => new OverviewView(controls),
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

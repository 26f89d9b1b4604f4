import {
  DataSourceVariable,
  EmbeddedScene,
  SceneRefreshPicker,
  SceneTimePicker,
  SceneTimeRange,
  SceneVariableSet,
  VariableValueSelectors,
  type SceneObject,
} from '@grafana/scenes';
import { appSettings } from '../data/appSettings';
import { startingLoki } from '../data/startingLoki';
import { DATA_SOURCE_VARIABLE } from './dataSourceVariable';

/** What the scenes of the app's pages differ in. */
export interface PageSceneOptions {
  /** Where the time range begins until a person chooses another, as `now-15m`. */
  readonly from: string;
  /** Choices of the refresh picker, the shortest first. */
  readonly refresh: string[];
  /** The page's body, to which data source, time and refresh are handed as controls. */
  body(controls: SceneObject[]): SceneObject;
}

/** The scene of a page: time, refresh and data source, which the body shows above its own. */
export function pageScene({ from, refresh, body }: PageSceneOptions): EmbeddedScene {
  return new EmbeddedScene({
    $timeRange: new SceneTimeRange({ from, to: 'now' }),
    $variables: new SceneVariableSet({
      variables: [
        new DataSourceVariable({
          name: DATA_SOURCE_VARIABLE,
          label: 'Data source',
          pluginId: 'loki',
          value: startingLoki(appSettings().lokiUid) ?? '',
        }),
      ],
    }),
    body: body([
      new VariableValueSelectors({}),
      new SceneTimePicker({ isOnCanvas: true }),
      // Its text is the button's name for screen readers too.
      new SceneRefreshPicker({ intervals: refresh, isOnCanvas: true, withText: true }),
    ]),
  });
}

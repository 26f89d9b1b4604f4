import React from 'react';
import { render } from '@testing-library/react';
import { locationService } from '@grafana/runtime';
import { EmbeddedScene, SceneTimeRange, sceneUtils, type SceneObject } from '@grafana/scenes';
import { MemoryRouter } from 'react-router-dom';

/** Where a test opens a page's view. */
interface Place {
  /** The page, by the end of its address. */
  readonly page: string;
  readonly search: string;
  /** The beginning of the time range where the address has none. */
  readonly from: string;
}

/** Renders a page's view in a scene of its own, at an address. */
export function openView<View extends SceneObject>(view: View, { page, search, from }: Place) {
  locationService.push(`/a/netobserv-flows-app/${page}${search}`);
  const scene = new EmbeddedScene({ $timeRange: new SceneTimeRange({ from, to: 'now' }), body: view });
  sceneUtils.syncStateFromSearchParams(scene, new URLSearchParams(search));
  render(
    <MemoryRouter>
      <scene.Component model={scene} />
    </MemoryRouter>
  );
  return { view, url: () => sceneUtils.getUrlState(scene) };
}

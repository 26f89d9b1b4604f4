import React, { memo, useEffect, type ReactNode } from 'react';
import type { AppRootProps } from '@grafana/data';
import { locationService } from '@grafana/runtime';
import { SceneApp, useSceneApp } from '@grafana/scenes';
import { Route, Routes, useLocation } from 'react-router-dom';
import { PLUGIN_BASE_URL } from '../constants';
import { appSettings, openAppSettings, type AppSettings } from '../data/appSettings';
import { openingSearch } from '../data/savedViews';
import { alertsPage } from './alerts/alertsPage';
import { flowsPage } from './flows/flowsPage';
import { overviewPage } from './overview/overviewPage';

const FLOWS_URL = `${PLUGIN_BASE_URL}/flows`;
const FIRST_URL = `${PLUGIN_BASE_URL}/overview`;

/** Scenes keep the app for the life of the browser tab by the identity of this function. */
function buildApp(): SceneApp {
  return new SceneApp({
    pages: [overviewPage(), flowsPage(), alertsPage()],
    urlSyncOptions: { updateUrlOnInit: true, createBrowserHistorySteps: true },
  });
}

/** Kept from rendering again with each change of the address: the scenes follow it on their own. */
const Scenes = memo(function Scenes() {
  const app = useSceneApp(buildApp);
  return <app.Component model={app} />;
});

/** The address's search string with the view that an administrator has set, where the flow table is opened without one. */
function defaultViewFor(pathname: string, search: string): string | undefined {
  const { defaultView } = appSettings();
  const next = pathname.endsWith('/flows') ? openingSearch(search, defaultView) : undefined;
  // A default that names no view itself would be asked for again and again.
  return next === undefined || openingSearch(next, defaultView) !== undefined ? undefined : next;
}

/** Waits until the address names a view, so that the pages start with it rather than change to it. */
function WithDefaultView({ children }: { children: ReactNode }) {
  const { pathname, search } = useLocation();
  const view = defaultViewFor(pathname, search);
  useEffect(() => {
    if (view !== undefined) {
      locationService.replace(`${FLOWS_URL}?${view}`);
    }
  }, [view]);
  return view === undefined ? <>{children}</> : null;
}

/** The app's first page is the overview; what the address says besides goes along. */
function ToFirstPage() {
  useEffect(() => {
    const { search } = locationService.getLocation();
    locationService.replace(`${FIRST_URL}${search}`);
  }, []);
  return null;
}

/** The app's pages, under `/a/netobserv-flows-app`. */
export default function App({ meta }: AppRootProps<AppSettings>) {
  openAppSettings(meta.jsonData);
  return (
    <Routes>
      <Route index element={<ToFirstPage />} />
      <Route
        path="*"
        element={
          <WithDefaultView>
            <Scenes />
          </WithDefaultView>
        }
      />
    </Routes>
  );
}

import React, { lazy, memo, Suspense, useEffect, type ReactElement } from 'react';
import type { AppRootProps } from '@grafana/data';
import { locationService } from '@grafana/runtime';
import { SceneApp, useSceneApp, type SceneAppPage } from '@grafana/scenes';
import { Route, Routes, useLocation } from 'react-router-dom';
import { PLUGIN_BASE_URL } from '../constants';
import { appSettings, openAppSettings, type AppSettings } from '../data/appSettings';
import { openingSearch } from '../data/savedViews';

const FLOWS_URL = `${PLUGIN_BASE_URL}/flows`;
const FIRST_URL = `${PLUGIN_BASE_URL}/overview`;

/**
 * A page as a component. Scenes keep a page for the life of the browser tab by the identity of what builds it. Kept
 * from rendering again with each change of the address: the scenes follow it on their own.
 */
function scenePage(page: () => SceneAppPage) {
  const build = () =>
    new SceneApp({ pages: [page()], urlSyncOptions: { updateUrlOnInit: true, createBrowserHistorySteps: true } });
  return memo(function ScenePage() {
    const app = useSceneApp(build);
    return <app.Component model={app} />;
  });
}

// Each on its own, so that whoever opens one does not wait for the others' code.
const Overview = lazy(async () => {
  const { overviewPage } = await import(/* webpackChunkName: "overview" */ './overview/overviewPage');
  return { default: scenePage(overviewPage) };
});
const Flows = lazy(async () => {
  const { flowsPage } = await import(/* webpackChunkName: "flows" */ './flows/flowsPage');
  return { default: scenePage(flowsPage) };
});
const Alerts = lazy(async () => {
  const { alertsPage } = await import(/* webpackChunkName: "alerts" */ './alerts/alertsPage');
  return { default: scenePage(alertsPage) };
});

/** The page of a path; the overview where there is none, which says so. */
function pageAt(pathname: string): ReactElement {
  const [name] = pathname.slice(PLUGIN_BASE_URL.length + 1).split('/');
  return name === 'flows' ? <Flows /> : name === 'alerts' ? <Alerts /> : <Overview />;
}

/** The address's search string with the view that an administrator has set, where the flow table is opened without one. */
function defaultViewFor(pathname: string, search: string): string | undefined {
  const { defaultView } = appSettings();
  const next = pathname.endsWith('/flows') ? openingSearch(search, defaultView) : undefined;
  // A default that names no view itself would be asked for again and again.
  return next === undefined || openingSearch(next, defaultView) !== undefined ? undefined : next;
}

/** The page that the address names, once it names a view too: so pages start with it rather than change to it. */
function NamedPage() {
  const { pathname, search } = useLocation();
  const view = defaultViewFor(pathname, search);
  useEffect(() => {
    if (view !== undefined) {
      locationService.replace(`${FLOWS_URL}?${view}`);
    }
  }, [view]);
  return view === undefined ? <Suspense fallback={null}>{pageAt(pathname)}</Suspense> : null;
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
      <Route path="*" element={<NamedPage />} />
    </Routes>
  );
}

import React, { useEffect } from 'react';
import type { AppRootProps } from '@grafana/data';
import { locationService } from '@grafana/runtime';
import { SceneApp, useSceneApp } from '@grafana/scenes';
import { Route, Routes } from 'react-router-dom';
import { PLUGIN_BASE_URL } from '../constants';
import { openAppSettings, type AppSettings } from '../data/appSettings';
import { flowsPage } from './flows/flowsPage';

/** Scenes keep the app for the life of the browser tab by the identity of this function. */
function buildApp(): SceneApp {
  return new SceneApp({
    pages: [flowsPage()],
    urlSyncOptions: { updateUrlOnInit: true, createBrowserHistorySteps: true },
  });
}

function Scenes() {
  const app = useSceneApp(buildApp);
  return <app.Component model={app} />;
}

/** The app's first page is the flow table; what the address says besides goes along. */
function ToFlowTable() {
  useEffect(() => {
    const { search } = locationService.getLocation();
    locationService.replace(`${PLUGIN_BASE_URL}/flows${search}`);
  }, []);
  return null;
}

/** The app's pages, under `/a/netobserv-flows-app`. */
export default function App({ meta }: AppRootProps<AppSettings>) {
  openAppSettings(meta.jsonData);
  return (
    <Routes>
      <Route index element={<ToFlowTable />} />
      <Route path="*" element={<Scenes />} />
    </Routes>
  );
}

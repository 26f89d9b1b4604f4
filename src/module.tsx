import React, { lazy, Suspense } from 'react';
import { AppPlugin, type AppRootProps, type PluginConfigPageProps, type AppPluginMeta } from '@grafana/data';
import { PLUGIN_ID } from './constants';
import type { AppSettings } from './data/appSettings';

// Grafana may load this file on any of its pages: everything else waits until one of ours is opened.
const LazyApp = lazy(async () => {
  // Scenes asks for its texts by Grafana's translation, which every plugin has to start for itself.
  const { initPluginTranslations } = await import(/* webpackChunkName: "i18n" */ '@grafana/i18n');
  await initPluginTranslations(PLUGIN_ID);
  return import(/* webpackChunkName: "app" */ './pages/App');
});
const LazyConfig = lazy(() => import(/* webpackChunkName: "config" */ './pages/config/ConfigPage'));

const Root = (props: AppRootProps<AppSettings>) => (
  <Suspense fallback={null}>
    <LazyApp {...props} />
  </Suspense>
);

const Configuration = (props: PluginConfigPageProps<AppPluginMeta<AppSettings>>) => (
  <Suspense fallback={null}>
    <LazyConfig {...props} />
  </Suspense>
);

export const plugin = new AppPlugin<AppSettings>().setRootPage(Root).addConfigPage({
  title: 'Configuration',
  icon: 'cog',
  body: Configuration,
  id: 'configuration',
});

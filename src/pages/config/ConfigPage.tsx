import React from 'react';
import type { AppPluginMeta, PluginConfigPageProps } from '@grafana/data';
import type { AppSettings } from '../../data/appSettings';

/** The app's configuration page. */
export default function ConfigPage({ plugin }: PluginConfigPageProps<AppPluginMeta<AppSettings>>) {
  return <div>{plugin.meta.name}</div>;
}

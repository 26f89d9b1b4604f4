import { config, getBackendSrv } from '@grafana/runtime';
import { lastValueFrom } from 'rxjs';
import { PLUGIN_ID } from '../constants';
import { readAppSettings, setAppSettings, type AppSettings } from './appSettings';

const SETTINGS_URL = `/api/plugins/${PLUGIN_ID}/settings`;

interface StoredPlugin {
  readonly enabled?: boolean;
  readonly pinned?: boolean;
  readonly jsonData?: Readonly<Record<string, unknown>> | null;
}

async function ask<T>(method: 'GET' | 'POST', data?: object): Promise<T> {
  const { data: answer } = await lastValueFrom(
    getBackendSrv().fetch<T>({ url: SETTINGS_URL, method, data, showErrorAlert: false })
  );
  return answer;
}

/** Settings as Grafana takes them: it passes over what is empty, and would keep those of before where the last one goes. */
function storable(settings: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const none = Object.values(settings).every((value) => value === undefined);
  return none ? { lokiUid: null } : settings;
}

/**
 * Changes settings as they are in Grafana now, so that what others have saved meanwhile stays.
 * @param change gets the settings of now; what it returns replaces them one by one, and `undefined` removes one.
 * @returns the settings after the change, which pages already open have from then on.
 * @throws what Grafana says where it refuses, as it does for people who may not change the app's settings.
 */
export async function changeSettings(change: (current: AppSettings) => Partial<AppSettings>): Promise<AppSettings> {
  const { pinned, jsonData } = await ask<StoredPlugin>('GET');
  const next = { ...jsonData, ...change(readAppSettings(jsonData)) };
  await ask('POST', { enabled: true, pinned: pinned ?? true, jsonData: storable(next) });
  const settings = readAppSettings(next);
  setAppSettings(settings);
  return settings;
}

/** True where the person may change the app's settings; Grafana has the last word when they do. */
export function mayChangeSettings(): boolean {
  const { user } = config.bootData;
  return user.permissions?.['plugins:write'] ?? (user.isGrafanaAdmin || user.orgRole === 'Admin');
}

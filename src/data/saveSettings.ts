import type { AppPluginMeta } from '@grafana/data';
import { getBackendSrv } from '@grafana/runtime';
import { lastValueFrom } from 'rxjs';
import type { AppSettings } from './appSettings';

/**
 * Keeps the app's settings in Grafana. Pages already open take them up once they are loaded again.
 * @throws what Grafana says where it refuses, as it does for people who are no administrators.
 */
export async function saveSettings(meta: AppPluginMeta<AppSettings>, settings: AppSettings): Promise<void> {
  await lastValueFrom(
    getBackendSrv().fetch({
      url: `/api/plugins/${meta.id}/settings`,
      method: 'POST',
      data: { enabled: true, pinned: meta.pinned ?? true, jsonData: { ...meta.jsonData, ...settings } },
      showErrorAlert: false,
    })
  );
}

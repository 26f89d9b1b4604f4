import { locationUtil, type GrafanaConfig } from '@grafana/data';

/** Has Grafana's addresses begin with a path, as behind a proxy (`server.serve_from_sub_path`); '' for none. */
export function serveFrom(appSubUrl: string): void {
  locationUtil.initialize({
    config: { appSubUrl } as GrafanaConfig,
    getVariablesUrlParams: () => ({}),
    getTimeRangeForUrl: () => ({ from: '', to: '' }),
  });
}

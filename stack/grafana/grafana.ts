import { existsSync, mkdirSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { startChild, waitUntilReady, type Child } from '../process/child';
import { findOnPath, isExecutable } from '../process/findOnPath';
import { freePort } from '../process/ports';

const PLUGIN_ID = 'netobserv-flows-app';

/** A Grafana that can be started. */
export interface GrafanaLocation {
  readonly binary: string;
  /** Folder with `conf/` and `public/`. */
  readonly home: string;
}

/** What to do where {@link locateGrafana} finds nothing. */
export const HOW_TO_GET_GRAFANA = `No Grafana found. To see the app, do one of these and start again:
  - install Grafana 12.2 or newer, so that \`grafana\` is on the PATH: https://grafana.com/grafana/download
  - unpack its standalone archive anywhere and name it: GRAFANA_HOME=/path/to/grafana npm start
  - install Docker with Compose: npm start then uses docker-compose.yaml`;

/** Where packages put Grafana's `conf/` and `public/`. */
const PACKAGE_HOMES = ['/usr/share/grafana', '/opt/homebrew/opt/grafana/share/grafana', '/usr/local/share/grafana'];

function isHome(folder: string): boolean {
  return existsSync(join(folder, 'conf', 'defaults.ini')) && existsSync(join(folder, 'public'));
}

/**
 * Finds a Grafana: `GRAFANA_HOME`, else `grafana` on PATH.
 * @returns undefined where there is none; see {@link HOW_TO_GET_GRAFANA}.
 * @throws Error where `GRAFANA_HOME` is set and holds no Grafana.
 */
export function locateGrafana(env: NodeJS.ProcessEnv = process.env): GrafanaLocation | undefined {
  const named = env['GRAFANA_HOME'];
  if (named) {
    const home = resolve(named);
    const binary = join(home, 'bin', 'grafana');
    if (!isExecutable(binary) || !isHome(home)) {
      throw new Error(
        `GRAFANA_HOME: ${home} holds no Grafana (bin/grafana, conf/defaults.ini and public/ are needed); ` +
          'name the folder of an unpacked Grafana 12.2 or newer, or unset it'
      );
    }
    return { binary, home };
  }
  const binary = findOnPath('grafana', env['PATH']);
  if (binary === undefined) {
    return undefined;
  }
  const beside = dirname(dirname(realpathSync(binary)));
  const home = [beside, join(beside, 'share', 'grafana'), ...PACKAGE_HOMES].find(isHome);
  return home === undefined ? undefined : { binary, home };
}

/** How to start Grafana. */
export interface StartGrafanaOptions {
  /** The built plugin (`dist/`). */
  readonly pluginDir: string;
  /** Folder with `datasources/`, `plugins/` and `dashboards/`. */
  readonly provisioningDir: string;
  readonly lokiUrl: string;
  /** Folder for its database, log and plugin link; made where missing. */
  readonly dataDir: string;
  /** Folder of dashboards to provision; the plugin's own where left out. */
  readonly dashboardsDir?: string;
  /** HTTP port on 127.0.0.1; any free one where left out. */
  readonly port?: number;
  /** Role of visitors who are not logged in; they must log in (admin / admin) where left out. */
  readonly anonymous?: 'Viewer' | 'Editor' | 'Admin';
  /** What to start; what {@link locateGrafana} finds where left out. */
  readonly location?: GrafanaLocation;
  /** More `GF_…` variables. */
  readonly env?: Readonly<Record<string, string>>;
}

/** A Grafana that answers. */
export interface RunningGrafana {
  /** Base address, without a trailing slash. */
  readonly url: string;
  readonly child: Child;
  stop(): Promise<void>;
}

/** The folder that Grafana looks for plugins in, with a link to the built one. */
function linkPlugin(dataDir: string, pluginDir: string): string {
  const plugins = join(dataDir, 'plugins');
  mkdirSync(plugins, { recursive: true });
  const link = join(plugins, PLUGIN_ID);
  rmSync(link, { force: true, recursive: true });
  symlinkSync(resolve(pluginDir), link, 'dir');
  return plugins;
}

/** Grafana's settings, as it reads them from the environment: nothing of it calls out, all its data is in one folder. */
function settings(options: StartGrafanaOptions, port: number, plugins: string): Record<string, string> {
  const { dataDir, anonymous } = options;
  return {
    GF_PATHS_DATA: join(dataDir, 'data'),
    GF_PATHS_LOGS: join(dataDir, 'logs'),
    GF_PATHS_PLUGINS: plugins,
    GF_PATHS_PROVISIONING: resolve(options.provisioningDir),
    GF_SERVER_HTTP_ADDR: '127.0.0.1',
    GF_SERVER_HTTP_PORT: String(port),
    GF_PLUGINS_ALLOW_LOADING_UNSIGNED_PLUGINS: PLUGIN_ID,
    GF_PLUGINS_PREINSTALL_DISABLED: 'true',
    GF_PLUGINS_PUBLIC_KEY_RETRIEVAL_DISABLED: 'true',
    GF_ANALYTICS_REPORTING_ENABLED: 'false',
    GF_ANALYTICS_CHECK_FOR_UPDATES: 'false',
    GF_ANALYTICS_CHECK_FOR_PLUGIN_UPDATES: 'false',
    GF_ANALYTICS_FEEDBACK_LINKS_ENABLED: 'false',
    GF_NEWS_NEWS_FEED_ENABLED: 'false',
    GF_SECURITY_DISABLE_GRAVATAR: 'true',
    GF_LOG_LEVEL: 'warn',
    ...(anonymous === undefined
      ? {}
      : {
          GF_AUTH_ANONYMOUS_ENABLED: 'true',
          GF_AUTH_ANONYMOUS_ORG_ROLE: anonymous,
        }),
    LOKI_URL: options.lokiUrl,
    NETOBSERV_DASHBOARDS_PATH: resolve(options.dashboardsDir ?? join(options.pluginDir, 'dashboards')),
    ...options.env,
  };
}

/**
 * Starts Grafana on 127.0.0.1 with the plugin and the provisioning, and waits until its database is there.
 * @throws Error where no Grafana is found, the plugin is not built, or Grafana ends or is not ready within 180 s; with
 * its last log lines.
 */
export async function startGrafana(options: StartGrafanaOptions): Promise<RunningGrafana> {
  const location = options.location ?? locateGrafana();
  if (location === undefined) {
    throw new Error(HOW_TO_GET_GRAFANA);
  }
  if (!existsSync(join(options.pluginDir, 'plugin.json'))) {
    throw new Error(`no built plugin in ${options.pluginDir}; remedy: npm run build:plugin`);
  }
  mkdirSync(options.dataDir, { recursive: true });
  const port = options.port ?? (await freePort());
  const child = startChild({
    name: 'Grafana',
    command: location.binary,
    args: ['server', '--homepath', location.home],
    cwd: options.dataDir,
    env: settings(options, port, linkPlugin(options.dataDir, options.pluginDir)),
    logFile: join(options.dataDir, 'grafana.log'),
  });
  const url = `http://127.0.0.1:${port}`;
  try {
    // The first start makes the database, which takes a minute on a slow disk.
    await waitUntilReady(child, () => isHealthy(url), 180_000);
  } catch (error) {
    await child.stop();
    throw error;
  }
  return { url, child, stop: () => child.stop() };
}

async function isHealthy(url: string): Promise<boolean> {
  const response = await fetch(`${url}/api/health`, { signal: AbortSignal.timeout(5000) });
  const health = (await response.json()) as { database?: string };
  return response.ok && health.database === 'ok';
}

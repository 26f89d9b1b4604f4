import pluginJson from './plugin.json';

/** Id of the app plugin. */
export const PLUGIN_ID = pluginJson.id;

/** Uid of the data source that is provisioned beside the app (provisioning/datasources). */
export const PROVISIONED_LOKI = 'netobserv-loki';

/** Where the app's pages live in Grafana. */
export const PLUGIN_BASE_URL = `/a/${PLUGIN_ID}`;

/** Where the app's configuration is. */
export const CONFIG_URL = `/plugins/${PLUGIN_ID}?page=configuration`;

/** Name of the scene variable, and with `var-` before it of the URL key, that holds the Loki data source's uid. */
export const DATA_SOURCE_VARIABLE = 'ds';

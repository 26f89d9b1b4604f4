import { z } from 'zod';
import { aggregateConfig } from '../aggregate/config';
import { decodeConfig } from '../decode/config';
import { dedupConfig } from '../dedup/config';
import { enrichConfig } from '../enrich/config';
import { httpConfig } from '../http/config';
import { logConfig } from '../log';
import { kafkaConfig } from '../kafka/config';
import { lokiConfig } from '../loki/config';
import { receiveConfig } from '../receive/config';
import { reportConfig } from '../report';
import { spoolConfig } from '../spool/config';
import { applyEnvironment } from './environment';
import { readYamlFile, validate, type Locate } from './yamlFile';

/** The collector's configuration file: a section for each stage of a flow's way, and for what serves all. */
export const collectorConfig = z.strictObject({
  receive: receiveConfig.prefault({}),
  kafka: kafkaConfig.optional(),
  decode: decodeConfig.prefault({}),
  enrich: enrichConfig.prefault({}),
  dedup: dedupConfig.prefault({}),
  aggregate: aggregateConfig.prefault({}),
  spool: spoolConfig.prefault({}),
  loki: lokiConfig,
  report: reportConfig.prefault({}),
  http: httpConfig.prefault({}),
  log: logConfig.prefault({}),
});

/** The configuration, checked and with defaults filled in. */
export type CollectorConfig = z.output<typeof collectorConfig>;

/** A configuration and what is odd about it without being wrong. */
export interface LoadedConfig {
  readonly config: CollectorConfig;
  readonly warnings: readonly string[];
}

/**
 * Reads the configuration from a file, with the environment's settings over it.
 * @param file path of the YAML file; where left out, the environment and the defaults are all there is.
 * @throws ConfigError with every finding.
 */
export function loadConfig(file: string | undefined, env: NodeJS.ProcessEnv): LoadedConfig {
  const source = file === undefined ? { value: {}, locate: () => 'no configuration file' } : readYamlFile(file);
  const { value, variables, warnings } = applyEnvironment(source.value, collectorConfig, env);
  const locate: Locate = (path) => {
    const variable = [...variables].find(([key]) => `${path.map(String).join('.')}.`.startsWith(`${key}.`))?.[1];
    return variable === undefined ? source.locate(path) : `environment: ${variable}`;
  };
  return { config: validate(value, collectorConfig, locate), warnings };
}

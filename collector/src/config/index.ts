/** Reading and checking YAML files: the collector's configuration and the inventory. */
export { ConfigError, loadYamlFile } from './yamlFile';

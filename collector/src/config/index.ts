/** Reading and checking files: the collector's configuration, the inventory, and those that settings name. */
export { checkTlsFiles, readSettingFile } from './settingFiles';
export { ConfigError, loadYamlFile } from './yamlFile';

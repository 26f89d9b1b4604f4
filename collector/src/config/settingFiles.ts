import { readFileSync } from 'node:fs';
import { ConfigError } from './yamlFile';

/**
 * Reads a file that a setting names.
 * @param key of the setting, such as `loki.tls.ca`.
 * @throws ConfigError with the remedy, where it cannot be read.
 */
export function readSettingFile(key: string, file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    const { message } = error as Error;
    throw new ConfigError([`${key}: cannot read the file it names: ${message}; correct the path or its rights`]);
  }
}

/**
 * Holds the contents of a TLS section's files to a check.
 * @param section such as `loki.tls`.
 * @param check throws where they are not sound, or do not fit together.
 * @throws ConfigError with the remedy, where it does.
 */
export function checkTlsFiles(section: string, check: () => void): void {
  try {
    check();
  } catch (error) {
    const { message } = error as Error;
    throw new ConfigError([`${section}: ${message}; name a certificate in PEM, its own key, and CAs in PEM`]);
  }
}

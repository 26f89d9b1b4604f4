import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createSecureContext, type SecureContextOptions } from 'node:tls';
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
 * @throws ConfigError with the remedy, where they are not sound, or do not fit together.
 */
export function checkTlsFiles(section: string, files: SecureContextOptions & { readonly ca?: Buffer }): void {
  try {
    createSecureContext(files);
    // A file without certificates would be taken for no CAs at all, and every peer be turned away.
    if (files.ca !== undefined) {
      new X509Certificate(files.ca);
    }
  } catch (error) {
    const { message } = error as Error;
    throw new ConfigError([`${section}: ${message}; name a certificate in PEM, its own key, and CAs in PEM`]);
  }
}

import type { SecureContextOptions, Server } from 'node:tls';
import { checkTlsFiles, readSettingFile } from '../../config';
import type { TlsConfig } from './config';

const RELOAD_MS = 10_000;

/** What is in the files of `receive.tls`. */
type TlsFiles = Pick<SecureContextOptions, 'cert' | 'key' | 'ca' | 'minVersion'>;

/**
 * Reads the files that `receive.tls` names.
 * @throws ConfigError with the remedy, where one cannot be read or they do not fit together.
 */
export function readTlsFiles(config: TlsConfig): TlsFiles {
  const read = (name: 'cert' | 'key' | 'clientCa') => {
    const file = config[name];
    return file === undefined ? undefined : readSettingFile(`receive.tls.${name}`, file);
  };
  const files = { cert: read('cert'), key: read('key'), ca: read('clientCa'), minVersion: config.minVersion };
  checkTlsFiles('receive.tls', files);
  return files;
}

/**
 * Gives a server its certificate anew whenever the files change, which a mounted secret does without a sign that could
 * be waited for. New connections get the new one; while the files are not sound, the old one stays.
 * @param onError told once of each state of the files that is not sound.
 * @param everyMs how often the files are looked at.
 * @returns ends it.
 */
export function followTlsFiles(
  server: Server,
  config: TlsConfig,
  onError: (error: Error) => void,
  everyMs = RELOAD_MS
): () => void {
  let current = textOf(readTlsFiles(config));
  let complained = '';
  const timer = setInterval(() => {
    try {
      const files = readTlsFiles(config);
      complained = '';
      if (textOf(files) !== current) {
        server.setSecureContext(files);
        current = textOf(files);
      }
    } catch (error) {
      const { message } = error as Error;
      if (message !== complained) {
        complained = message;
        onError(error as Error);
      }
    }
  }, everyMs);
  timer.unref();
  return () => clearInterval(timer);
}

function textOf({ cert, key, ca }: TlsFiles): string {
  return [cert, key, ca].map(String).join('\n');
}

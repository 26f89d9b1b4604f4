import { existsSync, mkdtempSync, rmdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { ConfigError } from '../config';

/**
 * Finds out whether a folder can be written, or made where it is missing, and leaves nothing behind. A collector that
 * runs on it is not disturbed.
 * @throws ConfigError with the remedy, where it cannot.
 */
export function checkFolder(folder: string): void {
  let nearest = resolve(folder);
  while (!existsSync(nearest)) {
    nearest = dirname(nearest);
  }
  try {
    rmdirSync(mkdtempSync(join(nearest, '.check-')));
  } catch (error) {
    const { message } = error as Error;
    throw new ConfigError([`spool.path: cannot use ${folder}: ${message}; correct the path or its rights`]);
  }
}

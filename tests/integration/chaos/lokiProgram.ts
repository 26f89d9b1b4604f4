import { existsSync } from 'node:fs';
import { cachedLoki } from '../../../stack/loki/build';
import { locateLoki } from '../../../stack/loki/loki';
import { findOnPath } from '../../../stack/process/findOnPath';

/** A Loki to start and stop, also where `LOKI_URL` names one that others use; undefined where there is none. */
export async function lokiProgram(): Promise<string | undefined> {
  if (!process.env['LOKI_URL']) {
    const location = await locateLoki();
    return 'binary' in location ? location.binary : undefined;
  }
  return findOnPath('loki') ?? (existsSync(cachedLoki()) ? cachedLoki() : undefined);
}

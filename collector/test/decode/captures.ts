import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Datagrams of real exporters, beside the repository. */
export const CAPTURES = fileURLToPath(new URL('../../../../shared/captures', import.meta.url));

/** For the name of a test that needs them: why it is skipped. */
export const noCaptures = existsSync(CAPTURES) ? '' : ' (skipped: no captures at ../shared/captures)';

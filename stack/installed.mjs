// What npm scripts begin with that need packages, so that they work on a fresh clone: `node stack/installed.mjs && …`.
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureInstalled } from './install.mjs';

ensureInstalled(join(dirname(fileURLToPath(import.meta.url)), '..'));

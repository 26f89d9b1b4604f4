// `npm start`: makes sure that everything is installed, then runs stack/main.ts in this same process.
// Plain JavaScript without dependencies, for it runs before anything is installed.
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { ensureInstalled } from './install.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
ensureInstalled(root);
// TypeScript from here on; known only after the installation, so not a static import.
await import('tsx');
await import(pathToFileURL(join(root, 'stack', 'main.ts')).href);

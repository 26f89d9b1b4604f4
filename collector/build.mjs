// Bundles the collector into dist/cli.mjs, and its threads that receive and compress beside it. Packages stay outside, in
// node_modules, but for the flow dictionary, which is TypeScript of this repository.
import { mkdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = dirname(fileURLToPath(import.meta.url));
const dist = join(root, 'dist');
// Built aside and put in place at once: another process may be starting from it.
const aside = join(dist, `.build-${process.pid}`);

/** @type {import('esbuild').Plugin} */
const packagesOutside = {
  name: 'packages-outside',
  setup({ onResolve }) {
    onResolve({ filter: /^[^./]/ }, ({ path, kind }) =>
      kind === 'entry-point' || path.startsWith('@netobserv-flows/') ? undefined : { path, external: true }
    );
  },
};

mkdirSync(aside, { recursive: true });
await build({
  entryPoints: {
    cli: join(root, 'src/cli.ts'),
    receiveThread: join(root, 'src/receive/native/thread.ts'),
    compressThread: join(root, 'src/loki/compress/thread.ts'),
  },
  outdir: aside,
  outExtension: { '.js': '.mjs' },
  bundle: true,
  platform: 'node',
  target: 'node20.19',
  format: 'esm',
  sourcemap: true,
  plugins: [packagesOutside],
  banner: { js: '#!/usr/bin/env node' },
  logLevel: 'warning',
});
for (const name of ['receiveThread', 'compressThread', 'cli']) {
  renameSync(join(aside, `${name}.mjs.map`), join(dist, `${name}.mjs.map`));
  renameSync(join(aside, `${name}.mjs`), join(dist, `${name}.mjs`));
}
rmSync(aside, { recursive: true });

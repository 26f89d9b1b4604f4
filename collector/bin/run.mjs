// `npm run -s collector -- …` from a clone: installs and builds where that is needed, then is the command line.
// What it has to say goes to stderr: stdout belongs to the command.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { ensureInstalled } from '../../stack/install.mjs';

const collector = join(dirname(fileURLToPath(import.meta.url)), '..');
const root = join(collector, '..');
const bundle = join(collector, 'dist/cli.mjs');

/** When the newest of these files, or of the files in these folders, was changed. */
function newest(paths) {
  const times = paths.map((path) => {
    const stat = statSync(path);
    return stat.isDirectory() ? newest(readdirSync(path).map((name) => join(path, name))) : stat.mtimeMs;
  });
  return Math.max(0, ...times);
}

function isBuilt() {
  const sources = ['src', 'build.mjs', 'package.json'].map((name) => join(collector, name));
  return existsSync(bundle) && statSync(bundle).mtimeMs >= newest([...sources, join(root, 'schema')]);
}

ensureInstalled(root);
if (!isBuilt()) {
  process.stderr.write('Building the collector …\n');
  const { status } = spawnSync(process.execPath, [join(collector, 'build.mjs')], { stdio: ['ignore', 2, 2] });
  if (status !== 0) {
    process.stderr.write('The collector did not build; what was wrong is above.\n');
    process.exit(1);
  }
}
// In this process rather than a child: signals and the exit code are the command's own.
await import(pathToFileURL(bundle).href);

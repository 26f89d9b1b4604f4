// Set-up that every entry point shares. Plain JavaScript without dependencies: it runs before anything is installed.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const MINIMUM = [20, 19];

/**
 * Installs the packages of package-lock.json where they are missing or another lock's; does nothing otherwise.
 * Output goes to stderr, so that a command's stdout stays its own. Ends the process with a message on failure.
 * @param {string} root folder of the repository.
 */
export function ensureInstalled(root) {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major < MINIMUM[0] || (major === MINIMUM[0] && minor < MINIMUM[1])) {
    fail(`Node ${process.versions.node} is too old: install Node ${MINIMUM.join('.')} or newer.`);
  }
  const lock = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
  const stamp = join(root, 'node_modules', '.installed-lock');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) {
    return;
  }
  process.stderr.write('Installing packages (npm install), a few minutes the first time …\n');
  // Not `npm ci`: it refuses a lock that lacks the binaries of other platforms, as one made where the registry has only
  // Linux's does. This takes the lock's versions too, and leaves the lock as it is.
  const { status } = spawnSync('npm', ['install', '--no-save', '--no-audit', '--no-fund'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
  });
  if (status !== 0) {
    fail(
      'npm install failed; its output is above. Check the network and the npm registry setting, then run this again.'
    );
  }
  writeFileSync(stamp, lock);
}

function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}

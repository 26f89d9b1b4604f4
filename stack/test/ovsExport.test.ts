import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { CHART } from '../kubernetes/chart';
import { findOnPath } from '../process/findOnPath';

/** A bridge without its switch: `$BRIDGE` is there while it exports, and setting it up takes its time. */
const OVS_VSCTL = `#!/bin/sh
case "$*" in
  *list-br*) echo br0 ;;
  *"get Bridge"*) [ -e "$BRIDGE" ] && echo record || echo '[]' ;;
  *"get IPFIX"*) echo "$OWNER" ;;
  *create*) touch "$BRIDGE"; sleep 1 ;;
  *clear*) rm "$BRIDGE" ;;
esac
`;

const SETTINGS = {
  ...{ target: '192.0.2.1:4739', awaited: '', sampling: '400', cacheActiveTimeout: '60', cacheMaxFlows: '400' },
  ...{ bridges: 'br0', intervalSeconds: '60' },
};

let folder: string;
let bridge: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'stack-ovs-export-'));
  bridge = join(folder, 'exports');
  mkdirSync(join(folder, 'bin'));
  mkdirSync(join(folder, 'settings'));
  writeFileSync(join(folder, 'bin', 'ovs-vsctl'), OVS_VSCTL, { mode: 0o755 });
  for (const [name, value] of Object.entries(SETTINGS)) {
    writeFileSync(join(folder, 'settings', name), value);
  }
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

function run(shell: string) {
  const child = spawn(shell, [join(CHART, 'files', 'ovs-export.sh'), 'run'], {
    env: {
      ...{ PATH: `${join(folder, 'bin')}:${process.env['PATH']}`, BRIDGE: bridge, OVS_DB: 'unix:db.sock' },
      ...{ SETTINGS: join(folder, 'settings'), OWNER: 'flows.flows' },
    },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const output = { text: '' };
  child.stderr.on('data', (data: Buffer) => (output.text += data.toString()));
  return { child, output, ended: once(child, 'close') };
}

describe.each(['dash', 'bash'])('export at a node, in %s', (shell) => {
  const there = findOnPath(shell) !== undefined;
  const title = (text: string) => `${text}${there ? '' : ` (skipped: there is no ${shell})`}`;

  test.skipIf(!there)(title('is turned off by a SIGTERM that comes while it is being set up'), async () => {
    const { child, output, ended } = run(shell);
    await expect.poll(() => existsSync(bridge)).toBe(true);
    child.kill('SIGTERM');
    await ended;
    expect(existsSync(bridge)).toBe(false);
    expect(output.text).toMatch(/br0: exports no more\n$/);
  });

  test.skipIf(!there)(title('is turned off by a SIGTERM that comes while it waits'), async () => {
    const { child, output, ended } = run(shell);
    await expect.poll(() => output.text, { timeout: 10_000 }).toContain('exports to');
    // It sleeps a little later than it says so.
    await new Promise((resolve) => setTimeout(resolve, 300));
    child.kill('SIGTERM');
    await ended;
    expect(existsSync(bridge)).toBe(false);
    expect(output.text).toMatch(/br0: exports no more\n$/);
  });
});

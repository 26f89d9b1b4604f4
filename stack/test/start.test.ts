import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { collectorConfig } from '../../collector/src/config/root';
import { isStale } from '../build';
import { collectorYaml } from '../collector/config';
import { composeArguments, composeUp, hasCompose } from '../compose';
import { LiveLine, Steps } from '../console/steps';
import { locateGrafana, startGrafana } from '../grafana/grafana';
import { locateLoki } from '../loki/loki';
import { parseOptions } from '../options';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'stack-start-'));
});

afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

function program(path: string, script = ''): void {
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
}

function grafanaHome(): string {
  const home = join(folder, 'grafana');
  mkdirSync(join(home, 'conf'), { recursive: true });
  mkdirSync(join(home, 'public'));
  writeFileSync(join(home, 'conf', 'defaults.ini'), '');
  program(join(home, 'bin', 'grafana'));
  return home;
}

describe('options', () => {
  test('have the defaults that the usage names', () => {
    expect(parseOptions([])).toEqual({ demo: true, hours: 6, seed: 1, rate: 1, native: false, help: false });
    expect(parseOptions(['--no-demo', '--native'])).toMatchObject({ demo: false, native: true });
  });

  test('an incident takes place in the demo cluster, without Docker', () => {
    expect(parseOptions(['--incident', 'scan'])).toMatchObject({ demo: true, native: true, incident: 'scan' });
    expect(() => parseOptions(['--incident', 'flood'])).toThrow('telnet, exfiltration, scan, outage');
    expect(() => parseOptions(['--incident', 'scan', '--no-demo'])).toThrow('leave --no-demo out');
    expect(() => parseOptions(['--incident', 'toString'])).toThrow('--incident: "toString" is none');
  });

  test.each([['--hours', '-1'], ['--hours', '161'], ['--seed', 'x'], ['--rate', ''], ['--unknown']])(
    '%s %s is refused, by name',
    (...args) => {
      expect(() => parseOptions(args)).toThrow(args[0]);
    }
  );
});

describe('an npm script that people are told to run', () => {
  const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
    scripts: Record<string, string>;
  };

  test.each(['build:plugin', 'build:collector', 'dev', 'docs', 'manifests', 'alerts', 'dashboards'])(
    'installs packages first, and once: %s',
    (name) => {
      const tools = ['npm', 'webpack', 'tsx', 'prettier'];
      for (const tool of tools) {
        program(join(folder, 'bin', tool), `mkdir -p node_modules; echo "${tool} $1" >>"${folder}/log"`);
      }
      mkdirSync(join(folder, 'stack'));
      for (const file of ['package-lock.json', 'stack/install.mjs', 'stack/installed.mjs']) {
        copyFileSync(join(ROOT, file), join(folder, file));
      }
      const PATH = [join(folder, 'bin'), dirname(process.execPath), '/usr/bin', '/bin'].join(':');
      const run = () => {
        execFileSync('sh', ['-c', scripts[name]!], { cwd: folder, env: { PATH }, stdio: 'ignore' });
        return readFileSync(join(folder, 'log'), 'utf8').trim().split('\n');
      };
      const first = run();
      expect(first[0]).toBe('npm install');
      expect(first.length).toBeGreaterThan(1);
      expect(run()).toEqual([...first, ...first.slice(1)]);
    }
  );
});

describe('Loki', () => {
  test('is the one that LOKI_URL names', async () => {
    vi.stubEnv('LOKI_URL', 'http://loki.example:3100/');
    expect(await locateLoki()).toEqual({ url: 'http://loki.example:3100' });
  });

  test('LOKI_URL that is no address is refused with the remedy', async () => {
    vi.stubEnv('LOKI_URL', 'loki:3100');
    await expect(locateLoki()).rejects.toThrow(/LOKI_URL: "loki:3100" .* write it like http:/);
  });

  test('else the one on the PATH, where it is a 3.x', async () => {
    vi.stubEnv('LOKI_URL', '');
    program(join(folder, 'loki'), 'echo "loki, version 3.5.1 (branch: x)"');
    vi.stubEnv('PATH', `${folder}:${process.env['PATH']}`);
    expect(await locateLoki()).toEqual({ binary: join(folder, 'loki') });
  });

  test('else the one in the cache; an old one on the PATH is passed over, and said so', async () => {
    vi.stubEnv('LOKI_URL', '');
    program(join(folder, 'loki'), 'echo "loki, version 2.9.0"');
    vi.stubEnv('PATH', `${folder}:${process.env['PATH']}`);
    vi.stubEnv('XDG_CACHE_HOME', join(folder, 'cache'));
    const cached = join(folder, 'cache', 'netobserv-flows', 'loki-3.7.8', 'loki');
    program(cached);
    const said: string[] = [];
    expect(await locateLoki((message) => said.push(message))).toEqual({ binary: cached });
    expect(said.join()).toContain('version 2.9.0');
  });

  test('without Go to build one, says what can be done', async () => {
    vi.stubEnv('LOKI_URL', '');
    vi.stubEnv('PATH', folder);
    vi.stubEnv('XDG_CACHE_HOME', join(folder, 'cache'));
    await expect(locateLoki()).rejects.toThrow(/Install Go .* LOKI_URL=/);
  });
});

describe('Grafana', () => {
  test('is the one of GRAFANA_HOME', () => {
    const home = grafanaHome();
    expect(locateGrafana({ GRAFANA_HOME: home })).toEqual({ binary: join(home, 'bin', 'grafana'), home });
  });

  test('GRAFANA_HOME that holds none is refused, not passed over', () => {
    expect(() => locateGrafana({ GRAFANA_HOME: folder })).toThrow(/GRAFANA_HOME: .* holds no Grafana/);
  });

  test('else the one on the PATH', () => {
    const home = grafanaHome();
    expect(locateGrafana({ PATH: join(home, 'bin') })?.home).toBe(home);
    expect(locateGrafana({ PATH: folder })).toBeUndefined();
  });

  test('is not started without the built plugin', async () => {
    const home = grafanaHome();
    const options = { pluginDir: folder, provisioningDir: folder, lokiUrl: '', dataDir: join(folder, 'data') };
    const location = { binary: join(home, 'bin', 'grafana'), home };
    await expect(startGrafana({ ...options, location })).rejects.toThrow(/npm run build:plugin/);
  });

  test('that ends at once is reported with its log', async () => {
    const home = grafanaHome();
    program(join(home, 'bin', 'grafana'), 'echo port in use; exit 1');
    writeFileSync(join(folder, 'plugin.json'), '{}');
    const options = { pluginDir: folder, provisioningDir: folder, lokiUrl: '', dataDir: join(folder, 'data') };
    const location = { binary: join(home, 'bin', 'grafana'), home };
    await expect(startGrafana({ ...options, location })).rejects.toThrow(/Grafana ended[^]*port in use/);
  });
});

describe('Docker', () => {
  test.each([
    ['has no Compose', '[ "$1" = info ]', false],
    ['has an engine that does not answer', '[ "$1" = compose ]', false],
    ['has both', 'true', true],
  ])('%s', async (_, script, expected) => {
    program(join(folder, 'docker'), script);
    vi.stubEnv('PATH', `${folder}:/usr/bin:/bin`);
    expect(await hasCompose()).toBe(expected);
  });

  test('Compose runs the demo only where it is asked for', () => {
    expect(composeArguments({ demo: false }, 'up')).toEqual(['compose', 'up']);
    expect(composeArguments({ demo: true }, 'up')).toEqual(['compose', '--env-file', 'deploy/compose/demo.env', 'up']);
  });

  test('Compose gets all that the demo is told', async () => {
    const told = join(folder, 'told');
    program(join(folder, 'docker'), `env > '${told}'`);
    vi.stubEnv('PATH', `${folder}:/usr/bin:/bin`);
    const options = parseOptions(['--seed', '2', '--hours', '1.5', '--rate', '4']);
    await composeUp(folder, options, { GRAFANA_PORT: '3000', LOKI_PORT: '3100', COLLECTOR_PORT: '9469' });
    const variables = readFileSync(told, 'utf8').split('\n');
    expect(variables.filter((line) => line.startsWith('DEMO_')).sort()).toEqual([
      'DEMO_BACKFILL=90m',
      'DEMO_RATE=4',
      'DEMO_SEED=2',
    ]);
  });
});

test.each([undefined, '/inventory.yaml'])(
  'the collector takes the configuration that is written (inventory %s)',
  (inventory) => {
    const yaml = collectorYaml({
      listen: ['127.0.0.1:2055', '4739'],
      lokiUrl: 'http://127.0.0.1:3100',
      httpPort: 9469,
      inventory,
      historyFromMs: Date.UTC(2026, 2, 14),
    });
    expect(collectorConfig.parse(parse(yaml)).aggregate.since).toBe('2026-03-14T00:00:00.000Z');
  }
);

test('what is built is stale where a source is newer or it was never built', () => {
  const built = join(folder, 'built');
  const source = join(folder, 'source', 'deep');
  mkdirSync(source, { recursive: true });
  writeFileSync(join(source, 'file.ts'), '');
  expect(isStale(built, [join(folder, 'source')])).toBe(true);
  writeFileSync(built, '');
  utimesSync(join(source, 'file.ts'), new Date(), new Date(Date.now() - 60_000));
  expect(isStale(built, [join(folder, 'source')])).toBe(false);
  utimesSync(join(source, 'file.ts'), new Date(), new Date(Date.now() + 60_000));
  expect(isStale(built, [join(folder, 'source')])).toBe(true);
});

describe('what is printed', () => {
  const output = (isTTY: boolean): { isTTY: boolean; columns: number; text: string; write(text: string): void } => ({
    isTTY,
    columns: 20,
    text: '',
    write(text) {
      this.text += text;
    },
  });

  test('steps say their number, their progress on a terminal, and how long they took', async () => {
    const terminal = output(true);
    await new Steps(terminal, 2).run('Start Loki', async (progress) => progress('half'));
    expect(terminal.text).toContain('[1/2] Start Loki');
    expect(terminal.text).toMatch(/\[1\/2\] Start Loki: done in \d+\.\d s\n$/);
  });

  test('a step that fails says so, and the error goes on', async () => {
    const file = output(false);
    const failing = new Steps(file, 1).run('Start Loki', () => Promise.reject(new Error('no disk')));
    await expect(failing).rejects.toThrow('no disk');
    expect(file.text).toContain('[1/1] Start Loki: failed');
  });

  test('the live line stays on one line of a terminal, and is rare in a file', () => {
    const terminal = output(true);
    const line = new LiveLine(terminal);
    line.show('x'.repeat(100));
    expect(terminal.text).not.toContain('\n');
    expect(terminal.text.replace(/^\r\u001b\[2K/, '')).toHaveLength(19);
    const file = output(false);
    const rare = new LiveLine(file, 10_000);
    rare.show('one');
    rare.show('two');
    expect(file.text).toBe('one\n');
  });
});

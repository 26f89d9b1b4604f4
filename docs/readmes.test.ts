import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const ROOT = new URL('../', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, ROOT), 'utf8');
const list = (path: string) => readdirSync(new URL(path, ROOT), { withFileTypes: true });

interface PluginJson {
  readonly includes: ReadonlyArray<{ readonly type: string; readonly name: string; readonly path: string }>;
}

describe('what is read first', () => {
  it('names every page and dashboard of the app, where Grafana shows it', () => {
    const { includes } = JSON.parse(read('src/plugin.json')) as PluginJson;
    const names = includes.map(({ type, name, path }) =>
      type === 'dashboard' ? (JSON.parse(read(`src/${path}`)) as { title: string }).title : name
    );
    const text = read('src/README.md').replace(/\s+/g, ' ');
    expect(names.length).toBeGreaterThan(6);
    expect(names.filter((name) => !text.includes(`**${name}**`) && !text.includes(`“${name}”`))).toEqual([]);
  });

  it.each(['README.md', 'src/README.md'])('says in %s how the app alone is installed', (path) => {
    const { id } = JSON.parse(read('src/plugin.json')) as { id: string };
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    const text = read(path).replace(/\s+/g, ' ');
    const [, script = ''] = /`npm run ([\w:]+)`/.exec(text) ?? [];
    expect(scripts[script]).toContain('webpack');
    expect(text).toMatch(new RegExp(`[Cc]opy \`dist/\` into [^.]* as \`${id}\``));
    expect(text).toContain(`\`GF_PLUGINS_ALLOW_LOADING_UNSIGNED_PLUGINS=${id}\``);
  });

  it('names every benchmark that has a folder, and where everything is, in docs/development.md', () => {
    const text = read('docs/development.md');
    const [, map = ''] = /^## The map$([^]*?)^## /m.exec(text) ?? [];
    const rooms = ['src', 'schema', 'collector', 'provisioning', 'stack', 'deploy', 'tests', 'collector/test', 'bench'];
    expect(rooms.filter((name) => !new RegExp(`^${name}(/src)? +\\w`, 'm').test(map))).toEqual([]);
    const benches = list('bench').filter((one) => one.isDirectory());
    expect(benches.length).toBeGreaterThan(3);
    const runs = benches.flatMap(({ name }) =>
      list(`bench/${name}`)
        .filter((file) => file.name === 'run.ts')
        .map((file) => `npx tsx bench/${name}/${file.name}`)
    );
    expect(runs.filter((command) => !text.includes(command))).toEqual([]);
  });

  it('names every folder and every command of the collector', () => {
    const text = read('collector/README.md');
    const folders = list('collector/src').filter((one) => one.isDirectory());
    expect(folders.filter(({ name }) => !text.includes(`  ${name}/ `)).map(({ name }) => name)).toEqual([]);
    const [, howToRun = ''] = /^## Run it$([^]*?)^## /m.exec(read('docs/collector.md')) ?? [];
    const commands = [...howToRun.matchAll(/^\| `([a-z][a-z-]*)[ `]/gm)].map(([, name = '']) => name);
    expect(commands).toEqual(['run', 'check-config', 'decode', 'replay', 'status']);
    const [line = ''] = /^ {2}commands\/.*$/m.exec(text) ?? [];
    expect(commands.filter((name) => !line.includes(name))).toEqual([]);
  });
});

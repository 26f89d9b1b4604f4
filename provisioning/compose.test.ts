import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { loadConfig } from '../collector/src/config/root';
import { collectorYaml } from '../stack/collector/config';
import { pathOf, readJson, readYaml } from './files';

interface Mount {
  readonly type: string;
  readonly source: string;
}

interface Service {
  readonly image: string;
  readonly build?: { readonly context: string; readonly dockerfile: string };
  readonly profiles?: readonly string[];
  readonly ports?: readonly string[];
  readonly volumes?: ReadonlyArray<string | Mount>;
  readonly environment?: Readonly<Record<string, string>>;
  readonly healthcheck?: { readonly test: readonly string[] };
  readonly network_mode?: string;
  readonly depends_on?: Readonly<Record<string, { readonly condition: string; readonly required?: boolean }>>;
}

interface Compose {
  readonly services: Readonly<Record<string, Service>>;
  readonly volumes: Readonly<Record<string, null>>;
}

interface Settings {
  readonly enrich: unknown;
}

const compose = readYaml<Compose>('docker-compose.yaml');
const services = Object.entries(compose.services);
/** Made by the build, so not there on a fresh clone. */
const BUILT = './dist';

/** What is mounted, where no variable says otherwise. */
function sourceOf(volume: string | Mount): string {
  const source = typeof volume === 'string' ? volume : volume.source;
  return source.replace(/\$\{\w+:-([^}]*)\}/, '$1').split(':')[0] ?? '';
}

describe('docker-compose.yaml', () => {
  it.each(services)('%s names a version to the last figure', (_, { image }) => {
    expect(image).toMatch(/:\d+\.\d+\.\d+$/);
  });

  it.each(services.filter(([, { build }]) => build !== undefined))(
    '%s is built from a file that is there',
    (_, one) => {
      expect(one.build?.context).toBe('.');
      const dockerfile = readFileSync(pathOf(one.build?.dockerfile ?? ''), 'utf8');
      expect(dockerfile).toMatch(/^USER \d+(:\d+)?$/m);
      expect(dockerfile).not.toMatch(/^USER (0|root)/m);
      expect(dockerfile).toMatch(/^ARG NODE_IMAGE=node:\d+\.\d+\.\d+/m);
    }
  );

  it('gives the version of the package to the images that are built', () => {
    const { version } = readJson<{ version: string }>('package.json');
    const built = services.filter(([, { build }]) => build !== undefined).map(([, { image }]) => image);
    expect(built.every((image) => image.endsWith(`:${version}`))).toBe(true);
  });

  it.each(services)('%s mounts what is there', (_, { volumes = [] }) => {
    for (const source of volumes.map(sourceOf)) {
      const known = source.startsWith('.') ? source === BUILT || existsSync(pathOf(source)) : source in compose.volumes;
      expect(known, source).toBe(true);
    }
  });

  it.each(['loki', 'collector', 'grafana'])('%s has a health check', (name) => {
    expect(compose.services[name]?.healthcheck?.test[0]).toBe('CMD');
  });

  it('keeps the data of Loki and of Grafana in volumes', () => {
    expect(compose.services['loki']?.volumes).toContain('loki-data:/loki');
    expect(compose.services['grafana']?.volumes).toContain('grafana-data:/var/lib/grafana');
  });

  it('opens to other machines only what exporters send to', () => {
    const open = services.flatMap(([, { ports = [] }]) => ports).filter((port) => !port.startsWith('127.0.0.1:'));
    expect(open.sort()).toEqual(['2055:2055/udp', '4739:4739/udp', '6343:6343/udp']);
  });

  it('lets nobody in without a login unless the demo’s settings say so', () => {
    expect(compose.services['grafana']?.environment?.['GF_AUTH_ANONYMOUS_ENABLED']).toBe(
      '${NETOBSERV_ANONYMOUS:-false}'
    );
    const demo = readFileSync(pathOf('deploy/compose/demo.env'), 'utf8');
    expect(demo).toMatch(/^NETOBSERV_ANONYMOUS=true$/m);
    expect(demo).toMatch(/^COMPOSE_PROFILES=demo$/m);
  });

  it('leaves the demo out where its profile is not asked for, and the rest whole', () => {
    const optional = services.filter(([, { profiles }]) => profiles !== undefined).map(([name]) => name);
    expect(optional.sort()).toEqual(['demo', 'inventory']);
    for (const [, { depends_on = {} }] of services.filter(([name]) => !optional.includes(name))) {
      for (const [needed, { required = true }] of Object.entries(depends_on)) {
        expect(required && optional.includes(needed), needed).toBe(false);
      }
    }
  });

  it('runs the demo in the collector’s network, where its nodes’ addresses are as they are', () => {
    expect(compose.services['demo']?.network_mode).toBe('service:collector');
  });

  it('takes every variable that it promises at its head', () => {
    const text = readFileSync(pathOf('docker-compose.yaml'), 'utf8');
    const [, head = ''] = /^# From the environment([^]*?)^#$/m.exec(text) ?? [];
    const promised = head.match(/\b[A-Z]+_[A-Z0-9_]+/g) ?? [];
    expect(promised.length).toBeGreaterThan(10);
    expect(promised.filter((name) => !text.includes(`\${${name}:-`))).toEqual([]);
  });

  it('lets all of Loki be set but where it is, with the defaults of its configuration', () => {
    const text = readFileSync(pathOf('deploy/loki/single.yaml'), 'utf8');
    const variables = [...text.matchAll(/\$\{(LOKI_\w+):-([\w.]+)\}/g)];
    const settings = variables.filter(([, name = '']) => !/^LOKI_(ADDRESS|HTTP_PORT|GRPC_PORT|DATA)$/.test(name));
    expect(new Set(settings.map(([, name]) => name)).size).toBe(5);
    for (const [variable, name = ''] of settings) {
      expect(compose.services['loki']?.environment?.[name]).toBe(variable);
    }
  });

  it('tells Grafana where it is opened, so that links in alerts lead there', () => {
    const { environment, ports } = compose.services['grafana']!;
    expect(ports).toEqual(['127.0.0.1:${GRAFANA_PORT:-3000}:3000']);
    expect(environment?.['GF_SERVER_ROOT_URL']).toBe('${GRAFANA_ROOT_URL:-http://localhost:${GRAFANA_PORT:-3000}/}');
  });

  it('gives Grafana every variable that provisioning asks for', () => {
    const files = ['provisioning/datasources/loki.yaml', 'provisioning/dashboards/dashboards.yaml'];
    const asked = files.flatMap((file) => [...readFileSync(pathOf(file), 'utf8').matchAll(/: \$(\w+)/g)]);
    expect(asked.length).toBeGreaterThan(0);
    for (const [, name = ''] of asked) {
      expect(compose.services['grafana']?.environment).toHaveProperty(name);
    }
  });
});

describe('the collector’s settings', () => {
  it.each(['collector.yaml', 'collector-demo.yaml'])('%s is what the collector takes', (file) => {
    const { config, warnings } = loadConfig(pathOf(`deploy/compose/${file}`), {});
    expect(warnings).toEqual([]);
    expect(config.loki.url).toBe('http://loki:3100');
    expect(config.receive.listen.map(({ port }) => port)).toEqual([2055, 4739, 6343]);
  });

  it.each(['collector.yaml', 'collector-demo.yaml'])('%s keeps sums and the spool over a kill, in a volume', (file) => {
    const { config } = loadConfig(pathOf(`deploy/compose/${file}`), {});
    expect(compose.services['collector']?.volumes).toContain(`collector-spool:${config.spool.path}`);
    expect(config.aggregate.stateFile).toBe(`${config.spool.path}/sums.json`);
  });

  it('name the demo’s outside as npm start does', () => {
    const inventory = '/inventory/demo.yaml';
    const native = parse(collectorYaml({ listen: ['2055'], lokiUrl: '', httpPort: 9469, inventory })) as Settings;
    expect(readYaml<Settings>('deploy/compose/collector-demo.yaml').enrich).toEqual(native.enrich);
    expect(readFileSync(pathOf('deploy/compose/demo.env'), 'utf8')).toMatch(
      /^COLLECTOR_CONFIG=\.\/deploy\/compose\/collector-demo\.yaml$/m
    );
  });
});

/** Runs deploy/demo/demo.sh with a program in place of the demo that prints its arguments. */
async function demoScript(folder: string, command: string, more: Record<string, string> = {}): Promise<string> {
  const program = join(folder, 'program.cjs');
  writeFileSync(program, 'console.log(process.argv.slice(2).join(" "));');
  const PATH = `${dirname(process.execPath)}:/usr/bin:/bin`;
  const env = { PATH, DEMO_FOLDER: folder, DEMO_PROGRAM: program, ...more };
  const { stdout } = await promisify(execFile)('sh', [pathOf('deploy/demo/demo.sh'), command], { env });
  return stdout.trim();
}

describe('the demo’s container', () => {
  it('sends its history once, so that a restart doubles nothing', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'netobserv-demo-'));
    expect(await demoScript(folder, 'run')).toContain('--backfill 6h');
    expect(await demoScript(folder, 'run')).toContain('--backfill 0');
    rmSync(folder, { recursive: true });
  });

  it('runs at the rate that it is told', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'netobserv-demo-'));
    expect(await demoScript(folder, 'run')).toContain('--rate 1 ');
    expect(await demoScript(folder, 'run', { DEMO_RATE: '4' })).toContain('--rate 4 ');
    expect(compose.services['demo']?.environment?.['DEMO_RATE']).toBe('${DEMO_RATE:-1}');
    rmSync(folder, { recursive: true });
  });

  it('writes the inventory where the collector reads it', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'netobserv-demo-'));
    expect(await demoScript(folder, 'inventory')).toBe(`--seed 1 --inventory-out ${folder}/demo.yaml --inventory-only`);
    const config = readYaml<{ enrich: { inventory: string } }>('deploy/compose/collector-demo.yaml');
    expect(config.enrich.inventory).toBe('/inventory/demo.yaml');
    expect(compose.services['inventory']?.volumes).toContain('inventory:/inventory');
    expect(compose.services['collector']?.volumes).toContain('inventory:/inventory:ro');
    rmSync(folder, { recursive: true });
  });

  it('says which commands there are', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'netobserv-demo-'));
    await expect(demoScript(folder, 'dance')).rejects.toThrow("'dance' is no command");
    rmSync(folder, { recursive: true });
  });
});

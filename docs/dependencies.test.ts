import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, onTestFinished, test } from 'vitest';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const TIMEOUT_MS = 120_000;

interface Run {
  readonly stdout: string;
  readonly stderr: string;
}

/** What npm prints, whatever its exit code: `npm audit` ends with 1 where it finds something. */
function npm(...args: string[]): Promise<Run> {
  return new Promise((resolve) => {
    const options = { cwd: ROOT, maxBuffer: 64 * 1024 * 1024, timeout: TIMEOUT_MS };
    execFile('npm', args, options, (_, stdout, stderr) => resolve({ stdout, stderr }));
  });
}

/** A package of package-lock.json. */
interface Locked {
  readonly version?: string;
  readonly license?: string;
  readonly dev?: boolean;
  readonly link?: boolean;
}

interface Lock {
  readonly packages: Readonly<Record<string, Locked>>;
}

interface Package {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

const readJson = <T>(path: string) => JSON.parse(readFileSync(path, 'utf8')) as T;

/** Packages by where they are installed, those of this repository left out. */
function packagesOf({ packages }: Lock): ReadonlyArray<Locked & { readonly name: string }> {
  return Object.entries(packages)
    .filter(([path, { link }]) => path.includes('node_modules/') && !link)
    .map(([path, locked]) => ({ ...locked, name: path.split('node_modules/').at(-1)! }));
}

/** Direct dependencies that are shipped, those of this repository left out. */
const shippedBy = (file: string) =>
  Object.keys(readJson<Package>(`${ROOT}${file}`).dependencies ?? {}).filter((name) => !isOurs(name));

/** A part of the SBOM. */
interface Component {
  readonly name: string;
  readonly version: string;
}

const nameOf = ({ name, version }: { readonly name: string; readonly version?: string }) => `${name}@${version}`;

const isOurs = (name: string) => name.startsWith('@netobserv-flows/');

function fail(error: Error): never {
  throw error;
}

/** Licences under which code may be shipped with ours, which is Apache-2.0. */
const ALLOWED = new Set([
  '0BSD',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'BlueOak-1.0.0',
  'CC0-1.0',
  'ISC',
  'MIT',
  'Python-2.0',
  'Unlicense',
  'Zlib',
]);

/** Packages whose package.json names no licence, with where theirs stands. */
const LICENSE_ELSEWHERE: Readonly<Record<string, string>> = {
  'fast-shallow-equal': 'LICENSE: Unlicense',
  'get-document': 'README.md: MIT',
  'react-universal-interface': 'LICENSE: Unlicense',
};

/** Whether one of the alternatives of an SPDX expression holds allowed licences only. */
function isAllowed(expression: string): boolean {
  return expression
    .replace(/[()]/g, '')
    .split(/ OR /)
    .some((all) => all.split(/ AND /).every((one) => ALLOWED.has(one.trim())));
}

describe('what is shipped with the product', () => {
  test('stands under licences that go with Apache-2.0', () => {
    // Not `npm sbom --omit dev`: that leaves out what a tool for development needs as well.
    const shipped = packagesOf(readJson<Lock>(`${ROOT}package-lock.json`)).filter(({ dev }) => !dev);
    const names = new Set(shipped.map(({ name }) => name));
    const direct = [...shippedBy('package.json'), ...shippedBy('collector/package.json')];
    expect(direct.length).toBeGreaterThan(20);
    expect(direct.filter((name) => !names.has(name))).toEqual([]);
    const refused = shipped
      .filter(({ name, license = '' }) => LICENSE_ELSEWHERE[name] === undefined && !isAllowed(license))
      .map(({ name, version, license }) => `${name}@${version}: '${license}'`);
    expect(refused, 'replace these, or allow their licences').toEqual([]);
  });

  test('is listed in the collector’s image as it is installed there', { timeout: TIMEOUT_MS }, async (context) => {
    const folder = mkdtempSync(join(tmpdir(), 'flows-sbom-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const dockerfile = readFileSync(`${ROOT}collector/Dockerfile`, 'utf8').replaceAll('\\\n', '');
    const [, stage = ''] = /^FROM .* AS dependencies$([^]*?)^FROM /m.exec(dockerfile) ?? [];
    for (const [, sources = '', target = ''] of stage.matchAll(/^COPY (.*) (\S+)$/gm)) {
      for (const source of sources.split(' ')) {
        cpSync(`${ROOT}${source}`, join(folder, target, basename(source)), { recursive: true });
      }
    }
    const [install = '', list = ''] = [...stage.matchAll(/^RUN (.*)$/gm)].map(([, command]) => command);
    const env = {
      ...process.env,
      ...{ npm_config_prefer_offline: 'true', npm_config_ignore_scripts: 'true', npm_config_fetch_retries: '1' },
    };
    const run = (command: string) =>
      promisify(execFile)('sh', ['-c', command], { cwd: folder, env, timeout: TIMEOUT_MS });
    const offline = await run(install).then(
      () => undefined,
      (error: Error) => /code E(NOTFOUND|AI_AGAIN|CONN\w+|TIMEDOUT|NOTCACHED)/.exec(error.message)?.[0] ?? fail(error)
    );
    if (offline !== undefined) {
      context.skip(`the registry gives no packages: ${offline}`);
      return;
    }
    await run(list);
    const { components } = readJson<{ components: Component[] }>(join(folder, 'sbom.cdx.json'));
    const installed = packagesOf(readJson<Lock>(join(folder, 'node_modules/.package-lock.json')));
    const ours = ({ name }: Component) => ['collector', 'schema'].includes(name);
    expect(components.filter(ours)).toHaveLength(2);
    expect(new Set(components.filter((one) => !ours(one)).map(nameOf))).toEqual(new Set(installed.map(nameOf)));
    expect(installed.map(({ name }) => name)).toEqual(expect.arrayContaining(shippedBy('collector/package.json')));
  });

  test('has no known hole of high severity', { timeout: TIMEOUT_MS }, async (context) => {
    const { stdout, stderr } = await npm('audit', '--omit', 'dev', '--json');
    const answer = JSON.parse(stdout === '' ? '{}' : stdout) as {
      vulnerabilities?: Record<string, { severity: string }>;
      message?: string;
    };
    const { vulnerabilities } = answer;
    if (vulnerabilities === undefined) {
      context.skip(`the registry answers no audits: ${answer.message ?? stderr.trim().split('\n')[0] ?? ''}`);
      return;
    }
    const grave = Object.entries(vulnerabilities).filter(([, { severity }]) => /^(high|critical)$/.test(severity));
    expect(grave.map(([name, { severity }]) => `${name}: ${severity}`)).toEqual([]);
  });

  test.each(['package.json', 'collector/package.json', 'schema/package.json'])(
    'says of each dependency of %s what it is for, and pins its version',
    (file) => {
      const { dependencies = {}, devDependencies = {} } = readJson<Package>(`${ROOT}${file}`);
      const text = readFileSync(`${ROOT}docs/dependencies.md`, 'utf8');
      const all = Object.entries({ ...dependencies, ...devDependencies });
      const missing = all.filter(([name]) => !isOurs(name) && !text.includes(name)).map(([name]) => name);
      expect(missing, 'a line each in docs/dependencies.md').toEqual([]);
      expect(all.filter(([name, version]) => !isOurs(name) && !/^\d/.test(version))).toEqual([]);
    }
  );
});

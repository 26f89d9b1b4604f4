import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

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

interface License {
  readonly expression?: string;
  readonly license?: { readonly id?: string; readonly name?: string };
}

interface Component {
  readonly name: string;
  readonly version: string;
  readonly licenses?: readonly License[];
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

function licenseOf({ licenses = [] }: Component): string {
  return licenses.map(({ expression, license }) => expression ?? license?.id ?? license?.name ?? '').join(' AND ');
}

describe('what is shipped with the product', () => {
  test('stands under licences that go with Apache-2.0', { timeout: TIMEOUT_MS }, async () => {
    const { stdout, stderr } = await npm('sbom', '--omit', 'dev', '--sbom-format', 'cyclonedx');
    expect(stdout, stderr).not.toBe('');
    const { components } = JSON.parse(stdout) as { components: Component[] };
    expect(components.length).toBeGreaterThan(100);
    const refused = components
      .filter((one) => LICENSE_ELSEWHERE[one.name] === undefined && !isAllowed(licenseOf(one)))
      .map((one) => `${one.name}@${one.version}: '${licenseOf(one)}'`);
    expect(refused, 'replace these, or allow their licences').toEqual([]);
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
      const { dependencies = {}, devDependencies = {} } = JSON.parse(readFileSync(`${ROOT}${file}`, 'utf8')) as Record<
        string,
        Record<string, string>
      >;
      const text = readFileSync(`${ROOT}docs/dependencies.md`, 'utf8');
      const all = Object.entries({ ...dependencies, ...devDependencies });
      const ours = ([name]: readonly [string, string]) => name.startsWith('@netobserv-flows/');
      const missing = all.filter((one) => !ours(one) && !text.includes(one[0])).map(([name]) => name);
      expect(missing, 'a line each in docs/dependencies.md').toEqual([]);
      expect(all.filter((one) => !ours(one) && !/^\d/.test(one[1]))).toEqual([]);
    }
  );
});

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ConfigError, loadYamlFile } from '../../src/config/yamlFile';

const directory = mkdtempSync(join(tmpdir(), 'yaml-file-'));
afterAll(() => rmSync(directory, { recursive: true }));

const schema = z.strictObject({
  loki: z
    .strictObject({
      url: z.url(),
      labels: z.array(z.enum(['Proto', 'Dscp'])).default(['Proto']),
      batchBytes: z.int().min(1024).max(4096).default(2048),
      password: z.string().optional(),
    })
    .optional(),
  name: z.string().min(2).optional(),
  rates: z.record(z.string(), z.number()).optional(),
  either: z.union([z.number(), z.strictObject({ port: z.int() })]).optional(),
  even: z
    .number()
    .refine((value) => value % 2 === 0, 'is odd; write an even number')
    .optional(),
});

const findings = (text: string): string => {
  const file = join(directory, 'config.yaml');
  writeFileSync(file, text);
  try {
    loadYamlFile(file, schema);
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    return (error as ConfigError).message.replaceAll(file, 'F');
  }
  return 'OK';
};

describe('a YAML file that fits', () => {
  it('comes back with defaults filled in', () => {
    const file = join(directory, 'good.yaml');
    writeFileSync(file, 'loki:\n  url: http://loki:3100\n');
    expect(loadYamlFile(file, schema)).toEqual({
      loki: { url: 'http://loki:3100', labels: ['Proto'], batchBytes: 2048 },
    });
  });
});

describe('a YAML file that does not fit names file, line, key, problem and remedy', () => {
  const cases: Array<[what: string, text: string, message: string]> = [
    [
      'a misspelt key',
      'loki:\n  url: http://l\n  lables: [Proto]\n',
      "F:3: loki.lables: unknown key; did you mean 'labels'?",
    ],
    [
      'a key of no likeness',
      'quux: 1\n',
      'F:1: quux: unknown key; remove it; keys known here: loki, name, rates, either, even',
    ],
    ['a missing key', 'name: ab\nloki:\n  labels: [Proto]\n', 'F:2: loki.url: missing; add it: a text is needed'],
    [
      'a wrong type',
      'loki:\n  url: http://l\n  batchBytes: big\n',
      "F:3: loki.batchBytes: 'big' is a text; write a number",
    ],
    [
      'a fraction',
      'loki:\n  url: http://l\n  batchBytes: 1025.5\n',
      'F:3: loki.batchBytes: 1025.5 is a fraction; write a whole number',
    ],
    [
      'too small a number',
      'loki:\n  url: http://l\n  batchBytes: 3\n',
      'F:3: loki.batchBytes: 3 is too small; write at least 1024',
    ],
    ['too short a text', 'name: a\n', "F:1: name: 'a' is too short; write at least 2 characters"],
    [
      'a list entry',
      'loki:\n  url: http://l\n  labels:\n    - Proto\n    - Nope\n',
      "F:5: loki.labels[1]: 'Nope' is not one of the values allowed; write Proto or Dscp",
    ],
    ['an address', 'loki: {url: nope}\n', "F:1: loki.url: 'nope' is not a valid url; correct it"],
    [
      'a secret of the wrong type, unseen',
      'loki:\n  url: http://l\n  password: 12345\n',
      'F:3: loki.password: the value (not shown) is a whole number; write a text',
    ],
    ['a value in a map of any key', 'rates:\n  a: 1\n  b: x\n', "F:3: rates.b: 'x' is a text; write a number"],
    [
      'no branch of a choice',
      'either: x\n',
      "F:1: either: 'x' does not fit; write a number or a mapping of keys to values",
    ],
    ['a fault inside a branch', 'either:\n  port: x\n', "F:2: either.port: 'x' is a text; write a number"],
    ['a rule of the schema', 'name: ab\n\neven: 3\n', 'F:3: even: is odd; write an even number'],
    ['a list at the top', '- 1\n', 'F:1: a list is not what belongs here; write a mapping of keys to values'],
    ['an empty file', '# nothing\n', 'F: is empty; write the settings in it'],
    ['a file without text', '', 'F: is empty; write the settings in it'],
  ];
  it.each(cases)('%s', (_what, text, message) => {
    expect(findings(text)).toBe(message);
  });

  it('every finding at once, one a line', () => {
    expect(findings('loki:\n  url: 5\n  lables: []\nname: 1\n').split('\n')).toHaveLength(3);
  });

  it('broken syntax, by line and column', () => {
    expect(findings('loki:\n  url: "http://l\n')).toMatch(
      /^F:\d: not valid YAML at column \d+: .*; correct the syntax there$/
    );
    expect(findings('name: ab\nname: cd\n')).toMatch(/^F:2: not valid YAML at column 1: Map keys must be unique/);
  });

  it('aliases that would blow up', () => {
    const bomb = [
      'a: &a [x,x,x,x,x,x,x,x,x,x]',
      ...'bcdefg'.split('').map((name, i) => `${name}: &${name} [${Array(10).fill(`*${'abcdef'[i]}`).join(',')}]`),
    ];
    expect(findings(bomb.join('\n'))).toMatch(/^F: .*alias.*; write the values out/i);
  });

  it.each([
    ['a missing file', join(directory, 'absent.yaml'), 'there is no such file; correct the path or create it'],
    ['a directory', directory, 'is a directory; name a file'],
  ])('%s', (_what, file, message) => {
    expect(() => loadYamlFile(file, schema)).toThrow(`${file}: ${message}`);
  });
});

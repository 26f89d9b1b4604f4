import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
  FILTER_PARAMETERS,
  filterFields,
  flowQuery,
  INSECURE_PORTS,
  NO_FILTERS,
  parseFilterText,
  QUICK_FILTERS,
  QUICK_PARAMETER,
  readQuickFilters,
} from '../index';

const docs = readFileSync(join(__dirname, '../../../docs/filters.md'), 'utf8');

/** The codes of the first cell of each row of the table under a heading. */
function firstCells(heading: string): string[] {
  const section = docs.split(`## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';
  return section
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .flatMap((line) => [...(line.split(' | ')[0] ?? '').matchAll(/`([^`]+)`/g)].map(([, code = '']) => code));
}

test.each(firstCells('In short'))('the example %s of docs/filters.md can be read', (example) => {
  expect(parseFilterText(example)).toMatchObject({ ok: true, value: [{}] });
});

test('docs/filters.md lists every keyword and alias', () => {
  const rows = docs.split('## Keywords')[1] ?? '';
  for (const { keyword, aliases, field, sided } of filterFields()) {
    const row = rows.split('\n').find((line) => line.includes(`(\`${field}\`)`)) ?? '';
    expect(row, field).toContain(`\`${keyword}\`${sided ? ' *' : ''} `);
    aliases.forEach((alias) => expect(row, field).toContain(`\`${alias}\``));
  }
});

test('the query of docs/filters.md is the one that is asked', () => {
  const parsed = parseFilterText('dst_port=https proto=tcp bytes>1MB');
  const { expr } = flowQuery(
    { ...NO_FILTERS, filters: parsed.ok ? parsed.value : [] },
    { labels: [], duplicates: 'hide' }
  );
  const shown = /```logql\n([\s\S]*?)```/.exec(docs)?.[1] ?? '';
  expect(shown.replace(/\s+/g, ' ').trim()).toBe(expr);
});

test('docs/filters.md lists the quick filters that there are, and the ports of those that go by ports', () => {
  expect(firstCells('Quick filters')).toEqual(QUICK_FILTERS.map(({ name }) => name));
  const section = docs.split('## Quick filters')[1] ?? '';
  expect(section).toContain(`ports ${INSECURE_PORTS.join(', ')} at either end`);
  const dns = QUICK_FILTERS.find(({ name }) => name === 'DNS')?.set.filters[0]?.values;
  expect(section).toContain('ports 53, 853 (over TLS) and 5353 at either end');
  expect(dns).toEqual(['53', '853', '5353']);
});

test('the configuration of docs/filters.md can be used whole', () => {
  const yaml = /```yaml\nquickFilters:\n([\s\S]*?)```/.exec(docs)?.[1] ?? '';
  // The example is plain enough to be read without a YAML parser: a list of flat entries.
  const entries = yaml.split(/^ {2}- /m).flatMap((entry) => {
    const pairs = [...entry.matchAll(/^\s*(\w+): (.*)$/gm)].map(([, key = '', value = '']) => [key, value] as const);
    return pairs.length === 0
      ? []
      : [Object.fromEntries(pairs.map(([key, value]) => [key, value === 'true' ? true : value]))];
  });
  expect(entries).toHaveLength(3);
  const { quick, problems } = readQuickFilters(entries);
  expect(problems).toEqual([]);
  expect(quick.map(({ name }) => name)).toEqual(expect.arrayContaining(['Web', 'Databases']));
  expect(quick.map(({ name }) => name)).not.toContain('Infrastructure');
});

test('the parameters of docs/filters.md are those that are read', () => {
  const names = firstCells('In the address').map((code) => code.split('=')[0]);
  expect(names.sort()).toEqual([...Object.values(FILTER_PARAMETERS), QUICK_PARAMETER].sort());
});

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { filterFields, flowQuery, NO_FILTERS, parseFilterText } from '../index';

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

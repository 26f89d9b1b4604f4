import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import {
  DEFAULT_LABELS,
  FIELDS,
  GROUP_TITLES,
  NETOBSERV_LABELS,
  type FieldDefinition,
  type FieldGroup,
} from '@netobserv-flows/schema';

const TARGET = new URL('flow-fields.md', import.meta.url);

/** The text of docs/flow-fields.md: one table a group, as schema/ has it. */
export function flowFieldsPage(): string {
  const fields: readonly FieldDefinition[] = FIELDS;
  const groups = (Object.keys(GROUP_TITLES) as FieldGroup[]).map((group) =>
    [
      `## ${GROUP_TITLES[group]}`,
      '',
      '| field | type | what it is | where it comes from |',
      '| --- | --- | --- | --- |',
      ...fields.filter((field) => field.group === group).map(row),
      '',
    ].join('\n')
  );
  return [
    '# Flow fields',
    '',
    'Generated from `schema/` by `npm run docs`; do not edit by hand.',
    '',
    'Every flow is one JSON object. A value that is not known is left out: it is never `""`, `0` or `null` in its stead.',
    `In Loki, ${DEFAULT_LABELS.map(code).join(', ')} are stream labels and the rest is the line. The wide list, for`,
    `dashboards that were written for NetObserv, is ${NETOBSERV_LABELS.map(code).join(', ')} (\`loki.labels\`).`,
    '',
    ...groups,
  ].join('\n');
}

function row(field: FieldDefinition): string {
  const type = field.unit === undefined ? field.type : `${field.type} (${field.unit})`;
  const cells = [code(field.name), type, field.description, field.source];
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}

function code(text: string): string {
  return `\`${text}\``;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const page = flowFieldsPage();
  if (!process.argv.includes('--check')) {
    writeFileSync(TARGET, page);
  } else if (readFileSync(TARGET, 'utf8') !== page) {
    console.error('docs/flow-fields.md does not follow schema/: run `npm run docs` and commit the result.');
    process.exit(1);
  }
}

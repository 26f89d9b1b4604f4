import { COLUMN_END, columnText, fieldDefinition, LINE_ORDER } from '@netobserv-flows/schema';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { filterSetCondition } from '../filter/condition';
import { matchesFlow, NO_FILTERS, parseFilterText, type FilterSet } from '../index';
import { filterSets } from '../test/arbitraries';
import { COLUMNS_LINE, lineFilters, type LineForm } from './prune';

const everywhere = () => true;

function filtersOf(text: string, more: Partial<FilterSet> = {}, form?: LineForm): string[] {
  const parsed = parseFilterText(text);
  if (!parsed.ok) {
    throw new Error(parsed.error);
  }
  return lineFilters(filterSetCondition({ ...NO_FILTERS, filters: parsed.value, ...more }), everywhere, form);
}

/** What a line filter keeps, for the literals and patterns that `lineFilters` writes. */
function keeps(filter: string, line: string): boolean {
  const [, operator, literal = ''] = /^(\|=|\|~|!~) ([\s\S]*)$/.exec(filter) ?? [];
  const text: string = literal.startsWith('`') ? literal.slice(1, -1) : JSON.parse(literal);
  if (operator === '!~') {
    return !new RegExp(text).test(line);
  }
  if (operator === '|=') {
    return line.includes(text);
  }
  // JavaScript before 2025 knows no (?i:…): all of it may then match in any case, or the mark leads the whole.
  return new RegExp(text.replace(/\(\?i\)/g, '').replace(/\(\?i:/g, '(?:'), 'i').test(line);
}

const goJson = (value: unknown) =>
  JSON.stringify(value).replace(/[<>&\u2028\u2029]/g, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`);

describe('line filters', () => {
  test.each([
    ['dst_port=443', '|= `"DstPort":443`'],
    ['port=443', '|= `Port":443`'],
    ['src_name="web"', '|= `"SrcK8S_Name":"web"`'],
    ['src_name="<web>"', '|= `"SrcK8S_Name":"`'],
    ['name=demo', '|~ "(?i)demo"'],
    ['name=desks', '|~ "(?i)de"'],
    ['src_name=web*', '|~ `(?i)"SrcK8S_Name":"web`'],
    ['10.0.0.0/8', '|= `Addr":"10.`'],
    ['10.0.0.0/12', '|= `Addr":"10.`'],
    ['src_ip=2001:db8::/32', '|= `"SrcAddr":"2001:db8:`'],
    ['src_ip=2001:db8::1', '|= `"SrcAddr":"2001:db8::1"`'],
    ['interface="eth0"', '|= `"eth0"`'],
    ['duplicate=true', '|= `"Duplicate":true`'],
    ['port=53,443', '|~ `(?:(?:Port":53)|(?:Port":443))`'],
    ['src_kind=""', '!~ `"SrcK8S_Type":"[^"]`'],
  ])('%s is looked for by %s', (text, ...filters) => {
    expect(filtersOf(text)).toEqual(filters);
  });

  test.each(['name!=web', 'proto=""', 'bytes>1MB', 'duplicate=false', 'port!=443'])('%s has none', (text) => {
    expect(filtersOf(text)).toEqual([]);
  });

  test.each([
    ['dst_port=443', String.raw`|= "\t443\t"`],
    ['port=443', String.raw`|= "\t443\t"`],
    ['src_name="web"', String.raw`|= "\tweb\t"`],
    ['src_name=web*', String.raw`|~ "(?i)\tweb"`],
    ['name=desks', '|~ "(?i)de"'],
    ['10.0.0.0/12', String.raw`|= "\t10."`],
    ['10.0.0.1', String.raw`|= "\t10.0.0.1\t"`],
    ['src_ip=2001:db8::1', String.raw`|= "\t2001:db8::1\t"`],
    ['port=53,443', String.raw`|~ "(?:(?:\t53\t)|(?:\t443\t))"`],
    ['src_kind=""'],
    ['src_kind!=""'],
  ])('%s is looked for among columns by %s', (text, ...filters) => {
    expect(filtersOf(text, {}, COLUMNS_LINE)).toEqual(filters);
  });

  test('match any prunes only where every filter does', () => {
    expect(filtersOf('src_port=443 dst_name="web"', { match: 'any' })).toEqual([
      '|~ `(?:(?:"SrcPort":443)|(?:"DstK8S_Name":"web"))`',
    ]);
    expect(filtersOf('src_port=443 dst_name!=web', { match: 'any' })).toEqual([]);
  });

  test('bidirectional looks for one side or the other', () => {
    expect(filtersOf('src_port=443', { bidirectional: true })).toEqual(['|= `Port":443`']);
  });

  test('never leave out a line that meets the filters, written by JavaScript or by Go, or in columns', () => {
    const record = fc.constantFrom(...LINE_ORDER);
    const value = fc.oneof(
      fc.string({ unit: fc.constantFrom('a', 'K', 'ſ', '"', '\\', '<', '&', '\n', '/', 'ß', '0'), maxLength: 8 }),
      fc.nat(300),
      fc.constantFrom(true, ['eth0', 'a"b'], [0, 1], '10.0.0.1', '2001:db8::1', 'fe80::1')
    );
    let met = 0;
    fc.assert(
      fc.property(filterSets, fc.dictionary(record, value, { minKeys: 5, maxKeys: 30 }), (set, flow) => {
        const planted = plant(set, flow);
        if (!matchesFlow(set, planted)) {
          return;
        }
        met++;
        for (const filter of lineFilters(filterSetCondition(set), everywhere)) {
          expect(keeps(filter, JSON.stringify(planted)), filter).toBe(true);
          expect(keeps(filter, goJson(planted)), filter).toBe(true);
        }
        for (const filter of lineFilters(filterSetCondition(set), everywhere, COLUMNS_LINE)) {
          expect(keeps(filter, row(planted)), filter).toBe(true);
        }
      }),
      { numRuns: 3000 }
    );
    expect(met).toBeGreaterThan(300);
  });
});

/** The flow as values in columns, as those of sums lie; lists, which no sums have, as they stand in flows. */
function row(flow: Record<string, unknown>): string {
  const text = (value: unknown) =>
    typeof value === 'string' || typeof value === 'number' ? columnText(value) : JSON.stringify(value ?? '');
  return [COLUMN_END, ...LINE_ORDER.map((field) => `${text(flow[field])}${COLUMN_END}`)].join('');
}

/** A value of the type that records have for the field; undefined where it cannot be one. */
function typed(field: string, value: unknown): unknown {
  const type = fieldDefinition(field)?.type;
  if (type === 'strings' || type === 'integers') {
    return Array.isArray(value) ? value.filter((one) => (typeof one === 'string') === (type === 'strings')) : undefined;
  }
  if (type === 'boolean') {
    return String(value) === 'true' ? true : undefined;
  }
  if (type === 'string' || type === 'address' || type === 'mac') {
    return String(value);
  }
  return /^\d+$/.test(String(value)) ? Number(value) : undefined;
}

/** The flow as a record, with values of the filters put in, so that filters are often met. */
function plant(set: FilterSet, flow: Record<string, unknown>): Record<string, unknown> {
  const wanted = set.filters.flatMap(({ field, side, values: [text] }) => {
    const name = LINE_ORDER.find((one) => one === field || one.replace(side === 'dst' ? 'Dst' : 'Src', '') === field);
    return name === undefined || text === undefined ? [] : [[name, name === 'Interfaces' ? [text] : text] as const];
  });
  const entries = [['Bytes', 1] as const, ...Object.entries(flow), ...wanted];
  return Object.fromEntries(entries.map(([name, value]) => [name, typed(name, value)]));
}

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { filterFields, filtersFromUrl, filtersToUrl, formatFilter, NO_FILTERS, parseFilterText } from '../index';
import { filtersOf, filterSets } from '../test/arbitraries';

describe('filters in the address', () => {
  test('every set comes back the same', () => {
    fc.assert(
      fc.property(filterSets, (set) => {
        expect(filtersFromUrl(filtersToUrl(set))).toEqual({ set, problems: [] });
      }),
      { numRuns: 1000 }
    );
  });

  test('every set survives the encoding of a real address', () => {
    fc.assert(
      fc.property(filterSets, (set) => {
        const parameters = new URLSearchParams();
        for (const [name, value] of Object.entries(filtersToUrl(set))) {
          [value].flat().forEach((one) => parameters.append(name, one));
        }
        const read = new URLSearchParams(parameters.toString());
        const grouped = Object.fromEntries([...read.keys()].map((name) => [name, read.getAll(name)]));
        expect(filtersFromUrl(grouped)).toEqual({ set, problems: [] });
      })
    );
  });

  test.each(
    filterFields().flatMap((info) => info.comparisons.map((comparison) => [info.field, comparison, info] as const))
  )('%s, compared by %s, comes back the same from text and address', (_field, comparison, info) => {
    fc.assert(
      fc.property(filtersOf(info, comparison), (filter) => {
        expect(parseFilterText(formatFilter(filter))).toEqual({ ok: true, value: [filter] });
        const parameters = new URLSearchParams([['filter', formatFilter(filter)]]);
        const read = new URLSearchParams(parameters.toString()).getAll('filter');
        expect(filtersFromUrl({ filter: read }).set.filters).toEqual([filter]);
      }),
      { numRuns: 20 }
    );
  });

  test('no filters leave no trace', () => {
    expect(filtersToUrl(NO_FILTERS)).toEqual({});
    expect(filtersFromUrl({})).toEqual({ set: NO_FILTERS, problems: [] });
  });

  test('is readable', () => {
    expect(
      filtersToUrl({
        filters: [
          { field: 'K8S_Namespace', side: 'src', comparison: 'equals', values: ['demo'] },
          { field: 'Port', side: 'either', comparison: 'equals', values: ['https', '1024-65535'], disabled: true },
        ],
        match: 'any',
        bidirectional: true,
      })
    ).toEqual({
      filter: ['src_namespace="demo"', 'off:port=https,1024-65535'],
      match: 'any',
      bidirectional: 'true',
    });
  });

  test('what cannot be read is told and the rest stands', () => {
    const { set, problems } = filtersFromUrl({ filter: ['port=70000', 'proto=tcp'], match: 'most', other: '1' });
    expect(set).toEqual({ ...NO_FILTERS, filters: [{ field: 'Proto', comparison: 'equals', values: ['tcp'] }] });
    expect(problems).toEqual([expect.stringMatching(/^port=70000: .*70000 is not a port/)]);
  });

  test('an address with very many filters is cut and told', () => {
    const { set, problems } = filtersFromUrl({ filter: Array.from({ length: 500 }, () => 'proto=tcp') });
    expect(set.filters).toHaveLength(100);
    expect(problems).toHaveLength(1);
  });
});

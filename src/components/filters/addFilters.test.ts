import { filtersFromUrl, filtersToUrl, NO_FILTERS, type FilterSet } from '../../flow';
import { withAddress } from './addFilters';

const own = (filter: readonly string[], also: Partial<FilterSet> = {}): FilterSet => ({
  ...filtersFromUrl({ filter }).set,
  ...also,
});

function taken(set: FilterSet, search: string) {
  const result = withAddress(set, search);
  return result.ok ? { ...result.value, set: filtersToUrl(result.value.set) } : result.error;
}

describe('an address of the flow table that is pasted elsewhere', () => {
  it('keeps its meaning where there are no filters yet', () => {
    const search = '?filter=src_port%3D53&filter=proto%3Dudp&match=any&bidirectional=true&quick=DNS&limit=50';
    expect(taken({ ...NO_FILTERS, match: 'all' }, search)).toEqual({
      set: { filter: ['src_port=53', 'proto=udp'], match: 'any', bidirectional: 'true' },
      quick: ['DNS'],
      problems: [],
    });
  });

  it('says what of it other pages do not know', () => {
    expect(taken(NO_FILTERS, '?filter=port%3D70000&direction=ingress&duplicates=true')).toMatchObject({
      problems: [
        expect.stringContaining('70000'),
        'direction: is left out; flows of both directions are counted',
        'duplicates: is left out; each packet is counted once',
      ],
    });
  });

  it.each<[why: string, set: FilterSet, search: string, filters: object]>([
    ['all join alike', own(['proto=tcp']), '?filter=port%3D80&filter=bytes%3E1', { filter: 3 }],
    ['a filter is there already', own(['proto=tcp']), '?filter=proto%3Dtcp', { filter: 1 }],
    ['one of any is as good as of all', own(['proto=tcp', 'port=1']), '?filter=port%3D80&match=any', { filter: 3 }],
    [
      'the only one of any is',
      own(['proto=tcp'], { match: 'any' }),
      '?filter=port%3D80&filter=bytes%3E1',
      { filter: 3 },
    ],
    [
      'it adds to alternatives',
      own(['port=1', 'port=2'], { match: 'any' }),
      '?filter=port%3D80',
      { filter: 3, match: 'any' },
    ],
    ['no end is minded', own(['proto=tcp']), '?filter=port%3D80&bidirectional=true', { filter: 2 }],
    [
      'it has quick filters alone',
      own(['src_port=1'], { match: 'any' }),
      '?quick=DNS&bidirectional=true',
      { filter: 1, match: 'any' },
    ],
  ])('is joined to filters where %s', (_, set, search, expected) => {
    const result = taken(set, search);
    const { filter = [], ...rest } = typeof result === 'string' ? {} : result.set;
    expect({ filter: filter.length, ...rest }).toEqual(expected);
  });

  it.each<[reason: string, set: FilterSet, search: string]>([
    ['Its filters join by any', own(['proto=tcp']), '?filter=port%3D80&filter=port%3D81&match=any'],
    ['yours join by any', own(['port=1', 'port=2'], { match: 'any' }), '?filter=port%3D80&filter=proto%3Dtcp'],
    ['Its filters hold both ways', own(['proto=tcp']), '?filter=src_port%3D80&bidirectional=true'],
    ['yours both ways', own(['src_port=1'], { bidirectional: true }), '?filter=port%3D80'],
  ])('is refused where it would mean something else: %s', (reason, set, search) => {
    expect(taken(set, search)).toContain(reason);
  });
});

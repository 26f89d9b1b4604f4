import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  filtersFromUrl,
  filtersToUrl,
  formatFilters,
  quickFromUrl,
  quickToUrl,
  QUICK_FILTERS,
  readPasted,
} from '../index';
import { filterSets, validFilters } from '../test/arbitraries';

const view = (search: string) => ({ ok: true, value: { kind: 'view', search } });

describe('what is pasted', () => {
  test.each([
    ['https://grafana.example/a/netobserv-flows-app/flows?filter=port%3Dhttps', '?filter=port%3Dhttps'],
    ['  http://localhost:3000/grafana/a/netobserv-flows-app/flows/?limit=50&quick=DNS#x ', '?limit=50&quick=DNS'],
    ['/a/netobserv-flows-app/flows?match=any', '?match=any'],
    ['/grafana/a/netobserv-flows-app/flows?match=any', '?match=any'],
    ['?filter=proto%3Dtcp&filter=bytes%3E1', '?filter=proto%3Dtcp&filter=bytes%3E1'],
    ['filter=src_namespace%3D%22demo%22&match=any', '?filter=src_namespace%3D%22demo%22&match=any'],
    ['https://g/a/netobserv-flows-app/flows?orgId=2&kiosk&auth_token=x&from=now-1h', '?from=now-1h'],
  ])('%s is a view', (text, search) => {
    expect(readPasted(text)).toEqual(view(search));
  });

  test.each<[text: string, filters: number, named: boolean]>([
    ['src_namespace=demo port:https', 2, true],
    ['proto=tcp\nbytes>1MB', 2, true],
    ['10.0.0.0/8', 1, false],
    ['demo port=443', 2, false],
    ['', 0, false],
  ])('%j are filters', (text, filters, named) => {
    const pasted = readPasted(text);
    expect(pasted).toMatchObject({ ok: true, value: { kind: 'filters', named } });
    expect(pasted.ok && pasted.value.kind === 'filters' ? pasted.value.filters : []).toHaveLength(filters);
  });

  test.each([
    ['https://example.com/?filter=port%3D80', /not an address of the flow table/],
    ['https://g/a/other-app/flows?filter=port%3D80', /not an address of the flow table/],
    ['/a/netobserv-flows-app/overview?scope=namespace:shop', /not an address of the flow table/],
    ['https://g/grafana/a/netobserv-flows-app/overview?filter=port%3D80', /not an address of the flow table/],
    ['https://g/a/netobserv-flows-app/alerts?search=dns', /not an address of the flow table/],
    ['https://g/a/netobserv-flows-app?filter=port%3D80', /not an address of the flow table/],
    ['https://g/x?u=/a/netobserv-flows-app/flows', /not an address of the flow table/],
    ['http://[bad/a/netobserv-flows-app/flows?x=1', /is not an address/],
    ['https://g/a/netobserv-flows-app/flows', /holds nothing but a page/],
    ['port=70000', /70000 is not a port/],
    ['x'.repeat(30_000), /up to 20000/],
  ])('%s is refused with the reason', (text, reason) => {
    expect(readPasted(text)).toMatchObject({ ok: false, error: expect.stringMatching(reason) });
  });

  test('the address of every view gives its filters and quick filters back', () => {
    const quick = fc.subarray(QUICK_FILTERS.map(({ name }) => name));
    fc.assert(
      fc.property(filterSets, quick, (set, active) => {
        const parameters = new URLSearchParams({ from: 'now-1h' });
        for (const [name, value] of Object.entries({ ...filtersToUrl(set), ...quickToUrl(active) })) {
          [value].flat().forEach((one) => parameters.append(name, one));
        }
        const pasted = readPasted(`https://grafana.example/a/netobserv-flows-app/flows?${parameters.toString()}`);
        const search = new URLSearchParams(pasted.ok && pasted.value.kind === 'view' ? pasted.value.search : '');
        const grouped = Object.fromEntries([...search.keys()].map((name) => [name, search.getAll(name)]));
        expect(filtersFromUrl(grouped)).toEqual({ set, problems: [] });
        expect(quickFromUrl(grouped, QUICK_FILTERS)).toEqual({ active, problems: [] });
      })
    );
  });

  test('every text of filters gives them back', () => {
    fc.assert(
      fc.property(fc.array(validFilters, { minLength: 1, maxLength: 4 }), (filters) => {
        expect(readPasted(formatFilters(filters))).toEqual({
          ok: true,
          value: { kind: 'filters', filters, named: true },
        });
      })
    );
  });

  test('no text makes it fail otherwise than by a reason', () => {
    const piece = fc.constantFrom(
      'http://',
      '/a/netobserv-flows-app',
      '?',
      '&',
      '=',
      'filter',
      '%',
      '"',
      ':',
      '[',
      ' '
    );
    fc.assert(
      fc.property(fc.string({ unit: fc.oneof(piece, fc.string({ unit: 'binary', maxLength: 1 })) }), (text) => {
        const pasted = readPasted(text);
        expect(pasted.ok || pasted.error.length > 0).toBe(true);
      }),
      { numRuns: 1000 }
    );
  });
});

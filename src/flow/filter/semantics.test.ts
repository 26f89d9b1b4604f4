import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  matchesFlow,
  negateFilter,
  NO_FILTERS,
  parseFilterText,
  swapSides,
  validateFilter,
  type Filter,
  type FilterSet,
} from '../index';
import { filterSets } from '../test/arbitraries';

const FLOW = {
  SrcAddr: '10.128.0.7',
  DstAddr: '2001:db8::1',
  SrcPort: 51234,
  DstPort: 443,
  Proto: 6,
  Bytes: 1_500_000,
  SrcMac: '02:42:ac:11:00:02',
  SrcK8S_Namespace: 'Demo',
  DstK8S_Namespace: 'shop',
  SrcK8S_Name: 'web-1',
  Interfaces: ['eth0', 'br-int'],
  IfDirections: [0, 1],
  FlowDirection: '1',
};

function setOf(text: string, more: Partial<FilterSet> = {}): FilterSet {
  const parsed = parseFilterText(text);
  if (!parsed.ok) {
    throw new Error(parsed.error);
  }
  return { ...NO_FILTERS, filters: parsed.value, ...more };
}

const MEANING: ReadonlyArray<readonly [text: string, meets: boolean]> = [
  ['src_namespace=demo', true],
  ['src_namespace=EM', true],
  ['src_namespace="Demo"', true],
  ['src_namespace="demo"', false],
  ['src_namespace=dem*', true],
  ['src_namespace=*em', false],
  ['src_namespace=*mo', true],
  ['src_namespace!=demo', false],
  ['dst_namespace=demo', false],
  ['namespace=demo', true],
  ['namespace!=demo', false],
  ['namespace!=other', true],
  ['namespace=demo,nonesuch', true],
  ['namespace!=nonesuch,shop', false],
  ['dst_name=web', false],
  ['dst_name!=web', true],
  ['dst_name=""', true],
  ['src_name=""', false],
  ['name=*', true],
  ['name=""', false],
  ['zone=""', true],
  ['port=443', true],
  ['port=https', true],
  ['src_port=443', false],
  ['port=1-442,444-1000', false],
  ['port=51000-52000', true],
  ['port>51233', true],
  ['dst_port>=443 dst_port<=443', true],
  ['dst_port<443', false],
  ['proto=tcp', true],
  ['proto!=TCP', false],
  ['bytes>1.5MB', false],
  ['bytes>=1.5MB', true],
  ['bytes<1.5MiB', true],
  ['packets>0', false],
  ['packets!=1', true],
  ['10.0.0.0/8', true],
  ['10.128.0.8/29', false],
  ['10.128.0.7/32', true],
  ['10.128.0.1-10.128.0.9', true],
  ['ip=2001:DB8:0:0::1', true],
  ['2001:db8::/127', true],
  ['::/0', true],
  ['src_ip=::/0', false],
  ['0.0.0.0/0', true],
  ['dst_ip=0.0.0.0/0', false],
  ['ip!=10.0.0.0/8', false],
  ['src_mac=02-42-AC-11-00-02', true],
  ['src_mac=0242.ac11.0002', true],
  ['src_mac=02:42*', true],
  ['dst_mac!=02:42*', true],
  ['interface="eth0"', true],
  ['interface="eth"', false],
  ['interface=BR-', true],
  ['interface!=eth0', false],
  ['interface=""', false],
  ['interface_direction=1', true],
  ['interface_direction=2', false],
  ['interface_direction>0', true],
  ['direction=egress', true],
  ['direction!=ingress,inner', true],
  ['duplicate=false', true],
  ['duplicate=true', false],
  ['off:proto=udp', true],
];

describe('what filters mean', () => {
  test.each(MEANING)('%s: %s', (text, meets) => {
    expect(matchesFlow(setOf(text), FLOW)).toBe(meets);
  });

  test('match all needs every filter, match any one of them', () => {
    expect(matchesFlow(setOf('proto=tcp port=53'), FLOW)).toBe(false);
    expect(matchesFlow(setOf('proto=tcp port=53', { match: 'any' }), FLOW)).toBe(true);
    expect(matchesFlow(setOf('proto=udp port=53', { match: 'any' }), FLOW)).toBe(false);
    expect(matchesFlow({ ...NO_FILTERS, match: 'any' }, FLOW)).toBe(true);
    expect(matchesFlow(setOf('off:proto=udp', { match: 'any' }), FLOW)).toBe(true);
  });

  test('bidirectional takes a flow from B to A for A to B, and nothing in between', () => {
    const there = setOf('src_namespace=shop dst_namespace=demo');
    const mixed = setOf('src_namespace=shop dst_namespace=shop', { bidirectional: true });
    expect(matchesFlow(there, FLOW)).toBe(false);
    expect(matchesFlow({ ...there, bidirectional: true }, FLOW)).toBe(true);
    expect(matchesFlow(swapSides(there), FLOW)).toBe(true);
    expect(matchesFlow(mixed, FLOW)).toBe(false);
  });

  test('case folds one character at a time', () => {
    const name = (value: string, record: string) => matchesFlow(setOf(`src_name=${value}`), { SrcK8S_Name: record });
    expect(name('KELVIN', 'Kelvin')).toBe(true);
    expect(name('sharp', 'ſHARP')).toBe(true);
    expect(name('STRAẞE', 'straße')).toBe(true);
    expect(name('strasse', 'straße')).toBe(false);
    expect(name('istanbul', 'İstanbul')).toBe(false);
    expect(name('ı', 'I')).toBe(false);
    expect(name('σίσυφοσ', 'ΣΊΣΥΦΟς')).toBe(true);
  });

  test('a negated filter is met by exactly the flows that do not meet it', () => {
    fc.assert(
      fc.property(filterSets, (set) => {
        for (const filter of set.filters.filter(({ comparison }) => !/^(less|greater)/.test(comparison))) {
          const alone = (one: Filter) => ({ ...NO_FILTERS, filters: [{ ...one, disabled: false }] });
          expect(matchesFlow(alone(negateFilter(filter)), FLOW)).toBe(!matchesFlow(alone(filter), FLOW));
        }
      })
    );
  });

  test('swapping twice changes nothing, and a bidirectional set is that of its swap', () => {
    fc.assert(
      fc.property(filterSets, (set) => {
        expect(swapSides(swapSides(set))).toEqual(set);
        const both = { ...set, bidirectional: true };
        expect(matchesFlow(swapSides(both), FLOW)).toBe(matchesFlow(both, FLOW));
      })
    );
  });
});

describe('what is refused', () => {
  const REFUSED: ReadonlyArray<readonly [reason: RegExp, filter: unknown]> = [
    [/not a field of flows/, { field: 'Nonesuch', comparison: 'equals', values: ['1'] }],
    [/not a field of flows/, { field: '__proto__', comparison: 'equals', values: ['1'] }],
    [/cannot be compared by/, { field: 'Proto', comparison: 'like', values: ['1'] }],
    [/is not a side/, { field: 'Port', side: 'both', comparison: 'equals', values: ['1'] }],
    [/has no side/, { field: 'Proto', side: 'src', comparison: 'equals', values: ['1'] }],
    [/needs a value/, { field: 'Proto', comparison: 'equals', values: [] }],
    [/takes no value/, { field: 'Proto', comparison: 'empty', values: ['6'] }],
    [/empty value/, { field: 'K8S_Name', comparison: 'equals', values: [''] }],
    [/up to 500/, { field: 'K8S_Name', comparison: 'equals', values: ['x'.repeat(501)] }],
    [/up to 200/, { field: 'Port', comparison: 'equals', values: Array.from({ length: 201 }, String) }],
    [/cannot be searched/, { field: 'K8S_Name', comparison: 'equals', values: ['\ud800'] }],
    [/cannot be searched/, { field: 'K8S_Name', comparison: 'equals', values: ['a\u0000'] }],
    [/not both/, { field: 'Duplicate', comparison: 'equals', values: ['true', 'false'] }],
  ];

  test.each(REFUSED)('%s', (reason, filter) => {
    expect(validateFilter(filter as Filter)).toMatchObject({ ok: false, error: expect.stringMatching(reason) });
    expect(() => matchesFlow({ ...NO_FILTERS, filters: [filter as Filter] }, FLOW)).toThrow(reason);
  });
});

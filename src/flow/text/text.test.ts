import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { filterFields, formatFilter, formatFilters, parseFilterText, type Filter } from '../index';
import { validFilters } from '../test/arbitraries';

const READ: ReadonlyArray<readonly [text: string, ...filters: Filter[]]> = [
  ['src_namespace=demo', { field: 'K8S_Namespace', side: 'src', comparison: 'contains', values: ['demo'] }],
  ['SrcK8S_Namespace="demo"', { field: 'K8S_Namespace', side: 'src', comparison: 'equals', values: ['demo'] }],
  ['dstk8s_namespace=demo', { field: 'K8S_Namespace', side: 'dst', comparison: 'contains', values: ['demo'] }],
  ['port:https', { field: 'Port', side: 'either', comparison: 'equals', values: ['https'] }],
  ['port = 443', { field: 'Port', side: 'either', comparison: 'equals', values: ['443'] }],
  [
    'dst_port=80, 443,8000-8999',
    { field: 'Port', side: 'dst', comparison: 'equals', values: ['80', '443', '8000-8999'] },
  ],
  ['10.0.0.0/8', { field: 'Addr', side: 'either', comparison: 'equals', values: ['10.0.0.0/8'] }],
  ['10.0.0.1-10.0.0.9', { field: 'Addr', side: 'either', comparison: 'equals', values: ['10.0.0.1-10.0.0.9'] }],
  ['fe80::1', { field: 'Addr', side: 'either', comparison: 'equals', values: ['fe80::1'] }],
  ['::1', { field: 'Addr', side: 'either', comparison: 'equals', values: ['::1'] }],
  ['2001:db8::/32', { field: 'Addr', side: 'either', comparison: 'equals', values: ['2001:db8::/32'] }],
  ['src_ip=fd00::/8', { field: 'Addr', side: 'src', comparison: 'equals', values: ['fd00::/8'] }],
  ['aa:bb:cc:dd:ee:ff', { field: 'Mac', side: 'either', comparison: 'equals', values: ['aa:bb:cc:dd:ee:ff'] }],
  ['src_mac=02:42*', { field: 'Mac', side: 'src', comparison: 'starts', values: ['02:42'] }],
  ['udp', { field: 'Proto', comparison: 'equals', values: ['udp'] }],
  ['443', { field: 'Port', side: 'either', comparison: 'equals', values: ['443'] }],
  ['ssh', { field: 'Port', side: 'either', comparison: 'equals', values: ['ssh'] }],
  ['frontend', { field: 'K8S_Name', side: 'either', comparison: 'contains', values: ['frontend'] }],
  ['bytes>1MB', { field: 'Bytes', comparison: 'greater', values: ['1MB'] }],
  ['bytes<=10KiB', { field: 'Bytes', comparison: 'lessOrEqual', values: ['10KiB'] }],
  ['dst_name!=foo', { field: 'K8S_Name', side: 'dst', comparison: 'notContains', values: ['foo'] }],
  ['name=*web', { field: 'K8S_Name', side: 'either', comparison: 'ends', values: ['web'] }],
  ['name=web*', { field: 'K8S_Name', side: 'either', comparison: 'starts', values: ['web'] }],
  ['name=*web*', { field: 'K8S_Name', side: 'either', comparison: 'contains', values: ['web'] }],
  ['name!="a \\"b\\" c"', { field: 'K8S_Name', side: 'either', comparison: 'notEquals', values: ['a "b" c'] }],
  ['name=""', { field: 'K8S_Name', side: 'either', comparison: 'empty', values: [] }],
  ['name=*', { field: 'K8S_Name', side: 'either', comparison: 'notEmpty', values: [] }],
  ['src_service!=""', { field: 'K8S_Service', side: 'src', comparison: 'notEmpty', values: [] }],
  ['direction=ingress', { field: 'FlowDirection', comparison: 'equals', values: ['ingress'] }],
  ['off:zone=eu', { field: 'K8S_Zone', side: 'either', comparison: 'contains', values: ['eu'], disabled: true }],
  [
    '  ns=demo and proto!=udp;port=53 ',
    { field: 'K8S_Namespace', side: 'either', comparison: 'contains', values: ['demo'] },
    { field: 'Proto', comparison: 'notEquals', values: ['udp'] },
    { field: 'Port', side: 'either', comparison: 'equals', values: ['53'] },
  ],
  ['   '],
];

const REFUSED: ReadonlyArray<readonly [text: string, reason: RegExp]> = [
  ['port=70000', /70000 is not a port \(0 to 65535\)/],
  ['port=nonesuch', /nonesuch is not a port/],
  ['port=9000-80', /9000-80 runs backwards; write 80-9000/],
  ['port=443*', /takes no star/],
  ['proto=256', /256 is not a protocol number/],
  ['direction=up', /ingress, egress and inner/],
  ['10.0.0.0/33', /\/33 is not a prefix length of an IPv4 block; 0 to 32 are/],
  ['ip=fe80::/129', /0 to 128/],
  ['10.0.0', /10\.0\.0 is not an IP address/],
  ['ip=10.0.0.9-10.0.0.1', /runs backwards; write 10\.0\.0\.1-10\.0\.0\.9/],
  ['ip=10.0.0.1-fe80::1', /different families/],
  ['src_mac=zz', /zz is not a MAC address/],
  ['bytes>much', /much is not a number of bytes/],
  ['bytes>1,2', /one number after greater/],
  ['bytes<0', /nothing is less than 0/],
  ['name>5', /Name cannot be compared by greater/],
  ['ip>10.0.0.1', /IP cannot be compared by greater/],
  ['colour=red', /colour is not a field of flows/],
  ['src_proto=tcp', /src_proto is not a field/],
  ['name=', /needs a value|empty value/],
  ['name="oops', /not closed/],
  ['name=web*,"exact"', /compared the same way/],
  ['duplicate=maybe', /neither true nor false/],
  ['vlan=5000', /0 to 4095/],
  ['=', /cannot be read|name/],
];

describe('the text form', () => {
  test.each(READ.map(([text, ...filters]) => ({ text, filters })))('reads $text', ({ text, filters }) => {
    expect(parseFilterText(text)).toEqual({ ok: true, value: filters });
  });

  test.each(REFUSED)('refuses %s with the reason', (text, reason) => {
    const result = parseFilterText(text);
    expect(result).toMatchObject({ ok: false, error: expect.stringMatching(reason) });
  });

  test('reads every field by its keyword, its own name and its aliases', () => {
    for (const info of filterFields()) {
      for (const name of [info.keyword, info.field, ...info.aliases]) {
        expect(parseFilterText(`${name}!=""`), name).toMatchObject(
          info.type === 'boolean' ? { ok: false } : { ok: true, value: [{ field: info.field, comparison: 'notEmpty' }] }
        );
      }
    }
  });

  test('no two fields share a name', () => {
    const names = filterFields().flatMap(({ field, keyword, aliases }) => [
      ...new Set([field, keyword, ...aliases].map((name) => name.toLowerCase())),
    ]);
    expect(names).toHaveLength(new Set(names).size);
  });

  test('a filter that is written is read back the same, whatever its values', () => {
    fc.assert(
      fc.property(validFilters, (filter) => {
        expect(parseFilterText(formatFilter(filter))).toEqual({ ok: true, value: [filter] });
      }),
      { numRuns: 2000 }
    );
  });

  test('several filters that are written after each other are read back the same', () => {
    fc.assert(
      fc.property(fc.array(validFilters, { maxLength: 5 }), (filters) => {
        expect(parseFilterText(formatFilters(filters))).toEqual({ ok: true, value: filters });
      })
    );
  });

  test('no text makes it fail otherwise than by a reason', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => {
        const result = parseFilterText(text);
        expect(result.ok || result.error.length > 0).toBe(true);
      }),
      { numRuns: 2000 }
    );
  });
});

import { describe, expect, it } from 'vitest';
import { NO_FILTERS, type Filter } from '../index';
import { partSums, type Asked } from './expression';

const PART = { source: 'rollup', level: 'workload', tier: '10m', fromMs: 0, toMs: 0 } as const;

const asked = (filter: Filter, byLine?: Asked['byLine']): Asked => ({
  view: { groupBy: ['SrcK8S_Namespace'], measure: 'Bytes', filters: { ...NO_FILTERS, filters: [filter] } },
  source: { labels: [], rollups: [] },
  byLine,
});

describe('sums', () => {
  const WAYS: ReadonlyArray<readonly [string, Asked['byLine']]> = [
    ['by key', undefined],
    ['by line', { alsoBy: [] }],
  ];

  it.each(WAYS)('%s are not asked for by a field that their keys lack', (_, byLine) => {
    const filter: Filter = { field: 'Addr', side: 'dst', comparison: 'notEquals', values: ['198.51.100.23'] };
    expect(() => partSums(asked(filter, byLine), PART, 600_000)).toThrow('DstAddr, which is not in their keys');
  });

  it.each(WAYS)('%s are not asked for by themselves, which are no part of a flow', (_, byLine) => {
    const filter: Filter = { field: 'Bytes', comparison: 'greater', values: ['5000'] };
    expect(() => partSums(asked(filter, byLine), PART, 600_000)).toThrow('Bytes, which is not in their keys');
  });

  it.each(WAYS)('%s are asked for by what their keys hold', (_, byLine) => {
    const filter: Filter = { field: 'SubnetLabel', side: 'dst', comparison: 'notEquals', values: ['EXT:partner'] };
    expect(partSums(asked(filter, byLine), PART, 600_000)).toContain('DstSubnetLabel!="EXT:partner"');
  });
});

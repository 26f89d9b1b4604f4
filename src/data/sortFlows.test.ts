import { row, rows } from './flowRow.fixture';
import { parseSort, sortFlows, sortText } from './sortFlows';

const ids = (sorted: ReturnType<typeof sortFlows>) => sorted.map(({ id }) => id);

describe('sorting flows', () => {
  it('leaves the order of Loki without a sort', () => {
    const some = rows(3);
    expect(sortFlows(some, undefined)).toBe(some);
  });

  it('compares numbers as numbers, and keeps equal rows in their order both ways', () => {
    const some = [row('a', { Bytes: 9 }), row('b', { Bytes: 10 }), row('c', { Bytes: 9 }), row('d', { Bytes: 100 })];
    expect(ids(sortFlows(some, { field: 'Bytes', descending: false }))).toEqual(['a', 'c', 'b', 'd']);
    expect(ids(sortFlows(some, { field: 'Bytes', descending: true }))).toEqual(['d', 'b', 'a', 'c']);
  });

  it('puts rows without the field last, both ways', () => {
    const some = [row('none', {}), row('a', { DstPort: 80 }), row('b', { DstPort: 443 })];
    expect(ids(sortFlows(some, { field: 'DstPort', descending: false }))).toEqual(['a', 'b', 'none']);
    expect(ids(sortFlows(some, { field: 'DstPort', descending: true }))).toEqual(['b', 'a', 'none']);
  });

  it('orders names as people read them', () => {
    const some = ['pod-10', 'pod-2', 'Pod-1'].map((name) => row(name, { SrcK8S_Name: name }));
    expect(ids(sortFlows(some, { field: 'SrcK8S_Name', descending: false }))).toEqual(['Pod-1', 'pod-2', 'pod-10']);
  });

  it('orders addresses by number, IPv4 before IPv6', () => {
    const some = ['2001:db8::2', '10.0.0.10', '2001:db8::1', '10.0.0.9'].map((ip) => row(ip, { SrcAddr: ip }));
    expect(ids(sortFlows(some, { field: 'SrcAddr', descending: false }))).toEqual([
      '10.0.0.9',
      '10.0.0.10',
      '2001:db8::1',
      '2001:db8::2',
    ]);
  });

  it('reads what it writes for URLs, and refuses other text', () => {
    const sort = { field: 'Bytes', descending: true } as const;
    expect(parseSort(sortText(sort))).toEqual(sort);
    expect(parseSort('DstPort')).toEqual({ field: 'DstPort', descending: false });
    expect(parseSort('nonsense')).toBeUndefined();
    expect(parseSort(null)).toBeUndefined();
  });
});

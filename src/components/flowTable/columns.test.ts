import { areDefaultColumns, DEFAULT_COLUMNS, parseColumns, toggleColumn } from './columns';

describe('columns', () => {
  it('reads a list of a URL, without what is no field and without repetition', () => {
    expect(parseColumns('Bytes,nonsense,SrcAddr,Bytes')).toEqual(['Bytes', 'SrcAddr']);
  });

  it.each([undefined, null, '', 'nonsense'])('takes the default columns for %p', (text) => {
    expect(parseColumns(text)).toBe(DEFAULT_COLUMNS);
  });

  it('hides a column, and shows it again where it was', () => {
    const without = toggleColumn(DEFAULT_COLUMNS, 'DstAddr');
    expect(without).not.toContain('DstAddr');
    expect(areDefaultColumns(without)).toBe(false);
    expect(toggleColumn(without, 'DstAddr')).toEqual(DEFAULT_COLUMNS);
  });

  it('shows further columns at the end', () => {
    expect(toggleColumn(['Bytes'], 'SrcMac')).toEqual(['Bytes', 'SrcMac']);
  });

  it('keeps the last column', () => {
    expect(toggleColumn(['Bytes'], 'Bytes')).toEqual(['Bytes']);
  });
});

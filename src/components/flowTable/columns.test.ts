import { FIELDS } from '@netobserv-flows/schema';
import { columnFieldNames, columnFields, isColumnId, PAIR_NAMES } from '../../data/flowColumns';
import {
  areDefaultColumns,
  COLUMN_GROUPS,
  columnDescription,
  columnTitle,
  moveColumn,
  parseColumns,
  sectionOf,
  shortTitle,
  toggleColumn,
} from './columns';
import { COLUMN_PRESETS, DEFAULT_COLUMNS } from './columnPresets';
import { columnLayout } from './widths';

describe('columns', () => {
  it('reads a list of a URL, without what is no field and without repetition', () => {
    expect(parseColumns('Bytes,nonsense,SrcAddr,Bytes,Addr')).toEqual(['Bytes', 'SrcAddr', 'Addr']);
  });

  it.each([undefined, null, '', 'nonsense'])('takes the default columns for %p', (text) => {
    expect(parseColumns(text)).toBe(DEFAULT_COLUMNS);
  });

  it('hides a column, and shows it again where it was', () => {
    const without = toggleColumn(DEFAULT_COLUMNS, 'DstPort');
    expect(without).not.toContain('DstPort');
    expect(areDefaultColumns(without)).toBe(false);
    expect(toggleColumn(without, 'DstPort')).toEqual(DEFAULT_COLUMNS);
  });

  it('shows further columns at the end', () => {
    expect(toggleColumn(['Bytes'], 'SrcMac')).toEqual(['Bytes', 'SrcMac']);
  });

  it('keeps the last column', () => {
    expect(toggleColumn(['Bytes'], 'Bytes')).toEqual(['Bytes']);
  });

  it('are every field and every pair, each under one heading', () => {
    const offered = COLUMN_GROUPS.flatMap(({ columns }) => columns);
    expect([...offered].sort()).toEqual([...FIELDS.map(({ name }) => name as string), ...PAIR_NAMES].sort());
    expect(COLUMN_GROUPS.every(({ columns }) => columns.length > 0)).toBe(true);
  });

  it('have a title that stands alone, none twice, and a description', () => {
    const offered = COLUMN_GROUPS.flatMap(({ columns }) => columns);
    expect(new Set(offered.map(columnTitle)).size).toBe(offered.length);
    expect(offered.filter((id) => columnDescription(id) === '')).toEqual([]);
  });

  it('of a pair show both ends under one heading', () => {
    expect(columnFields('K8S_Namespace').map(({ name }) => name)).toEqual(['SrcK8S_Namespace', 'DstK8S_Namespace']);
    expect(columnFields('XlatAddr').map(({ name }) => name)).toEqual(['XlatSrcAddr', 'XlatDstAddr']);
    expect(columnTitle('K8S_Namespace')).toBe('Source and destination namespace');
    expect([sectionOf('K8S_Namespace'), shortTitle('K8S_Namespace')]).toEqual(['Both ends', 'Namespace']);
    expect(isColumnId('K8S_Nonsense')).toBe(false);
  });

  it('are exported field by field, none twice', () => {
    expect(columnFieldNames(['Port', 'SrcPort', 'Bytes'])).toEqual(['SrcPort', 'DstPort', 'Bytes']);
  });

  it('move to another place', () => {
    expect(moveColumn(['Bytes', 'Packets', 'Proto'], 0, 2)).toEqual(['Packets', 'Proto', 'Bytes']);
    expect(moveColumn(['Bytes', 'Packets', 'Proto'], 2, 0)).toEqual(['Proto', 'Bytes', 'Packets']);
    expect(moveColumn(['Bytes', 'Packets'], 1, 2)).toEqual(['Bytes', 'Packets']);
  });
});

describe('sets of columns', () => {
  // Beside Grafana's menu, in windows of 1,600 and 1,280 pixels, the scroll bar taken off.
  const [WIDE, NARROW] = [1250, 931];

  it.each(COLUMN_PRESETS.map((preset) => [preset.title, preset] as const))(
    '%s names columns, none twice, and begins with when and how much, in view on small windows',
    (_, { columns }) => {
      expect(columns.filter((id) => !isColumnId(id))).toEqual([]);
      expect(new Set(columns).size).toBe(columns.length);
      expect(columns.slice(0, 4)).toEqual(['TimeFlowEndMs', 'Bytes', 'Packets', 'Proto']);
      expect(columnLayout(columns.slice(0, 4), {}, 'compact').width).toBeLessThan(NARROW);
      expect(columnLayout(columns, {}, 'normal').width).toBeLessThanOrEqual(WIDE);
    }
  );

  it.each(['compact', 'normal', 'large'] as const)('the default one needs no sideways scrolling, %s', (density) => {
    expect(columnLayout(DEFAULT_COLUMNS, {}, density).width).toBeLessThanOrEqual(WIDE);
  });
});

import fc from 'fast-check';
import { areUsualPanels, formatPanels, moved, parsePanels, toggled, USUAL_PANELS } from './panelChoice';

describe('the choice of panels', () => {
  it('is left out of the address where it is the usual one', () => {
    expect(formatPanels(USUAL_PANELS)).toBeUndefined();
    expect(formatPanels([...USUAL_PANELS].reverse())).toBe([...USUAL_PANELS].reverse().join(','));
  });

  it('is read back as it was, in its order', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray([...USUAL_PANELS], { minLength: 1 }), (ids) => {
        expect(parsePanels(formatPanels(ids))).toEqual(ids);
      })
    );
  });

  it.each([undefined, null, '', 'nonsense', ',,', ['nonsense', '']])('is the usual one for %j', (value) => {
    expect(areUsualPanels(parsePanels(value))).toBe(true);
  });

  it('has each panel once, whatever the address says', () => {
    expect(parsePanels('nodes,totals,nodes,<script>')).toEqual(['nodes', 'totals']);
  });

  it('keeps the last panel', () => {
    expect(toggled(['nodes'], 'nodes')).toEqual(['nodes']);
    expect(toggled(['nodes'], 'pods')).toEqual(['nodes', 'pods']);
    expect(toggled(['nodes', 'pods'], 'nodes')).toEqual(['pods']);
  });

  it.each([
    [0, 2, ['b', 'c', 'a']],
    [2, 0, ['c', 'a', 'b']],
    [1, 1, ['a', 'b', 'c']],
    [0, 9, ['b', 'c', 'a']],
    [2, -1, ['c', 'a', 'b']],
    [7, 0, ['a', 'b', 'c']],
  ])('moves from %i to %i', (from, to, expected) => {
    expect(moved(['a', 'b', 'c'], from, to)).toEqual(expected);
  });
});

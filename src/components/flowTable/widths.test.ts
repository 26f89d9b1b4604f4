import fc from 'fast-check';
import { COLUMN_GROUPS } from './columns';
import { DENSITIES, formatDensity, parseDensity } from './density';
import { columnLayout, formatWidths, GREATEST_WIDTH, LEAST_WIDTH, parseWidths } from './widths';

const ids = COLUMN_GROUPS.flatMap(({ columns }) => columns);

describe('widths of columns', () => {
  it('come back from the URL as they were set', () => {
    const widths = fc.dictionary(fc.constantFrom(...ids), fc.integer({ min: LEAST_WIDTH, max: GREATEST_WIDTH }));
    fc.assert(
      fc.property(widths, (set) => {
        expect(parseWidths(formatWidths(set))).toEqual({ ...set });
      })
    );
  });

  it('stay within bounds, whatever the URL says', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.constantFrom(...ids).map((id) => `${id}:${'9'.repeat(6)}`)
        ),
        (text) => {
          const widths = Object.values(parseWidths(text));
          expect(widths.every((width = 0) => width >= LEAST_WIDTH && width <= GREATEST_WIDTH)).toBe(true);
        }
      )
    );
  });

  it.each([
    ['Bytes:1', { Bytes: 40 }],
    ['Bytes:99999', { Bytes: 1000 }],
    ['Bytes:-5,Packets:1e3,Proto:NaN,__proto__:100,constructor:100', {}],
    ['nonsense:100,SrcAddr:200,SrcAddr:210,', { SrcAddr: 210 }],
    [null, {}],
    [['Bytes:100'], {}],
  ])('of %j are %j', (text, widths) => {
    expect(parseWidths(text)).toEqual(widths);
  });

  it('are left out of the URL where none are set', () => {
    expect(formatWidths({})).toBeUndefined();
  });

  it('set by a person are kept; texts share what is left over', () => {
    const { template, width } = columnLayout(['Bytes', 'SrcAddr', 'SrcK8S_Name'], { SrcAddr: 200 }, 'normal');
    expect(template).toBe('76px 200px minmax(120px, 120fr)');
    expect(width).toBe(396);
    expect(columnLayout(['Bytes', 'Packets'], { Bytes: 50 }, 'normal').template).toBe('50px minmax(76px, 76fr)');
  });
});

describe('density', () => {
  it.each(DENSITIES)('%s comes back from the URL', (density) => {
    expect(parseDensity(formatDensity(density))).toBe(density);
  });

  it('is normal for anything else, and then left out of the URL', () => {
    expect(parseDensity('tiny')).toBe('normal');
    expect(formatDensity('normal')).toBeUndefined();
  });
});

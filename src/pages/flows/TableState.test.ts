import fc from 'fast-check';
import { DEFAULT_COLUMNS } from '../../components/flowTable/columnPresets';
import { COLUMN_GROUPS } from '../../components/flowTable/columns';
import { DENSITIES } from '../../components/flowTable/density';
import { TableState } from './TableState';

const ids = fc.constantFrom(...COLUMN_GROUPS.flatMap(({ columns }) => columns));
const looks = fc.record({
  columns: fc.uniqueArray(ids, { minLength: 1 }),
  sort: fc.option(fc.record({ field: ids, descending: fc.boolean() }), { nil: undefined }),
  density: fc.constantFrom(...DENSITIES),
  widths: fc.dictionary(ids, fc.integer({ min: 40, max: 1000 })),
});

function fromUrl(values: ReturnType<TableState['getUrlState']>) {
  const state = new TableState({ density: 'large', sort: { field: 'Packets', descending: true } });
  // The address has every key: those that are left out stand for the default.
  state.updateFromUrl({ columns: null, sort: null, density: null, widths: null, ...values });
  const { columns, sort, density, widths } = state.state;
  return { columns, sort, density, widths };
}

describe('the table’s state in the address', () => {
  it('comes back as it was', () => {
    fc.assert(
      fc.property(looks, (look) => {
        const url = Object.entries(new TableState(look).getUrlState()).filter(([, value]) => value !== undefined);
        expect(fromUrl(Object.fromEntries(url))).toEqual({ ...look, widths: { ...look.widths } });
      })
    );
  });

  it('is left out where it is the default', () => {
    expect(Object.values(new TableState().getUrlState()).filter((value) => value !== undefined)).toEqual([]);
  });

  it('survives whatever an address says', () => {
    const text = fc.oneof(fc.string(), fc.array(fc.string()), fc.constant(null));
    fc.assert(
      fc.property(text, text, text, text, (columns, sort, density, widths) => {
        const state = fromUrl({ columns, sort, density, widths });
        expect(state.columns.length).toBeGreaterThan(0);
        expect(DENSITIES).toContain(state.density);
      })
    );
    expect(fromUrl({ columns: 'x,__proto__', sort: '-toString', density: 'vast', widths: 'Bytes:-1' })).toEqual({
      columns: DEFAULT_COLUMNS,
      sort: undefined,
      density: 'normal',
      widths: {},
    });
  });
});

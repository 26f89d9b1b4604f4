import { filterFields } from '../../flow';
import { fieldOption, searchFields } from './fieldOptions';

const titles = async (typed: string) => (await searchFields(typed)).map(({ label }) => label);

describe('the field picker', () => {
  it('has every field once, each under the heading of its group', async () => {
    const options = await searchFields('');
    expect(options.map(({ value }) => value).sort()).toEqual(
      filterFields()
        .map(({ field }) => field)
        .sort()
    );
    const headings = options.map(({ group }) => group);
    expect(new Set(headings).size).toBe(6);
    // Each heading once: a group that came twice would be shown twice.
    expect(headings.filter((group, index) => group !== headings[index - 1])).toHaveLength(6);
  });

  it('finds fields by title, by keyword and by group', async () => {
    expect((await titles('namesp'))[0]).toBe('Namespace');
    expect((await titles('svc'))[0]).toBe('Service');
    expect(await titles('volume')).toEqual(expect.arrayContaining(['Bytes', 'Packets', 'Sampling']));
    expect(await titles('DstK8S')).toEqual([]);
    expect((await titles('K8S_Zone'))[0]).toBe('Zone');
    expect(await titles('nonsense')).toEqual([]);
  });

  it('knows how a field is shown', () => {
    expect(fieldOption('Proto')).toMatchObject({ label: 'Protocol', group: 'Network' });
  });
});

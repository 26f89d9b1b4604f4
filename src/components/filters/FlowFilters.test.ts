import { locationService } from '@grafana/runtime';
import { EmbeddedScene, SceneFlexLayout, UrlSyncManager } from '@grafana/scenes';
import { waitFor } from '@testing-library/react';
import { NO_FILTERS, readQuickFilters } from '../../flow';
import { FlowFilters } from './FlowFilters';

describe('the filters of a page in the address', () => {
  it('reads quick filters beside filters, and tells the names that stand for none', () => {
    const filters = new FlowFilters();
    filters.updateFromUrl({ quick: ['dns', 'Nonesuch'], filter: ['port=70000', 'proto=tcp'] });
    expect(filters.state.quick).toEqual(['DNS']);
    expect(filters.state.set.filters).toHaveLength(1);
    expect(filters.state.problems).toEqual([
      expect.stringContaining('port=70000'),
      expect.stringContaining('quick=Nonesuch'),
    ]);
    expect(filters.getUrlState()).toMatchObject({ quick: ['DNS'], filter: ['proto=tcp'] });
  });

  it('leaves the filters as they are where only quick filters change, and the other way round', () => {
    const filters = new FlowFilters();
    filters.updateFromUrl({ filter: ['proto=tcp'], quick: 'DNS' });
    const { set, quick } = filters.state;
    filters.updateFromUrl({ quick: ['External'] });
    expect(filters.state.set).toBe(set);
    expect(filters.state.quick).toEqual(['External']);
    filters.updateFromUrl({ filter: null });
    expect(filters.state.set).toEqual(NO_FILTERS);
    filters.updateFromUrl({ quick: null });
    expect(filters.state.quick).toEqual([]);
    expect(quick).toEqual(['DNS']);
  });

  it('forgets a problem once what it is about is changed', () => {
    const filters = new FlowFilters();
    filters.updateFromUrl({ quick: ['Nonesuch'], filter: ['port=70000'] });
    filters.change(NO_FILTERS);
    expect(filters.state.problems).toEqual([expect.stringContaining('Nonesuch')]);
    filters.changeQuick(['DNS', 'External']);
    expect(filters.state).toMatchObject({ problems: [], quick: ['DNS', 'External'] });
  });

  it('takes a set and quick filters at once, and tells names that stand for none', () => {
    const filters = new FlowFilters();
    filters.changeQuick(['External']);
    filters.changeBoth({ ...NO_FILTERS, match: 'any' }, ['dns', 'Nonesuch']);
    expect(filters.state).toMatchObject({
      set: { match: 'any' },
      quick: ['External', 'DNS'],
      problems: [expect.stringContaining('Nonesuch')],
    });
  });

  it('takes the quick filters of the configuration, whose sets join every query', () => {
    const { quick } = readQuickFilters([{ name: 'Web', filter: 'port=http,https' }]);
    const filters = new FlowFilters(NO_FILTERS, quick);
    filters.changeQuick(['Web', 'Unknown']);
    expect(filters.state.quick).toEqual(['Web']);
    expect(filters.also()).toEqual([quick.find(({ name }) => name === 'Web')?.set]);
  });

  it('writes each change of quick filters into the address, once the change is painted', async () => {
    const filters = new FlowFilters();
    const scene = new EmbeddedScene({ body: new SceneFlexLayout({ children: [] }), controls: [filters] });
    const sync = new UrlSyncManager();
    locationService.push('/flows?quick=Services');
    sync.initSync(scene);
    expect(filters.state.quick).toEqual(['Services']);
    filters.changeQuick(['DNS', 'External']);
    const inAddress = () => new URLSearchParams(locationService.getSearch()).getAll('quick');
    expect(inAddress()).toEqual(['Services']);
    await waitFor(() => expect(inAddress()).toEqual(['DNS', 'External']));
    sync.cleanUp(scene);
  });
});

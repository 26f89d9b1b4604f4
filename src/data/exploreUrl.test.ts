import { exploreUrl } from './exploreUrl';
import { permit } from './permit.fixture';

const QUERY = { refId: 'flows', expr: '{app="x"}' };
const LAST_HOUR = { from: 'now-1h', to: 'now' };

describe('the address of Explore', () => {
  it('has the query, its data source and the range', () => {
    permit({ 'datasources:explore': true }, 'Viewer');
    const panes = new URL(exploreUrl('loki-uid', QUERY, LAST_HOUR)!, 'http://grafana').searchParams.get('panes');
    expect(JSON.parse(panes ?? '')).toEqual({
      flows: {
        datasource: 'loki-uid',
        queries: [{ ...QUERY, datasource: { type: 'loki', uid: 'loki-uid' } }],
        range: LAST_HOUR,
      },
    });
  });

  it.each([
    ['a viewer', {}, 'Viewer', false],
    ['an editor', {}, 'Editor', true],
    ['an editor from whom it was taken', { 'datasources:explore': false }, 'Editor', false],
  ])('is there for %s: %s', (_, permissions, role, there) => {
    permit(permissions, role);
    expect(exploreUrl('loki-uid', QUERY, LAST_HOUR) !== undefined).toBe(there);
  });
});

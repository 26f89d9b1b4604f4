import { locationService } from '@grafana/runtime';
import { rangeOf } from '../../data/newestFlow';
import { linkToFlow, openView } from './shareView';

describe('a view', () => {
  it('opens as a step of history', () => {
    locationService.push('/a/netobserv-flows-app/flows?from=1&to=2&filter=old');
    openView('filter=new');
    expect(locationService.getLocation().search).toBe('?from=1&to=2&filter=new');
  });
});

describe('the link to a flow', () => {
  it('fixes the time range, so that the flow stays within it', () => {
    locationService.push('/a/netobserv-flows-app/flows?from=now-15m&to=now&refresh=5s&filter=port%3Dhttps');
    const url = new URL(linkToFlow('1764000000000000000_ab', rangeOf(1_000, 2_000)));
    expect(url.pathname).toBe('/a/netobserv-flows-app/flows');
    expect(Object.fromEntries(url.searchParams)).toEqual({
      from: '1000',
      to: '2000',
      filter: 'port=https',
      flow: '1764000000000000000_ab',
    });
  });

  it('hands out no login, and leads to the same organisation', () => {
    locationService.push('/a/netobserv-flows-app/flows?orgId=2&kiosk&theme=dark&auth_token=eyJ&forceLogin=true');
    const { searchParams } = new URL(linkToFlow('1', rangeOf(1_000, 2_000)));
    expect([...searchParams.keys()]).toEqual(['orgId', 'from', 'to', 'flow']);
  });
});

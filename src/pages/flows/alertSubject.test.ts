import { NO_FILTERS } from '../../flow';
import { tableSubject } from './alertSubject';

const SUBJECT = { set: NO_FILTERS, labels: [], duplicates: true };

it('a rule made from the table watches the rate of its flows, and leads to the same', () => {
  const subject = tableSubject(
    { ...SUBJECT, direction: ['ingress', 'inner'] },
    ['DNS'],
    '?from=now-15m&to=now&columns=Bytes&filter=port%3D53&quick=DNS&direction=ingress&flow=1'
  );
  expect(subject).toMatchObject({ perSecond: true, windowMs: 600_000, where: 'DNS, ingress' });
  expect(subject.view.also).toEqual([
    { ...NO_FILTERS, filters: [{ field: 'FlowDirection', comparison: 'equals', values: ['ingress', 'inner'] }] },
  ]);
  expect(subject.flows).toEqual([
    ['filter', 'port=53'],
    ['quick', 'DNS'],
    ['direction', 'ingress'],
  ]);
});

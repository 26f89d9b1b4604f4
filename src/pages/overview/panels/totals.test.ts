import { answer, answersTo, type Group } from '../answers.fixture';
import { SAMPLING } from '../questions';
import { totalsPanel } from './totals';

function headline(recordSource: 'own' | 'netobserv', packets: Readonly<Record<string, number>>) {
  const groups = Object.entries(packets).map(([Sampling, count]): Group => [{ Sampling }, count]);
  return totalsPanel.look({ ...answersTo([SAMPLING, { now: answer(groups) }]), recordSource }).headline;
}

describe('what sampling means for the totals', () => {
  it('is how far estimates may be off', () => {
    expect(headline('own', { '50': 1e6 })).toBe(
      'Estimated from 1 in 50 packets: ±1.4% for all traffic together, more for small parts.'
    );
  });

  it('is how much more there is where NetObserv’s collector wrote the flows, which scales nothing', () => {
    expect(headline('netobserv', { '50': 1e6 })).toBe(
      'Only 1 in 50 packets was seen, and figures are not scaled: real traffic is about 50 times as much.'
    );
    expect(headline('netobserv', { '50': 1000, '': 9000 })).toBe(
      'Of some traffic only 1 in 50 packets was seen, and figures are not scaled: real traffic is about 5.9 times as much.'
    );
  });

  it('is nothing where every packet was seen', () => {
    expect(headline('own', { '1': 1e6 })).toBeUndefined();
    expect(headline('netobserv', { '': 1e6 })).toBeUndefined();
  });
});

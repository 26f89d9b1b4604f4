import { rows } from '../../data/flowRow.fixture';
import { describeFlows, type ShownFlows } from './describeFlows';

const shown = (count: number, rest: Partial<ShownFlows> = {}): string =>
  describeFlows({ flows: { rows: rows(count), skipped: 0 }, more: false, loading: false, pick: 'newest', ...rest });

describe('what the table shows, in a sentence', () => {
  it.each([
    ['all that was found', shown(3), '3 flows'],
    ['one', shown(1), '1 flow'],
    ['none yet', shown(0, { loading: true }), 'Loading flows…'],
    ['none', shown(0), '0 flows'],
    ['the newest of more', shown(50, { more: true }), 'Showing the newest 50 flows'],
    [
      'the newest of a known number',
      shown(50, { more: true, total: { count: 12_345, kind: 'counted' } }),
      'Showing the newest 50 of 12,345 flows',
    ],
    [
      'the newest of an estimate, in three digits',
      shown(50, { more: true, total: { count: 12_412, kind: 'estimated' } }),
      'Showing the newest 50 of about 12,400 flows',
    ],
    [
      'the newest of what cannot be more',
      shown(50, { more: true, total: { count: 2_412_999, kind: 'at most' } }),
      'Showing the newest 50 of at most 2,410,000 flows',
    ],
    [
      'a count that the rows have outgrown',
      shown(50, { more: true, total: { count: 40, kind: 'counted' } }),
      'Showing the newest 50 flows',
    ],
    [
      'why nobody knows how many there are',
      shown(50, { more: true, total: { kind: 'unknown', why: 'Loki did not answer in time' } }),
      'Showing the newest 50 flows; how many there are could not be counted: Loki did not answer in time',
    ],
    [
      'the largest of the range',
      shown(50, { pick: 'Bytes', total: { count: 780, kind: 'counted' } }),
      'The 50 flows with the most bytes of 780 in the whole range',
    ],
    [
      'lines that are no flows',
      shown(2, { flows: { rows: rows(2), skipped: 1 } }),
      '2 flows; 1 line left out, not written as flows',
    ],
  ])('%s', (_, sentence, expected) => {
    expect(sentence).toBe(expected);
  });
});

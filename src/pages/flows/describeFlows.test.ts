import { rows } from '../../data/flowRow.fixture';
import { describeFlows } from './describeFlows';

describe('what the table shows, in a sentence', () => {
  it.each([
    [{ rows: rows(3), skipped: 0 }, 500, false, '3 flows'],
    [{ rows: rows(1), skipped: 0 }, 500, false, '1 flow'],
    [{ rows: rows(50), skipped: 0 }, 50, false, 'Showing the newest 50 flows'],
    [{ rows: rows(49), skipped: 1 }, 50, false, 'Showing the newest 49 flows; 1 line left out, not written as flows'],
    [{ rows: [], skipped: 0 }, 50, true, 'Loading flows…'],
  ])('%#', (flows, limit, loading, sentence) => {
    expect(describeFlows(flows, limit, loading)).toBe(sentence);
  });
});

import type { FlowRows } from '../../data/frames';

function count(number: number, one: string): string {
  return `${number.toLocaleString('en')} ${one}${number === 1 ? '' : 's'}`;
}

/**
 * What the table shows, in a sentence: whether these are all flows found or the newest of more, and what was left out.
 * @param limit how many flows were asked for at most.
 */
export function describeFlows({ rows, skipped }: FlowRows, limit: number, loading: boolean): string {
  if (loading && rows.length === 0) {
    return 'Loading flows…';
  }
  const full = rows.length + skipped >= limit;
  const shown = full ? `Showing the newest ${count(rows.length, 'flow')}` : count(rows.length, 'flow');
  const left = skipped === 0 ? '' : `; ${count(skipped, 'line')} left out, not written as flows`;
  return `${shown}${left}`;
}

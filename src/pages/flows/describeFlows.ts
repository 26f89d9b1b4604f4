import type { FlowRows } from '../../data/frames';
import type { FlowPick } from './QueryOptions';

/** How many flows meet the filters in the whole range, as far as that is known. */
export type FlowTotal =
  | {
      readonly count: number;
      /** Counted one by one, estimated from slices of the range, or a bound that the number cannot pass. */
      readonly kind: 'counted' | 'estimated' | 'at most';
    }
  | {
      readonly kind: 'unknown';
      /** Why they could not be counted, in words. */
      readonly why: string;
    };

/** What the sentence above the table tells of. */
export interface ShownFlows {
  readonly flows: FlowRows;
  /** Whether there may be more than these in the range. */
  readonly more: boolean;
  readonly loading: boolean;
  readonly total?: FlowTotal;
  /** Whether these are the newest, or the largest of the range by a field. */
  readonly pick: FlowPick;
}

function number(value: number): string {
  return value.toLocaleString('en');
}

function count(value: number, one: string): string {
  return `${number(value)} ${one}${value === 1 ? '' : 's'}`;
}

const SIGNIFICANT = 3;

/** A count in so few digits as are worth reading: 12,345 is about 12,300. */
function rounded(value: number): number {
  const digits = Math.max(0, Math.floor(Math.log10(Math.max(1, value))) + 1 - SIGNIFICANT);
  return Math.round(value / 10 ** digits) * 10 ** digits;
}

function ofTotal(total: FlowTotal | undefined, shown: number): string {
  // A count older than the rows may be less than they are: it then tells nothing.
  if (total === undefined || total.kind === 'unknown' || total.count <= shown) {
    return '';
  }
  switch (total.kind) {
    case 'counted':
      return ` of ${number(total.count)}`;
    case 'estimated':
      return ` of about ${number(rounded(total.count))}`;
    case 'at most':
      return ` of at most ${number(rounded(total.count))}`;
  }
}

const PICKED: Readonly<Record<Exclude<FlowPick, 'newest'>, string>> = { Bytes: 'bytes', Packets: 'packets' };

/**
 * What the table shows, in a sentence: whether these are all flows found, the newest of more, or the largest of the
 * range; and what was left out.
 */
export function describeFlows({ flows: { rows, skipped }, more, loading, total, pick }: ShownFlows): string {
  if (loading && rows.length === 0) {
    return 'Loading flows…';
  }
  const left = skipped === 0 ? '' : `; ${count(skipped, 'line')} left out, not written as flows`;
  if (pick !== 'newest') {
    return `The ${count(rows.length, 'flow')} with the most ${PICKED[pick]}${ofTotal(total, rows.length)} in the whole range${left}`;
  }
  if (!more) {
    return `${count(rows.length, 'flow')}${left}`;
  }
  const of = ofTotal(total, rows.length);
  const unknown = total?.kind === 'unknown' ? `; how many there are could not be counted: ${total.why}` : '';
  return `Showing the newest ${of === '' ? count(rows.length, 'flow') : `${number(rows.length)}${of} flows`}${left}${unknown}`;
}

import type { AlertSubject } from '../../data/alerts/alertSubject';
import type { FlowsSubject } from '../../data/flowsQuery';
import { viewSearch } from '../../data/savedViews';
import { NO_FILTERS } from '../../flow';
import { filtersText } from '../../flow/alerts';

/** The stretch of time that a rule made from the table watches, in ms. */
const WINDOW_MS = 600_000;

/** Parameters of the table's address that say which flows it shows. */
const WHICH_FLOWS = ['filter', 'match', 'bidirectional', 'quick', 'direction'] as const;

/**
 * The rate of the flows that the table shows, for a rule. Copies of packets that count already are left out, as from
 * all sums.
 * @param quick names of the quick filters in use.
 * @param search the page's address from the question mark on.
 */
export function tableSubject(subject: FlowsSubject, quick: readonly string[], search: string): AlertSubject {
  const { set, also = [], direction } = subject;
  const directions = direction ?? [];
  const where = [filtersText(set, quick), directions[0] ?? ''].filter((text) => text !== '').join(', ');
  return {
    title: 'Rate of flows',
    view: {
      groupBy: [],
      measure: 'Bytes',
      filters: set,
      also:
        directions.length === 0
          ? also
          : [
              ...also,
              {
                ...NO_FILTERS,
                filters: [{ field: 'FlowDirection', comparison: 'equals', values: directions }],
              },
            ],
    },
    windowMs: WINDOW_MS,
    limit: 1,
    perSecond: true,
    where,
    flows: [...new URLSearchParams(viewSearch(search, { parameters: WHICH_FLOWS }))],
  };
}

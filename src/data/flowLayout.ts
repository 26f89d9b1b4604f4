import type { TimeRange } from '@grafana/data';
import { isFieldName, LINE_ORDER } from '@netobserv-flows/schema';
import type { RecordSource } from '../flow';
import { askLoki } from './askLoki';
import type { FlowRow } from './flowRow';
import { FLOW_SELECTOR } from './flowsQuery';
import { flowsFromFrames } from './frames';
import { sourceByLabels } from './layoutLabels';
import { believed, labelNames } from './loki';
import { checkRange } from './lokiErrors';
import { rangeOf } from './newestFlow';

/** How flows lie in Loki. */
export interface FlowLayout {
  /** Their stream labels. */
  readonly labels: readonly string[];
  /** Whose collector wrote them: how packets that were seen twice are told depends on it. */
  readonly recordSource: RecordSource;
}

/** Loki's `max_query_length` is an hour more by default, and holds for labels too; lines it reads day by day. */
const MOST_MS = 30 * 86_400_000;

/**
 * Lines that are looked at: NetObserv's collector writes fields in no order at all, so that one line in some hundreds
 * begins as ours do.
 */
const LINES = 10;

/** Whether a line begins with the fields that each line of our collector begins with. */
function isOwn({ stored }: FlowRow, labels: readonly string[]): boolean {
  const [first, second] = Object.keys(stored).filter((name) => isFieldName(name) && !labels.includes(name));
  return first === LINE_ORDER[0] && second === LINE_ORDER[1];
}

/** Whose the newest flows are, where the labels do not tell. */
async function askSource(uid: string, range: TimeRange, labels: readonly string[]): Promise<RecordSource> {
  const query = { refId: 'layout', expr: FLOW_SELECTOR, queryType: 'range', maxLines: LINES, direction: 'backward' };
  const { data } = await askLoki(uid, range, [query]);
  const { rows } = flowsFromFrames(data);
  return rows.filter((row) => isOwn(row, labels)).length * 2 >= rows.length ? 'own' : 'netobserv';
}

/**
 * How flows lie in Loki in a time range; in its last 30 days where it is longer. One request, and with NetObserv's labels
 * another for some of the newest lines; the answers are believed for a minute.
 * @throws what Grafana or Loki says (see `explainError`), and for a range without any time.
 */
export async function flowLayout(uid: string, range: TimeRange): Promise<FlowLayout> {
  const [fromMs, toMs] = [range.from.valueOf(), range.to.valueOf()];
  checkRange({ fromMs, toMs });
  const looked = toMs - fromMs > MOST_MS ? rangeOf(toMs - MOST_MS, toMs) : range;
  const labels = await labelNames(uid, looked, FLOW_SELECTOR);
  const told = sourceByLabels(labels);
  return {
    labels,
    recordSource: told ?? (await believed(uid, 'layout', looked, () => askSource(uid, looked, labels))),
  };
}

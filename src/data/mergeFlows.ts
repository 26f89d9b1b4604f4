import type { FlowRow } from './flowRow';
import type { FlowRows } from './frames';

/** What a refresh of the same query brought. */
export interface MergedFlows {
  readonly flows: FlowRows;
  /** Ids of the rows that were not there before. */
  readonly fresh: ReadonlySet<string>;
  /** True where the rows reach back as far as those known before, as far as the time range does. */
  readonly reachesBack: boolean;
}

/** What a merge has to know besides the rows. */
export interface MergeOptions {
  /** How many flows the refresh asked for at most. */
  readonly limit: number;
  /** How many rows may stay: the limit, and what was loaded beyond it. */
  readonly capacity: number;
  /** Beginning of the time range, in ms since the Unix epoch: rows that ended before it are let go. */
  readonly fromMs: number;
}

const NOTHING_FRESH: ReadonlySet<string> = new Set();

function endMs(row: FlowRow): number {
  return row.value('TimeFlowEndMs') ?? Number.POSITIVE_INFINITY;
}

function lastIndex(rows: readonly FlowRow[], fits: (row: FlowRow) => boolean): number {
  let index = rows.length - 1;
  while (index >= 0 && !fits(rows[index]!)) {
    index--;
  }
  return index;
}

/**
 * The rows known before and the answer to a refresh of the same query as one list, newest first, each flow once. Rows
 * known before stay the same objects, so that what is drawn of them stays as well.
 *
 * An answer below its limit holds everything there is, late flows among it, and takes the place of what was known. A
 * full one is only the newest part: older rows known before follow it, unless there may be flows in between that
 * nobody has loaded.
 */
export function mergeNewer(known: FlowRows, answer: FlowRows, options: MergeOptions): MergedFlows {
  if (known.rows.length === 0) {
    return { flows: answer, fresh: NOTHING_FRESH, reachesBack: true };
  }
  const byId = new Map(known.rows.map((row) => [row.id, row]));
  const fresh = new Set<string>();
  const rows = answer.rows.map((row) => {
    const before = byId.get(row.id);
    if (before === undefined) {
      fresh.add(row.id);
      return row;
    }
    return before;
  });
  const full = answer.rows.length + answer.skipped >= options.limit;
  const connected = fresh.size < rows.length;
  if (full && connected) {
    const answered = new Set(rows.map(({ id }) => id));
    // What stands after the last row of the answer that was known before is older than the whole answer.
    const older = known.rows.slice(lastIndex(known.rows, ({ id }) => answered.has(id)) + 1);
    rows.push(...older.filter((row) => endMs(row) >= options.fromMs));
  }
  const trimmed = rows.length > options.capacity;
  return {
    flows: { rows: trimmed ? rows.slice(0, options.capacity) : rows, skipped: answer.skipped },
    fresh,
    reachesBack: !full || (connected && !trimmed),
  };
}

/** The rows known, and a page of older ones after them; flows that are there already are not taken twice. */
export function appendOlder(known: FlowRows, older: FlowRows): FlowRows {
  const ids = new Set(known.rows.map(({ id }) => id));
  return {
    rows: [...known.rows, ...older.rows.filter(({ id }) => !ids.has(id))],
    skipped: known.skipped + older.skipped,
  };
}

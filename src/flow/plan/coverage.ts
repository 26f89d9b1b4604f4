import {
  BUCKET_LEVEL,
  LEVEL_NAMES,
  ROLLUP_APP,
  ROLLUP_LAYOUT,
  TIER_MS,
  TIER_NAMES,
  WRITTEN_AS,
  type LevelName,
  type TierName,
} from '@netobserv-flows/schema';
import { quote } from '../logql/literal';
import { duration } from '../logql/duration';
import { UNSPLIT } from './expression';
import type { RollupCoverage, TimeSpan } from './types';

/** How long a bucket that is due may take to be found. */
const DELIVERY_MS = 15_000;

/**
 * Loki's `max_query_length` is 30 days and an hour by default. A page that compares asks here for two periods at once,
 * which are within it each by itself.
 */
const PIECE_MS = 30 * 24 * TIER_MS['1h'];
/** Who looks at much longer periods has a higher limit: the query need not grow with them. */
const MOST_PIECES = 4;

const FACTS = ['since', 'last', 'keys', 'folded', 'lateness'] as const;

/** One series of the answer to {@link coverageQuery}. */
export interface CoverageSeries {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** A stretch that ends some time before the evaluation, both in ms. */
interface Piece {
  readonly lengthMs: number;
  readonly beforeMs: number;
}

/** The stretch that is asked for in pieces that Loki lets pass. */
function piecesOf(lengthMs: number): Piece[] {
  const most = Math.max(PIECE_MS, Math.ceil(lengthMs / MOST_PIECES));
  return Array.from({ length: Math.ceil(lengthMs / most) }, (_, index) => ({
    lengthMs: Math.min(most, lengthMs - index * most),
    beforeMs: index * most,
  }));
}

/** An instant query that asks which rollups there are in a range; {@link coverageOf} reads the answer. */
export function coverageQuery({ fromMs, toMs }: TimeSpan): { readonly expr: string; readonly timeMs: number } {
  const fact = (name: (typeof FACTS)[number], how: 'min' | 'max', field: string, { lengthMs, beforeMs }: Piece) => {
    // A late flow, or the start of a collector, writes buckets that began before anybody summed up.
    const whole = name === 'since' ? ` != ${quote('"Partial":true')}` : '';
    // Lines in another layout would be misread.
    const stream = `{app=${quote(ROLLUP_APP)}, level=${quote(BUCKET_LEVEL)}} |= ${quote(`"Layout":${ROLLUP_LAYOUT},`)}${whole}`;
    const lines = `${stream} | json Level="Level", ${field}="${field}" | unwrap ${field} | __error__=""`;
    const range = `[${duration(lengthMs)}]${beforeMs === 0 ? '' : ` offset ${duration(beforeMs)}`}`;
    return `label_replace(${how} by (tier, Level) (${how}_over_time(${lines} ${range})), "fact", "${name}", "", "")`;
  };
  const facts = (piece: Piece) =>
    [
      fact('since', 'min', 'StartMs', piece),
      fact('last', 'max', 'StartMs', piece),
      fact('keys', 'max', 'Keys', piece),
      fact('folded', 'max', 'Folded', piece),
      fact('lateness', 'max', 'LatenessMs', piece),
    ].join(' or ');
  // A bucket from before the range tells that rollups were written all along.
  const [newest, ...older] = piecesOf(Math.max(1000, toMs - fromMs + 2 * TIER_MS['1h']));
  // Facts of two pieces would be one series to 'or', which drops the second.
  const told = older.map((piece, index) => `label_replace((${facts(piece)}), "piece", "${index + 1}", "", "")`);
  return { expr: [UNSPLIT, facts(newest!), ...told].join(' or '), timeMs: toMs };
}

/**
 * Which rollups can be relied on in a range, from the answer to {@link coverageQuery} for it. Levels and tiers
 * that this version does not know are passed over.
 * @param nowMs the clock: what is not over yet is not written.
 * @param toMs the end of that range; the clock's time where left out.
 */
export function coverageOf(series: readonly CoverageSeries[], nowMs: number, toMs = nowMs): RollupCoverage[] {
  const facts = new Map<string, Partial<Record<string, number>>>();
  for (const { labels, value } of series) {
    const key = `${labels.Level} ${labels.tier}`;
    const [known = {}, fact = ''] = [facts.get(key), labels.fact];
    // A long range is asked in pieces, each of which tells its own.
    const other = known[fact] ?? value;
    facts.set(key, { ...known, [fact]: fact === 'since' ? Math.min(other, value) : Math.max(other, value) });
  }
  return LEVEL_NAMES.flatMap((level) =>
    TIER_NAMES.flatMap((tier) => {
      const found = facts.get(`${WRITTEN_AS[level].level} ${tier}`);
      return found === undefined ? [] : (coverage(level, tier, found, nowMs, toMs) ?? []);
    })
  );
}

function coverage(
  level: LevelName,
  tier: TierName,
  found: Partial<Record<string, number>>,
  nowMs: number,
  toMs: number
): RollupCoverage | undefined {
  const { since, last, keys = 0, folded = 0, lateness = 0 } = found;
  if (since === undefined || last === undefined) {
    return undefined;
  }
  const length = TIER_MS[tier];
  const dueMs = Math.floor(Math.min(nowMs - lateness - DELIVERY_MS, toMs) / length) * length;
  return {
    level,
    tier,
    sinceMs: since,
    untilMs: Math.min(last + length, dueMs),
    dueMs,
    writtenAfterMs: lateness + DELIVERY_MS,
    folded: folded >= 2 ? 'all' : folded === 1 ? 'detail' : 'none',
    keys,
  };
}

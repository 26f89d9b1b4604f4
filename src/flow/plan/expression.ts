import {
  ROLLUP_APP,
  ROLLUP_LEVELS,
  rollupColumns,
  rollupPattern,
  WRITTEN_AS,
  writtenName,
  type FieldName,
  type LevelName,
  type Measure,
  type TierName,
} from '@netobserv-flows/schema';
import type { Condition } from '../filter/condition';
import { atomFilter, atomStages } from '../logql/atom';
import { duration } from '../logql/duration';
import { quote } from '../logql/literal';
import { VOLUME_LABEL } from '../logql/metric';
import { COLUMNS_LINE, lineFilters } from '../logql/prune';
import { flowQueryParts } from '../logql/query';
import { streamMatchers } from '../logql/selector';
import { atomsOf, conditionOf, conjuncts } from './answers';
import type { FlowView, PlanPart, PlanSource } from './types';

/** What one part of a plan asks for. */
export interface Asked {
  readonly view: FlowView;
  readonly source: PlanSource;
  /** A further condition that flows have to meet: to be of one of some groups. */
  readonly only?: Condition;
  /** Which share of the groups is asked for: a line filter, or a stage on parsed fields; each with its `|`. */
  readonly share?: { readonly filter?: string; readonly stage?: string };
  /** The stretch that each value tells of, where it is not that of the part. */
  readonly window?: AskedWindow;
  /** Of which keys the lines of rollups are read; of all where left out. */
  readonly keys?: AskedKeys;
  /** Sums lines that are each a series by itself first; rollups alone can be asked so, of levels that keep both ends apart. */
  readonly byLine?: ByLine;
}

/**
 * Keys by what became of them in a bucket with too many: `whole`, those that were kept; `detailFolded`, those that were
 * folded together but for what their level keeps (`keptInFold`); `allFolded`, those that name nothing any more; `named`,
 * all but these.
 */
export type AskedKeys = 'whole' | 'detailFolded' | 'allFolded' | 'named';

const KEY_MATCHERS: Readonly<Record<AskedKeys, string>> = {
  whole: 'folded=""',
  detailFolded: 'folded="detail"',
  allFolded: 'folded="all"',
  named: 'folded!="all"',
};

/**
 * Each line of the rollups is a series by itself first: it has its whole key and the part it is of for labels, so that no
 * two are alike, and its only value is any quantile of it. Loki works out a sum of sums in parts, and holds the groups of
 * each part against its limit of series, before the topk around them; a topk of a sum of quantiles it works out as a
 * whole. Asking share by share would make addresses too long for many a proxy.
 */
export interface ByLine {
  /** Columns of lines to tell apart by besides the view's fields: `Part`, by which one collector's sums of a bucket are known. */
  readonly alsoBy: readonly string[];
}

/** A stretch of time that whoever runs the query fills in, as Grafana does with `$__range`. */
export interface AskedWindow {
  /** Its length, as it stands in the query. */
  readonly length: string;
  /** Asks for the stretch before it instead. */
  readonly before?: boolean;
  /** As bytes (packets, flows) a second, rather than as their sum. */
  readonly perSecond?: boolean;
}

/** A stream selector and the pipeline up to the measure, ready to be aggregated over a range. */
interface Stream {
  readonly selector: string;
  readonly pipeline: readonly string[];
}

function conditionText(condition: Condition): string {
  if (condition.kind === 'atom') {
    return atomFilter(condition);
  }
  return condition.of
    .map((part) => (part.kind === 'atom' ? conditionText(part) : `(${conditionText(part)})`))
    .join(condition.kind === 'all' ? ' and ' : ' or ');
}

function stagesOf(conditions: readonly Condition[]): string[] {
  return conditions.flatMap((condition) =>
    condition.kind === 'atom' ? atomStages(condition) : [conditionText(condition)]
  );
}

/**
 * Reads fields from flows, and the measure under a name of its own. By its own name it would make Loki's parser slow:
 * `bytes` is also a function there, and for each that is none the parser reads to the end of the query, at a cost that
 * grows by the square of what is left of it. Ten questions in one request took 5 s to parse, and 0.4 s otherwise.
 */
export function readFields(fields: Iterable<string>, measure?: string): string[] {
  const read = [
    ...(measure === undefined ? [] : [`${VOLUME_LABEL}="${measure}"`]),
    ...[...fields].map((field) => `${field}="${field}"`),
  ];
  return read.length > 0 ? [`| json ${read.join(', ')}`] : [];
}

/** A name by which a level's lines have a field. @throws Error for one that only single flows have. */
function keyColumn(level: LevelName, field: FieldName): string {
  if (!Object.hasOwn(ROLLUP_LEVELS[level].fields, field)) {
    throw new Error(`sums of level '${level}' cannot be read by ${field}, which is not in their keys`);
  }
  return writtenName(level, field);
}

/**
 * A stage that reads fields, and a measure under a name of its own as above, from the sums of a level.
 * @throws Error for a field that is not in the level's keys.
 */
export function readColumns(level: LevelName, fields: Iterable<FieldName>, measure: Measure): string {
  const labels = new Map<string, string>([[writtenName(level, measure), VOLUME_LABEL]]);
  for (const field of fields) {
    labels.set(keyColumn(level, field), field);
  }
  return `| pattern ${quote(rollupPattern(WRITTEN_AS[level].level, labels))}`;
}

/** The same, with all other columns under their own names. */
function readLine(level: LevelName, fields: Iterable<FieldName>, measure: Measure): string {
  for (const field of fields) {
    keyColumn(level, field);
  }
  const written = WRITTEN_AS[level].level;
  const labels = new Map(rollupColumns(written).map((column) => [column, column]));
  return `| pattern ${quote(rollupPattern(written, labels.set(writtenName(level, measure), VOLUME_LABEL)))}`;
}

function rollupStream({ view, only, share, keys, byLine }: Asked, level: LevelName, tier: TierName): Stream {
  const conditions = [conditionOf(view), ...(only === undefined ? [] : [only])].flatMap(conjuncts);
  const fields = new Set<FieldName>([...view.groupBy, ...conditions.flatMap(atomsOf).map(({ field }) => field)]);
  const stream = [`app=${quote(ROLLUP_APP)}`, `tier=${quote(tier)}`, `level=${quote(WRITTEN_AS[level].level)}`];
  return {
    selector: `{${[...stream, ...(keys === undefined ? [] : [KEY_MATCHERS[keys]])].join(', ')}}`,
    pipeline: [
      ...(share?.filter === undefined ? [] : [share.filter]),
      ...conditions.flatMap((condition) => lineFilters(condition, () => true, COLUMNS_LINE)),
      byLine === undefined ? readColumns(level, fields, view.measure) : readLine(level, fields, view.measure),
      ...stagesOf(conditions).map((stage) => `| ${stage}`),
      `| unwrap ${VOLUME_LABEL}`,
      '| __error__=""',
    ],
  };
}

function flowStream({ view, source, only, share }: Asked): Stream {
  const { labels, folded, recordSource } = source;
  const { selector, pipeline } = flowQueryParts(view.filters, {
    labels,
    folded,
    recordSource,
    also: view.also,
    duplicates: 'hide',
  });
  const conditions = only === undefined ? [] : conjuncts(only);
  const known = new Set(labels);
  const matchers = streamMatchers(conditions, known, folded ?? true);
  const isLabel = (field: FieldName) => known.has(field);
  const prunes = conditions.flatMap((condition) => lineFilters(condition, ({ field }) => !isLabel(field)));
  const measure = view.measure === 'Flows' ? undefined : view.measure;
  // A field that is a label of this stream keeps its name; what the line says of it goes by another.
  const fields = new Set(
    [...view.groupBy, ...conditions.flatMap(atomsOf).map(({ field }) => field)].filter(
      (field) => !isLabel(field) || (folded ?? true)
    )
  );
  return {
    selector: matchers.length === 0 ? selector : `${selector.slice(0, -1)}, ${matchers.join(', ')}}`,
    pipeline: [
      ...prunes,
      ...pipeline,
      ...readFields(fields, measure),
      ...stagesOf(conditions).map((stage) => `| ${stage}`),
      ...(share?.stage === undefined ? [] : [share.stage]),
      ...(measure === undefined ? [] : [`| unwrap ${VOLUME_LABEL}`]),
      ...(measure !== undefined || fields.size > 0 ? ['| __error__=""'] : []),
    ],
  };
}

/**
 * No series at all, in a form that Loki does not split by time. It keeps the sums after it in one piece: for rollups,
 * of which there is little to read, the pieces would be most of the work.
 */
export const UNSPLIT = '(vector(0) > vector(1))';

/** `sum by (…)`, or `sum` for a total. */
export function sumBy(fields: readonly string[], inner: string): string {
  return fields.length === 0 ? `sum(${inner})` : `sum by (${fields.join(', ')}) (${inner})`;
}

/**
 * The sums of a part by the view's fields.
 * @param lengthMs the range that each value tells of.
 * @param beforeMs how long before the evaluation of an instant query that range ends; left out for range queries.
 */
export function partSums(asked: Asked, part: PlanPart, lengthMs: number, beforeMs?: number): string {
  const { selector, pipeline } =
    part.source === 'rollup' ? rollupStream(asked, part.level, part.tier) : flowStream(asked);
  const { window, byLine } = asked;
  const total = part.source === 'flows' && asked.view.measure === 'Flows' ? 'count_over_time(' : 'sum_over_time(';
  const added = byLine === undefined ? total : 'quantile_over_time(1, ';
  const aggregate = window?.perSecond === true ? 'rate(' : added;
  const length = window?.length ?? duration(lengthMs);
  const offset = window === undefined ? offsetOf(part, beforeMs) : window.before === true ? ` offset ${length}` : '';
  const by = [...asked.view.groupBy, ...(byLine?.alsoBy ?? [])];
  return sumBy(by, `${aggregate}${[selector, ...pipeline].join(' ')} [${length}]${offset})`);
}

/**
 * Loki's ranges leave their beginning out and have their end in; a nanosecond makes it the other way round, as a flow
 * of NetObserv's may lie just there. In range queries Loki loses track with it: there such a flow counts one step
 * earlier. Rollups never lie at the border of a bucket.
 */
function offsetOf(part: PlanPart, beforeMs: number | undefined): string {
  if (part.source === 'flows' && beforeMs !== undefined) {
    return ` offset ${beforeMs === 0 ? '' : `${beforeMs}ms`}1ns`;
  }
  return beforeMs === undefined || beforeMs === 0 ? '' : ` offset ${duration(beforeMs)}`;
}

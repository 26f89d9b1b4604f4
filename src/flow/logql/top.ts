import { NO_FILTERS, type Filter, type FilterSet } from '../filter/model';
import { duration } from './duration';
import { readVolume, VOLUME_FIELD, VOLUME_LABEL, type Volume } from './metric';
import { flowQueryParts, type FlowQueryOptions } from './query';

/*
 * The N flows of the greatest volume, exactly. Loki orders lines by time alone, and can return only so many: but it can
 * count. Flows are counted by the number of digits and the first digit of their volume, which tells between which two
 * round numbers the N-th greatest lies; then, within those, by the next two digits, and so on until a threshold stands
 * that at least N flows reach and that no more reach than one answer holds. It is a radix search: a volume of d digits
 * is found in at most 1 + d / 2 questions, each answered by at most 136 series.
 */

/** Digits of the greatest volume that is told apart; no flow has a petabyte. */
const MOST_DIGITS = 15;
/** Digits that a question after the first one tells apart: 100 series. */
const DIGITS_AT_ONCE = 2;

/** Values from `from` up to and including `to`. */
interface Span {
  readonly from: number;
  readonly to: number;
}

/** A search under way: the N-th greatest volume lies within `span`. */
export interface TopSearch {
  readonly done: false;
  readonly volume: Volume;
  /** How many flows are wanted. */
  readonly wanted: number;
  /** How many an answer may hold. */
  readonly most: number;
  /** How many flows are known to lie above the span. */
  readonly above: number;
  /** Absent before the first question. */
  readonly span?: Span;
}

/** Flows to ask for: those that meet a set, at most so many, the newest first. */
export interface TopPart {
  readonly also: FilterSet;
  readonly limit: number;
}

/** What a search has found. */
export interface TopFound {
  readonly done: true;
  readonly volume: Volume;
  /** The least volume among the top flows. */
  readonly atLeast: number;
  /** How many flows have at least that volume, as counted. */
  readonly flows: number;
  /**
   * Where more flows share the volume `atLeast` than an answer holds: how many do. Of these only the newest are asked
   * for; any choice among equals would be as true.
   */
  readonly ties?: number;
  /** The queries that together give the top flows: one, or with `ties` one above the threshold and one at it. */
  readonly parts: readonly TopPart[];
}

/** Flows counted by a question: between two volumes, both included. */
export interface VolumeCount extends Span {
  readonly flows: number;
}

function volumeSet(volume: Volume, ...filters: ReadonlyArray<readonly [Filter['comparison'], number]>): FilterSet {
  return {
    ...NO_FILTERS,
    filters: filters.map(([comparison, value]) => ({
      field: VOLUME_FIELD[volume],
      comparison,
      values: [String(value)],
    })),
  };
}

/** A set that flows of at least that volume meet, for `also` of a query. */
export function volumeAtLeast(volume: Volume, value: number): FilterSet {
  return volumeSet(volume, ['greaterOrEqual', value]);
}

/**
 * Begins a search for the flows of the greatest volume.
 * @param wanted how many; from 1 to `most`.
 * @param most how many lines one answer may hold: Loki's `max_entries_limit_per_query`.
 */
export function topSearch(volume: Volume, wanted: number, most: number): TopSearch {
  return { done: false, volume, wanted: Math.min(Math.max(1, wanted), most), most, above: 0 };
}

/** How many digits of a number within the span are the same for all numbers in it. */
function sharedDigits({ from, to }: Span): number {
  const [low, high] = [String(from), String(to)];
  let shared = 0;
  while (shared < low.length && low[shared] === high[shared]) {
    shared++;
  }
  return shared;
}

/** Names of the labels by which the answer is grouped. */
const DIGITS = 'volume_digits';
const LEAD = 'volume_lead';

/**
 * The next question of a search: an instant query, to be asked at the end of a range.
 * @param rangeMs length of the range, in milliseconds.
 * @throws FilterError for a filter that `validateFilter` refuses.
 */
export function topQuery(
  search: TopSearch,
  set: FilterSet,
  options: FlowQueryOptions,
  rangeMs: number
): { readonly expr: string } {
  const { volume, span } = search;
  const within = span === undefined ? [] : [volumeSet(volume, ['greaterOrEqual', span.from], ['lessOrEqual', span.to])];
  const { selector, pipeline } = flowQueryParts(set, { ...options, also: [...(options.also ?? []), ...within] });
  const lead = span === undefined ? 1 : sharedDigits(span) + DIGITS_AT_ONCE;
  const stages = [
    readVolume(volume),
    `| ${VOLUME_LABEL}=~"^(?:0|[1-9][0-9]{0,${MOST_DIGITS - 1}})$"`,
    `| label_format ${DIGITS}=\`{{ len .${VOLUME_LABEL} }}\`, ${LEAD}=\`{{ trunc ${lead} .${VOLUME_LABEL} }}\``,
  ];
  const flows = [selector, ...pipeline, ...stages, `[${duration(rangeMs)}]`].join(' ');
  return { expr: `sum by (${DIGITS}, ${LEAD}) (count_over_time(${flows}))` };
}

/**
 * Reads one series of the answer to a question.
 * @param labels of the series.
 * @returns undefined for a series that no such question has.
 */
export function volumeCount(labels: Readonly<Record<string, string>>, flows: number): VolumeCount | undefined {
  const digits = Number(labels[DIGITS]);
  const lead = labels[LEAD] ?? '';
  const rest = digits - lead.length;
  if (!/^\d+$/.test(lead) || !Number.isInteger(digits) || rest < 0 || digits > MOST_DIGITS) {
    return undefined;
  }
  const size = 10 ** rest;
  const from = Number(lead) * size;
  return { from, to: from + size - 1, flows };
}

function found(search: TopSearch, atLeast: number, flows: number): TopFound {
  const { volume, most } = search;
  return { done: true, volume, atLeast, flows, parts: [{ also: volumeAtLeast(volume, atLeast), limit: most }] };
}

/** One volume is that of more flows than an answer holds. */
function foundTies(search: TopSearch, { from, flows }: VolumeCount, above: number): TopFound {
  const { volume, wanted, most } = search;
  const higher = above === 0 ? [] : [{ also: volumeAtLeast(volume, from + 1), limit: most }];
  const equal = { also: volumeSet(volume, ['equals', from]), limit: wanted - above };
  return { done: true, volume, atLeast: from, flows: above + flows, ties: flows, parts: [...higher, equal] };
}

/**
 * Takes the answer to a question.
 * @param counts flows by volume: every series of the answer.
 * @returns the threshold, or the search with the next question. It ends, whatever the answers are.
 */
export function topStep(search: TopSearch, counts: readonly VolumeCount[]): TopSearch | TopFound {
  const { wanted, most, span } = search;
  let above = search.above;
  for (const count of [...counts].sort((a, b) => b.from - a.from)) {
    const reached = above + count.flows;
    if (reached >= wanted) {
      if (reached <= most) {
        return found(search, count.from, reached);
      }
      if (count.from === count.to) {
        return foundTies(search, count, above);
      }
      const narrower = span === undefined || count.to - count.from < span.to - span.from;
      // Answers that narrow nothing down come from no Loki; they must not make the search go on for ever.
      return narrower
        ? { ...search, above, span: { from: count.from, to: count.to } }
        : found(search, count.from, reached);
    }
    above = reached;
  }
  // Fewer than wanted: all of them. After the first question flows may also have been deleted in the meantime.
  return found(search, span?.from ?? 0, above);
}

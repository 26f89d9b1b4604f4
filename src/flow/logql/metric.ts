import type { FilterSet } from '../filter/model';
import { duration } from './duration';
import { flowQueryParts, type FlowQueryOptions } from './query';
import { wholeSteps } from './wholeSteps';

/** What can be added up over flows. */
export type Measure = 'flows' | 'bytes' | 'packets';

/** What flows can be ordered by. */
export type Volume = Exclude<Measure, 'flows'>;

/** The record fields of the volumes. */
export const VOLUME_FIELD = { bytes: 'Bytes', packets: 'Packets' } as const satisfies Readonly<Record<Volume, string>>;

/** Label that a volume is read into: the table's own stages may have taken the field's name, and drop it. */
export const VOLUME_LABEL = 'volume_value';

/** Stages that read a volume from the line, alone. */
export function readVolume(volume: Volume): string {
  return `| json ${VOLUME_LABEL}="${VOLUME_FIELD[volume]}"`;
}

/**
 * The flows of `flowQuery` added up over spans of time, as one series without labels. Lines that lack the field add
 * nothing, and so do those where it is no number: neither makes the query fail.
 */
function total(set: FilterSet, options: FlowQueryOptions, measure: Measure, spanMs: number): string {
  const { selector, pipeline } = flowQueryParts(set, options);
  const span = `[${duration(spanMs)}]`;
  if (measure === 'flows') {
    return `sum(count_over_time(${[selector, ...pipeline, span].join(' ')}))`;
  }
  const stages = [readVolume(measure), `| unwrap ${VOLUME_LABEL} | __error__=""`];
  return `sum(sum_over_time(${[selector, ...pipeline, ...stages, span].join(' ')}))`;
}

/**
 * An instant query that counts the flows of `flowQuery` over a range.
 * @param rangeMs length of the range that ends at the query's time, in milliseconds; at least 1 ms.
 * @throws FilterError for a filter that `validateFilter` refuses.
 */
export function countQuery(set: FilterSet, options: FlowQueryOptions, rangeMs: number): { readonly expr: string } {
  return { expr: total(set, options, 'flows', rangeMs) };
}

/**
 * An instant query that adds up the flows of `flowQuery` over a range: one series, none where nothing is found.
 * @param rangeMs as for {@link countQuery}.
 * @throws FilterError for a filter that `validateFilter` refuses.
 */
export function totalQuery(
  set: FilterSet,
  options: FlowQueryOptions,
  measure: Measure,
  rangeMs: number
): { readonly expr: string } {
  return { expr: total(set, options, measure, rangeMs) };
}

/**
 * An instant query for when the first or the last packet of the flows of `flowQuery` was seen, in milliseconds since
 * the Unix epoch: one series, none where nothing is found.
 * @param rangeMs as for {@link countQuery}.
 * @throws FilterError for a filter that `validateFilter` refuses.
 */
export function seenQuery(
  set: FilterSet,
  options: FlowQueryOptions,
  which: 'first' | 'last',
  rangeMs: number
): { readonly expr: string } {
  const { selector, pipeline } = flowQueryParts(set, options);
  const [field, least] = which === 'first' ? ['TimeFlowStartMs', 'min'] : ['TimeFlowEndMs', 'max'];
  const stages = [`| json ${VOLUME_LABEL}="${field}" | unwrap ${VOLUME_LABEL} | __error__=""`];
  const flows = [selector, ...pipeline, ...stages, `[${duration(rangeMs)}]`].join(' ');
  return { expr: `${least}(${least}_over_time(${flows}))` };
}

/**
 * A range query for a chart of the flows of `flowQuery`: one series; its value at `t` is the sum over the flows that
 * ended in `(t - stepMs, t]`. Steps without flows have no value. Ask for it with a step of `stepMs`, over times that
 * are multiples of the step ({@link alignRange}).
 * @throws FilterError for a filter that `validateFilter` refuses.
 */
export function histogramQuery(
  set: FilterSet,
  options: FlowQueryOptions,
  measure: Measure,
  stepMs: number
): { readonly expr: string } {
  return { expr: wholeSteps(total(set, options, measure, stepMs), stepMs) };
}

/** A span of time, in milliseconds since the Unix epoch. */
export interface Slice {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Slices of a sample. Each costs at least what lies in one chunk of every stream, however short it is: so, few. */
const SAMPLE_SLICES = 4;

/**
 * Spans of a range for a sample, each in the middle of an equal part of it.
 * @param share how much of the range they hold together, up to 1.
 */
export function sampleSlices(fromMs: number, toMs: number, share: number): Slice[] {
  const part = (toMs - fromMs) / SAMPLE_SLICES;
  const length = Math.max(1, Math.round(part * Math.min(1, share)));
  return Array.from({ length: SAMPLE_SLICES }, (_, index) => {
    const start = Math.round(fromMs + part * index + (part - length) / 2);
    return { fromMs: start, toMs: start + length };
  });
}

/**
 * An instant query that counts, in several spans of time, the flows of `flowQuery`, or the lines that it has to read to
 * find them.
 * @param atMs the query's time, not before the end of any span.
 * @throws FilterError for a filter that `validateFilter` refuses.
 */
export function sampleQuery(
  set: FilterSet,
  options: FlowQueryOptions,
  what: 'flows' | 'lines',
  slices: readonly Slice[],
  atMs: number
): { readonly expr: string } {
  const { selector, pipeline } = flowQueryParts(set, options);
  const flows = [selector, ...(what === 'flows' ? pipeline : [])].join(' ');
  const counts = slices.map(({ fromMs, toMs }) => {
    const offset = atMs > toMs ? ` offset ${duration(atMs - toMs)}` : '';
    // A span without flows has no series, which would take the whole sum away.
    return `(sum(count_over_time(${flows} [${duration(toMs - fromMs)}]${offset})) or vector(0))`;
  });
  return { expr: counts.join(' + ') };
}

import { DEFAULT_LABELS, FLOW_APP, LINE_ORDER, NETOBSERV_LABELS, type FlowRecord } from '@netobserv-flows/schema';
import type { FlowQueryOptions } from '../../../src/flow/index';
import type { PushStream } from '../lokiClient';
import type { Random } from './random';

/** A way in which flows lie in Loki, and what a query has to be told of it. */
export interface Layout {
  readonly name: string;
  /** Which fields are labels of the stream of a flow. */
  labelsOf(random: Random): readonly string[];
  readonly json: (value: unknown) => string;
  /** How often a line has the fields that are labels, too; never, unless said. */
  readonly repeats?: number;
  readonly options: Pick<FlowQueryOptions, 'labels' | 'folded' | 'recordSource'>;
}

/** JSON as Go writes it, which NetObserv's collector does: also `<`, `>`, `&` and line separators are escaped. */
export function goJson(value: unknown): string {
  const escape = (code: number) => `\\u${code.toString(16).padStart(4, '0')}`;
  return JSON.stringify(value).replace(/\\(.)|[<>&\u2028\u2029]/g, (text, escaped?: string) => {
    if (escaped === undefined) {
      return escape(text.charCodeAt(0));
    }
    return escaped === 'b' ? escape(8) : escaped === 'f' ? escape(12) : text;
  });
}

/** The layouts that queries must be right over. */
export const LAYOUTS: readonly Layout[] = [
  {
    name: 'narrow labels, all kept',
    labelsOf: () => DEFAULT_LABELS,
    json: JSON.stringify,
    options: { labels: DEFAULT_LABELS, folded: false },
  },
  {
    name: 'wide labels',
    labelsOf: () => NETOBSERV_LABELS,
    json: JSON.stringify,
    options: { labels: NETOBSERV_LABELS },
  },
  {
    name: 'NetObserv’s own',
    labelsOf: () => NETOBSERV_LABELS,
    json: goJson,
    options: { labels: NETOBSERV_LABELS, folded: false, recordSource: 'netobserv' },
  },
  {
    name: 'labels in some streams, in the line in others',
    labelsOf: (random) => random.pick([DEFAULT_LABELS, NETOBSERV_LABELS, [], ['FlowDirection']]),
    json: JSON.stringify,
    repeats: 0.2,
    options: { labels: [...NETOBSERV_LABELS, 'service_name', 'detected_level'] },
  },
];

/**
 * Flows as streams of one layout, the timestamp of each `start` plus its index in nanoseconds.
 * @param run value of the label `test_run`, by which tests that share a Loki keep apart.
 */
export function storedFlows(
  flows: readonly FlowRecord[],
  layout: Layout,
  random: Random,
  run: string,
  start: bigint
): PushStream[] {
  const streams = new Map<string, { stream: Record<string, string>; values: Array<readonly [string, string]> }>();
  flows.forEach((flow, index) => {
    const record: Readonly<Record<string, unknown>> = flow;
    const labels = layout.labelsOf(random).filter((label) => record[label] !== undefined);
    const stream: Record<string, string> = {
      app: FLOW_APP,
      test_run: run,
      ...Object.fromEntries(labels.map((label) => [label, String(record[label])])),
    };
    const left: readonly string[] = random.chance(layout.repeats ?? 0) ? [] : labels;
    const line = LINE_ORDER.filter((field) => !left.includes(field)).map((field) => [field, record[field]] as const);
    const key = JSON.stringify(stream);
    const entry = streams.get(key) ?? { stream, values: [] };
    entry.values.push([String(start + BigInt(index)), layout.json(Object.fromEntries(line))]);
    streams.set(key, entry);
  });
  return [...streams.values()];
}

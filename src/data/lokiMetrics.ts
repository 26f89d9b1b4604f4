import { FieldType, type DataFrame, type Field, type TimeRange } from '@grafana/data';
import type { SceneDataQuery } from '@grafana/scenes';
import { duration } from '../flow';
import { askLoki } from './askLoki';
import { flowsFromFrames, type FlowRows } from './frames';
import { withoutVariables } from './loki';

/** A question whose answer are figures. */
export interface MetricQuery {
  /** LogQL; as the functions of `src/flow` give it. */
  readonly expr: string;
  /** For a range query: the time between two values, in milliseconds. Absent, one value at the end of the range. */
  readonly stepMs?: number;
  /** Ask for the whole range in one request to Loki, which Grafana would else cut into days. */
  readonly whole?: boolean;
}

/** One series of an answer. */
export interface MetricSeries {
  readonly labels: Readonly<Record<string, string>>;
  /** In order of time, which is in milliseconds since the Unix epoch. */
  readonly values: ReadonlyArray<readonly [timeMs: number, value: number]>;
}

function ofType(frame: DataFrame, type: FieldType): Field | undefined {
  return frame.fields.find((field) => field.type === type);
}

/**
 * The series of metric frames. They come in two shapes: a frame for each series with its labels at the value, and for
 * instant queries one table with a column for each label.
 */
export function seriesFromFrames(frames: readonly DataFrame[]): MetricSeries[] {
  return frames.flatMap((frame) => {
    const [time, value] = [ofType(frame, FieldType.time), ofType(frame, FieldType.number)];
    if (time === undefined || value === undefined) {
      return [];
    }
    const point = (row: number) => [Number(time.values[row]), Number(value.values[row])] as const;
    const columns = frame.fields.filter(({ type }) => type === FieldType.string);
    const rows = Array.from({ length: frame.length }, (_, row) => row);
    if (columns.length === 0) {
      return [{ labels: value.labels ?? {}, values: rows.map(point) }];
    }
    return rows.map((row) => ({
      labels: Object.fromEntries(columns.map(({ name, values }) => [name, String(values[row] ?? '')])),
      values: [point(row)],
    }));
  });
}

/** Grafana asks in one piece where a query's name holds this. */
const WHOLE = 'do-not-chunk-';

const refIdOf = (name: string, { whole = false }: MetricQuery) => `${whole ? WHOLE : ''}${name}`;

function target(name: string, query: MetricQuery): SceneDataQuery {
  const { expr, stepMs } = query;
  return {
    refId: refIdOf(name, query),
    expr: withoutVariables(expr),
    queryType: stepMs === undefined ? 'instant' : 'range',
    ...(stepMs === undefined ? {} : { step: duration(stepMs) }),
  };
}

/**
 * Asks several questions in one request to Grafana.
 * @param queries by names of the caller's.
 * @param signal ends the request, and the query in Loki with it.
 * @throws what Grafana or Loki says where one of them fails (see `explainError`), or the signal's reason.
 */
export async function runMetrics<Name extends string>(
  uid: string,
  range: TimeRange,
  queries: Readonly<Record<Name, MetricQuery>>,
  signal?: AbortSignal
): Promise<Record<Name, MetricSeries[]>> {
  const names = Object.keys(queries) as Name[];
  const targets = names.map((name) => target(name, queries[name]));
  const { data } = await askLoki(uid, range, targets, signal);
  const frames = data as DataFrame[];
  const answers = names.map(
    (name) => [name, seriesFromFrames(frames.filter(({ refId }) => refId === refIdOf(name, queries[name])))] as const
  );
  return Object.fromEntries(answers) as Record<Name, MetricSeries[]>;
}

/**
 * Asks one question for figures: at the end of a range, or with `stepMs` over it.
 * @param signal ends the request, and the query in Loki with it.
 * @throws what Grafana or Loki says where it fails (see `explainError`), or the signal's reason.
 */
export async function runMetric(
  uid: string,
  range: TimeRange,
  query: MetricQuery,
  signal?: AbortSignal
): Promise<MetricSeries[]> {
  return (await runMetrics(uid, range, { figure: query }, signal)).figure;
}

/** The one figure of an answer that has at most one series with one value; 0 where it has none. */
export function figureOf(series: readonly MetricSeries[]): number {
  return series[0]?.values[0]?.[1] ?? 0;
}

/**
 * Asks for flows, outside of a scene's query runner.
 * @param query such as `flowsQuery` gives.
 * @throws as {@link runMetric}.
 */
export async function runFlows(
  uid: string,
  range: TimeRange,
  query: SceneDataQuery,
  signal?: AbortSignal
): Promise<FlowRows> {
  const { data } = await askLoki(uid, range, [query], signal);
  return flowsFromFrames(data as DataFrame[]);
}

import { fieldDefinition, TIER_MS, type FieldName, type FieldType } from '@netobserv-flows/schema';
import type { Atom, Condition } from '../filter/condition';
import { wholeSteps } from '../logql/wholeSteps';
import { chooseRollups, dueOf, usualEdges, type Choice } from './cover';
import { partSums, type Asked } from './expression';
import { MAX_SERIES } from './shares';
import type { Edges, FlowView, GroupValues, PlanPart, PlanSource, SeriesPlan, SeriesQuery, TimeSpan } from './types';
import { describePlan } from './words';

/** How series are asked for. */
export interface SeriesOptions {
  /** Length of a step in ms; made longer where the rollups' buckets are. */
  readonly stepMs: number;
  /** Exact for ranges shorter than 3 h, rounded for longer ones, where left out. */
  readonly edges?: Edges;
}

/** Steps that a range query may have: Loki allows 11,000 points. */
const MAX_STEPS = 10_000;

const NUMBERS: ReadonlySet<FieldType | undefined> = new Set(['integer', 'port', 'protocol', 'direction'] as const);

const floor = (ms: number, grain: number) => Math.floor(ms / grain) * grain;

/**
 * Plans the course over time of some groups, such as the tops of an earlier answer: at most 500.
 * @param groups the groups wanted; for a view without fields to group by, leave it out.
 * @throws FilterError for a filter that `validateFilter` refuses; RangeError for more than 500 groups.
 */
export function planSeries(
  view: FlowView,
  range: TimeSpan,
  source: PlanSource,
  options: SeriesOptions,
  groups?: readonly GroupValues[]
): SeriesPlan {
  if ((groups?.length ?? 0) > MAX_SERIES) {
    throw new RangeError(`${groups?.length} series are asked for; Loki gives up to ${MAX_SERIES}: ask for fewer`);
  }
  const edges = options.edges ?? usualEdges(range);
  const choice = chooseRollups(view, source, range);
  const { stepMs, picked } = stepOf(options.stepMs, range, choice, edges);
  const span = {
    fromMs: floor(range.fromMs, stepMs),
    toMs: edges === 'exact' ? ceilStep(range.toMs, stepMs) : floor(range.toMs, stepMs),
  };
  if (span.toMs <= span.fromMs) {
    span.toMs = span.fromMs + stepMs;
  }
  const parts = seriesParts(span, stepMs, picked, edges);
  const asked: Asked = { view, source, ...(groups !== undefined && { only: groupsCondition(view.groupBy, groups) }) };
  // Of no groups there is no course.
  const queries = (groups?.length === 0 ? [] : parts).map((part): SeriesQuery => ({
    expr: wholeSteps(partSums(asked, part, stepMs), stepMs),
    startMs: part.fromMs + stepMs,
    endMs: part.toMs,
    stepMs,
  }));
  const answered = { fromMs: parts[0]?.fromMs ?? span.fromMs, toMs: parts.at(-1)?.toMs ?? span.toMs };
  return { queries, stepMs, span: answered, parts, ...describePlan(range, answered, parts, choice) };
}

const ceilStep = (ms: number, stepMs: number) => Math.ceil(ms / stepMs) * stepMs;

/** The step, and the rollups that have buckets for it: the longest of which each step holds whole ones. */
function stepOf(asked: number, range: TimeSpan, { usable }: Choice, edges: Edges) {
  const least = Math.max(
    1000,
    Math.ceil((range.toMs - range.fromMs) / MAX_STEPS / 1000) * 1000,
    Math.round(asked / 1000) * 1000
  );
  const shortest = usable.at(-1)?.coverage;
  const rounded = edges === 'rounded' && shortest !== undefined;
  const stepMs = rounded ? ceilStep(least, TIER_MS[shortest.tier]) : least;
  const picked = usable.find(({ coverage }) => stepMs % TIER_MS[coverage.tier] === 0)?.coverage;
  return { stepMs, picked };
}

function seriesParts(
  span: TimeSpan,
  stepMs: number,
  picked: Choice['usable'][number]['coverage'] | undefined,
  edges: Edges
): PlanPart[] {
  const flows = (fromMs: number, toMs: number): PlanPart[] =>
    toMs > fromMs ? [{ source: 'flows', fromMs, toMs }] : [];
  if (picked === undefined) {
    return flows(span.fromMs, span.toMs);
  }
  const { tier, level } = picked;
  const fromMs = Math.min(ceilStep(Math.max(span.fromMs, picked.sinceMs), stepMs), span.toMs);
  const toMs = Math.max(fromMs, floor(Math.min(span.toMs, picked.untilMs), stepMs));
  // Steps that are not over yet would seem to have little traffic.
  const endMs = edges === 'exact' || toMs === fromMs ? span.toMs : Math.min(span.toMs, floor(dueOf(picked), stepMs));
  return [
    ...flows(span.fromMs, fromMs),
    ...(toMs > fromMs ? [{ source: 'rollup', tier, level, fromMs, toMs } as const] : []),
    ...flows(toMs, endMs),
  ];
}

function groupAtom(field: FieldName, value: string): Atom {
  if (value === '') {
    return { kind: 'atom', field, negated: true, test: { kind: 'present' } };
  }
  if (NUMBERS.has(fieldDefinition(field)?.type)) {
    const number = Number(value);
    return { kind: 'atom', field, negated: false, test: { kind: 'number', ranges: [{ from: number, to: number }] } };
  }
  return { kind: 'atom', field, negated: false, test: { kind: 'text', how: 'equals', fold: false, values: [value] } };
}

/** What is met by the flows of some groups: one list of values for one field, else each group by itself. */
export function groupsCondition(fields: readonly FieldName[], groups: readonly GroupValues[]): Condition {
  const of = groups.map((group): Condition => {
    const atoms = fields.map((field) => groupAtom(field, group[field] ?? ''));
    return atoms.length === 1 ? atoms[0]! : { kind: 'all', of: atoms };
  });
  const texts = of.flatMap((one) => (one.kind === 'atom' && one.test.kind === 'text' ? one.test.values : []));
  const [first] = of;
  if (texts.length === of.length && first?.kind === 'atom') {
    return { ...first, test: { kind: 'text', how: 'equals', fold: false, values: texts } };
  }
  return of.length === 1 ? first! : { kind: 'any', of };
}

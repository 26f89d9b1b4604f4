import type { FieldName, LevelName, Measure, TierName } from '@netobserv-flows/schema';
import type { FilterSet } from '../filter/model';
import type { RecordSource } from '../logql/query';

export type { Measure } from '@netobserv-flows/schema';

/** A question to flows: a sum, over the flows that meet the filters, by the values of some fields. */
export interface FlowView {
  /** Fields to tell apart by; none for one total. A flow without one of them counts under the empty text. */
  readonly groupBy: readonly FieldName[];
  readonly measure: Measure;
  readonly filters: FilterSet;
  /** Further sets that must hold too, each joined as it says: those of quick filters, or what the question is about. */
  readonly also?: readonly FilterSet[];
}

/** A stretch of time in milliseconds since the Unix epoch; `toMs` itself is not in it. */
export interface TimeSpan {
  readonly fromMs: number;
  readonly toMs: number;
}

/** What is known of the rollups of one level and tier, as {@link coverageOf} makes it from Loki's answer. */
export interface RollupCoverage {
  readonly level: LevelName;
  readonly tier: TierName;
  /** From when on every bucket is there, in ms. */
  readonly sinceMs: number;
  /** Until when every bucket is written, in ms. */
  readonly untilMs: number;
  /** Until when buckets are due within the range, in ms: past `untilMs` where some are missing; equal where left out. */
  readonly dueMs?: number;
  /** How long after its end a bucket may take to be there, in ms; 90 s where left out. */
  readonly writtenAfterMs?: number;
  /** How much was folded in the smallest keys of some bucket: nothing, their details, or all of them. */
  readonly folded: 'none' | 'detail' | 'all';
  /** Keys of the largest bucket: about how many groups a question can have. */
  readonly keys: number;
}

/** What a plan is made for: how flows lie in Loki, and which rollups there are. */
export interface PlanSource {
  /** The stream labels that Loki has for flows. */
  readonly labels: readonly string[];
  /** As in `FlowQueryOptions`. */
  readonly folded?: boolean;
  /** Who wrote the flows; NetObserv's collector writes no rollups. */
  readonly recordSource?: RecordSource;
  readonly rollups: readonly RollupCoverage[];
  /** Rollups that are there too, but of which the buckets are too long for what is asked. */
  readonly longer?: readonly RollupCoverage[];
  /** Keys of the largest bucket of each level, where `rollups` are not all that there are. */
  readonly keys?: Readonly<Partial<Record<LevelName, number>>>;
  /** Loki's `max_query_series`, where known; 500, its default, where left out. */
  readonly maxSeries?: number;
}

/**
 * What to do where a range begins or ends within a bucket: `exact` asks raw flows for the rest, `rounded` answers for
 * whole buckets of the shortest tier and says so.
 */
export type Edges = 'exact' | 'rounded';

/** Where a stretch of the answer comes from. */
export type PlanPart = TimeSpan &
  ({ readonly source: 'rollup'; readonly level: LevelName; readonly tier: TierName } | { readonly source: 'flows' });

/** What all plans tell. */
export interface PlanFacts {
  /** The range that is answered: the one asked for, but for rounding. */
  readonly span: TimeSpan;
  readonly parts: readonly PlanPart[];
  /** Where the answer comes from and why, in a sentence or two for people. */
  readonly why: string;
  /** False where small keys were folded into `(other)`, so that groups may be larger than they show. */
  readonly exact: boolean;
}

/** An instant query for the largest groups. */
export interface TopsPlan extends PlanFacts {
  readonly view: FlowView;
  readonly expr: string;
  /** When to evaluate it, in ms. */
  readonly timeMs: number;
  /** Series of the answer, at most. */
  readonly maxSeries: number;
  /** In how many shares the groups are asked for. */
  readonly partitions: number;
}

/** An instant query for the largest groups of the last stretch of time, whenever it is evaluated. */
export interface RollingPlan {
  readonly view: FlowView;
  readonly expr: string;
  /** The stretch that each evaluation tells of, in ms: the one asked for, or as near as the rollups come. */
  readonly windowMs: number;
  /** How long before the evaluation that stretch ends, in ms. */
  readonly delayMs: number;
  readonly source: PlanPart['source'];
  /** In how many shares the groups are asked for. */
  readonly partitions: number;
  /** Where the answer comes from and why, in a sentence or two for people. */
  readonly why: string;
}

/** One range query; its first value is at `startMs` and tells of the step that ends there. */
export interface SeriesQuery {
  readonly expr: string;
  readonly startMs: number;
  readonly endMs: number;
  readonly stepMs: number;
}

/** Range queries that together are the course of the groups over time; their times do not overlap. */
export interface SeriesPlan extends PlanFacts {
  readonly queries: readonly SeriesQuery[];
  readonly stepMs: number;
}

/** One group of an answer: the values of the view's fields, empty where flows have none. */
export type GroupValues = Readonly<Partial<Record<FieldName, string>>>;

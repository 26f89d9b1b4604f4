/** Planning of questions to flows: which rollups answer, how Loki is asked, and what is said about it. */
export { morePartitions, planTops, MAX_SERIES, type TopsOptions } from './tops';
export type {
  Edges,
  FlowView,
  GroupValues,
  Measure,
  PlanFacts,
  PlanPart,
  PlanSource,
  RollupCoverage,
  SeriesPlan,
  SeriesQuery,
  TimeSpan,
  TopsPlan,
} from './types';

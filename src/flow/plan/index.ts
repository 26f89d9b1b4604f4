/** Planning of questions to flows: which rollups answer, how Loki is asked, and what is said about it. */
export { coverageOf, coverageQuery, type CoverageSeries } from './coverage';
export { MAX_SERIES } from './shares';
export { morePartitions, planTops, type TopsOptions } from './tops';
export { PANEL_POINTS, planPanel, type PanelQuery, type PanelQueryOptions } from './panel';
export { planRolling, type RollingOptions } from './rolling';
export { planSeries, type SeriesOptions } from './series';
export {
  answerOf,
  combinePlans,
  PLAN_LABEL,
  type CombineOptions,
  type InstantSeries,
  type SharedRequest,
} from './combine';
export {
  askReadings,
  isTooManySeries,
  TOO_LONG,
  TOO_MANY_SERIES,
  type AskLoki,
  type AskOptions,
  type ReadingListener,
} from './askReadings';
export { answersOf, type ReadAnswer } from './readAnswers';
export { planReadings, type Reading, type TopsAsked } from './together';
export { samplingError, type SampledTraffic } from './sampling';
export { usualEdges } from './cover';
export type {
  Edges,
  FlowView,
  GroupValues,
  Measure,
  PlanFacts,
  PlanPart,
  PlanSource,
  RollingPlan,
  RollupCoverage,
  SeriesPlan,
  SeriesQuery,
  TimeSpan,
  TopsPlan,
} from './types';

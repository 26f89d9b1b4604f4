/** The domain of flows: what filters mean, how they are written, and how Loki is asked. Pure functions throughout. */
export { failure, success, type Result } from './result';
export {
  COMPARISONS,
  NO_FILTERS,
  activeFilters,
  isSided,
  negateFilter,
  oppositeComparison,
  swapFilter,
  swapSides,
  takesNoValues,
  type Comparison,
  type Filter,
  type FilterField,
  type FilterSet,
  type FilterSide,
} from './filter/model';
export { filterField, filterFieldOf, filterFields, recordFields, type FilterFieldInfo } from './filter/fields';
export { FilterError, validateFilter } from './filter/condition';
export { flowMatcher, matchesFlow, type RecordLike } from './filter/evaluate';
export { parseFilterText } from './text/parse';
export { formatFilter, formatFilters } from './text/format';
export { GRAFANA_PARAMETERS, isPlaceParameter } from './text/grafanaParameters';
export { readPasted, type Pasted } from './text/paste';
export { FILTER_PARAMETERS, filtersFromUrl, filtersToUrl, type UrlFilters, type UrlParameters } from './text/url';
export {
  countQuery,
  histogramQuery,
  sampleQuery,
  sampleSlices,
  seenQuery,
  totalQuery,
  type Measure,
  type Slice,
  type Volume,
} from './logql/metric';
export { alignRange, roundStep } from './logql/buckets';
export { duration } from './logql/duration';
export { NO_STREAMS } from './logql/wholeSteps';
export {
  topQuery,
  topSearch,
  topStep,
  volumeAtLeast,
  volumeCount,
  type TopFound,
  type TopPart,
  type TopSearch,
  type VolumeCount,
} from './logql/top';
export {
  flowQuery,
  flowQueryParts,
  matchesQuery,
  type DirectionName,
  type FlowQueryOptions,
  type FlowQueryParts,
  type RecordSource,
} from './logql/query';
export { formatByteRate, formatBytes, formatCount, formatDirection, formatPort, formatProtocol } from './units/format';
export { parseQuantity } from './units/quantity';
export { INSECURE_PORTS, QUICK_FILTERS, type QuickFilter } from './quick/quick';
export { describeQuickFilter, readQuickFilters, type QuickFilters } from './quick/read';
export { QUICK_PARAMETER, quickFromUrl, quickSets, quickToUrl, type UrlQuickFilters } from './quick/url';
export {
  conversationMatchers,
  conversationSets,
  nearestInTime,
  summarizeConversation,
  type ConversationSets,
  type ConversationSummary,
  type ConversationTotals,
} from './conversation/conversation';

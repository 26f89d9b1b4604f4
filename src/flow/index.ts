/** The domain of flows: what filters mean, how they are written, and how Loki is asked. Pure functions throughout. */
export { failure, success, type Result } from './result';
export {
  COMPARISONS,
  NO_FILTERS,
  activeFilters,
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
export { FILTER_PARAMETERS, filtersFromUrl, filtersToUrl, type UrlFilters, type UrlParameters } from './text/url';
export {
  countQuery,
  flowQuery,
  flowQueryParts,
  matchesQuery,
  type DirectionName,
  type FlowQueryOptions,
  type FlowQueryParts,
} from './logql/query';
export { formatByteRate, formatBytes, formatCount, formatDirection, formatPort, formatProtocol } from './units/format';
export { parseQuantity } from './units/quantity';

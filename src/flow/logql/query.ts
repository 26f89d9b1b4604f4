import { DIRECTION, FLOW_APP, isFieldName, type FieldName } from '@netobserv-flows/schema';
import { filterSetCondition, type Atom, type Condition } from '../filter/condition';
import { conditionHolds, type RecordLike } from '../filter/evaluate';
import type { FilterSet } from '../filter/model';
import { atomFilter, atomStages } from './atom';
import { listLabel, listStage } from './list';
import { quote } from './literal';
import { lineFilters } from './prune';
import { selectorDecides, streamMatchers } from './selector';

/** Directions as seen from the node, by their names in a URL. */
export type DirectionName = keyof typeof DIRECTION;

/** Who wrote flows: our collector, which marks duplicates, or NetObserv's. */
export type RecordSource = 'own' | 'netobserv';

/** What a query on flows takes besides the filters. */
export interface FlowQueryOptions {
  /** The stream labels that Loki has for flows, as asked from it; names that are no fields are ignored. */
  readonly labels: readonly string[];
  /**
   * False where every stream carries each of `labels` that its flows have a value for. True, the default, where some
   * may hold them in their lines: a collector that folds streams over the limit, or a label list that changed.
   */
  readonly folded?: boolean;
  /** Only flows of these directions; all, also those without a direction, where left out or empty. */
  readonly direction?: readonly DirectionName[];
  /** Whether further observations of a packet that another record stands for are left out. */
  readonly duplicates: 'hide' | 'show';
  /** Who wrote the flows: NetObserv's collector marks no duplicates, there they are told by direction. */
  readonly recordSource?: RecordSource;
  /** Further sets that must hold too, each joined as it says: quick filters, a threshold, one conversation. */
  readonly also?: readonly FilterSet[];
}

function atom(field: FieldName, test: Atom['test'], negated = false): Atom {
  return { kind: 'atom', field, negated, test };
}

function directionAtom(directions: readonly DirectionName[], negated = false): Atom {
  const numbers = directions.map((direction) => DIRECTION[direction]).sort((a, b) => a - b);
  return atom('FlowDirection', { kind: 'number', ranges: numbers.map((from) => ({ from, to: from })) }, negated);
}

/** NetObserv's flows counted once: all but those going out of a node towards a pod or node, which are seen there too. */
const NETOBSERV_ONCE: Condition = {
  kind: 'any',
  of: [
    directionAtom(['egress'], true),
    atom('DstK8S_Type', { kind: 'present' }, true),
    atom('DstK8S_Type', { kind: 'text', how: 'equals', fold: false, values: ['Service'] }),
  ],
};

const DUPLICATE = '"Duplicate":true';

/** What options ask of a record, apart from the `Duplicate` mark. */
function optionConditions({ direction = [], duplicates, recordSource, also = [] }: FlowQueryOptions): Condition[] {
  return [
    ...also.map(filterSetCondition),
    ...(direction.length > 0 ? [directionAtom(direction)] : []),
    ...(duplicates === 'hide' && recordSource === 'netobserv' ? [NETOBSERV_ONCE] : []),
  ];
}

/**
 * Whether a flow belongs to the answer of `flowQuery` with the same arguments.
 * @throws FilterError for a filter that `validateFilter` refuses.
 */
export function matchesQuery(set: FilterSet, options: FlowQueryOptions, record: RecordLike): boolean {
  const hidden = options.duplicates === 'hide' && options.recordSource !== 'netobserv' && record.Duplicate === true;
  return (
    !hidden &&
    optionConditions(options).every((condition) => conditionHolds(condition, record)) &&
    conditionHolds(filterSetCondition(set), record)
  );
}

function atomsOf(condition: Condition): Atom[] {
  return condition.kind === 'atom' ? [condition] : condition.of.flatMap(atomsOf);
}

function conditionFilter(condition: Condition): string {
  if (condition.kind === 'atom') {
    return atomFilter(condition);
  }
  return condition.of
    .map((part) => (part.kind === 'atom' ? conditionFilter(part) : `(${conditionFilter(part)})`))
    .join(condition.kind === 'all' ? ' and ' : ' or ');
}

/** The conditions that must all hold. */
function conjuncts(condition: Condition): readonly Condition[] {
  return condition.kind === 'all' ? condition.of.flatMap(conjuncts) : [condition];
}

/** A query on flows in its parts, for what builds on it. */
export interface FlowQueryParts {
  /** The stream selector with its braces. */
  readonly selector: string;
  /** Line filters, then the stages that decide, each beginning with `|` or `!`. */
  readonly pipeline: readonly string[];
  /** Labels that the pipeline set, for lack of another name, and that are no part of the answer. */
  readonly temporary: readonly string[];
}

/**
 * A filter set and options as LogQL, in parts.
 * @throws FilterError for a filter that `validateFilter` refuses.
 */
export function flowQueryParts(set: FilterSet, options: FlowQueryOptions): FlowQueryParts {
  const labels = new Set(options.labels.filter(isFieldName));
  const folded = options.folded ?? true;
  const conditions = [filterSetCondition(set), ...optionConditions(options)].flatMap(conjuncts);
  const netobserv = options.recordSource === 'netobserv';

  const matchers = [
    `app=${quote(FLOW_APP)}`,
    // Connection tracking adds records that sum up flows; they would count twice.
    ...(netobserv ? ['_RecordType=~"flowLog|"'] : []),
    ...streamMatchers(conditions, labels, folded),
  ];
  const isLabel = ({ field, list }: Atom) => list === undefined && labels.has(field);
  const prunes = conditions.flatMap((condition) => lineFilters(condition, (candidate) => !isLabel(candidate)));
  const deciding = conditions.filter(
    (condition) => folded || condition.kind !== 'atom' || !isLabel(condition) || !selectorDecides(condition)
  );

  const atoms = deciding.flatMap(atomsOf);
  const parsed = [
    ...new Set(atoms.filter((one) => one.list === undefined && (folded || !isLabel(one))).map(({ field }) => field)),
  ];
  const lists = new Map(atoms.flatMap(({ field, list }) => (list === undefined ? [] : [[field, list] as const])));
  const stages = deciding.flatMap((condition) =>
    condition.kind === 'atom' ? atomStages(condition) : [conditionFilter(condition)]
  );
  const parses = [
    ...(parsed.length > 0 ? [`json ${parsed.map((field) => `${field}="${field}"`).join(', ')}`] : []),
    ...[...lists].map(([field, list]) => listStage(field, list)),
  ];
  return {
    selector: `{${matchers.join(', ')}}`,
    pipeline: [
      ...(options.duplicates === 'hide' && !netobserv ? [`!= ${quote(DUPLICATE)}`] : []),
      ...prunes,
      // Lines that are no JSON, and values that are no numbers, pass with an error set: they are no match.
      ...[...parses, ...stages, ...(stages.length > 0 ? ['__error__=""'] : [])].map((stage) => `| ${stage}`),
    ],
    temporary: [
      ...parsed.map((field) => (labels.has(field) ? `${field}_extracted` : field)),
      ...[...lists.keys()].map(listLabel),
    ],
  };
}

/**
 * LogQL for the raw flows that a filter set and options ask for: stream matchers first, then line filters that leave
 * out lines unparsed, then filters on parsed fields that decide. Labels that it needed on the way are dropped, so that
 * the answer's streams are those that were stored.
 * @throws FilterError for a filter that `validateFilter` refuses.
 */
export function flowQuery(set: FilterSet, options: FlowQueryOptions): { readonly expr: string } {
  const { selector, pipeline, temporary } = flowQueryParts(set, options);
  const drop = temporary.length > 0 ? [`| drop ${temporary.join(', ')}`] : [];
  return { expr: [selector, ...pipeline, ...drop].join(' ') };
}

import {
  COLUMN_END,
  ROLLUP_LEVELS,
  rollupColumns,
  SLOTS,
  WRITTEN_AS,
  type FieldName,
  type LevelName,
} from '@netobserv-flows/schema';
import { quote } from '../logql/literal';
import type { Asked } from './expression';
import type { FlowView, PlanPart, PlanSource } from './types';

/*
 * Loki counts the groups of each sum against its limit of 500 series, also where only the largest are wanted. A
 * question with more is asked share by share, within one request: each group is in one share.
 */

/** Series that a default Loki allows in the answer of a query, and in each sum that goes into it. */
export const MAX_SERIES = 500;

type Share = NonNullable<Asked['share']>;

/** The part of Loki's limit that a share is expected to take up: not all are of the same size. */
const FILLED = 0.6;

/** Last characters of names, addresses and numbers, in classes of about as many names; what is left is the last one. */
const ENDINGS = ['[01]', '[2-4]', '[5-9]', '[a-e]', '[f-l]', '[m-q]', '[rs]'] as const;

/** Fields that tell many apart, the most telling first. */
const TELLING: readonly RegExp[] = [/K8S_Name$/, /Addr$/, /OwnerName$/, /Port$/, /Namespace$/, /./];

/** In how many shares a view is asked for: as many as the number of keys in the rollups suggests. */
export function sharesFor({ groupBy }: FlowView, parts: readonly PlanPart[], source: PlanSource): number {
  if (groupBy.length === 0) {
    return 1;
  }
  const levels = parts.flatMap((part) => (part.source === 'rollup' ? [part.level] : []));
  const known = levels.length > 0 ? levels : [likeliest(groupBy)];
  const most = Math.max(...known.map((level) => groupsExpected(groupBy, level, source)));
  return [1, 2, 4, 8].find((shares) => most <= shares * FILLED * maxSeriesOf(source)) ?? 16;
}

/** Series that Loki allows in a query. */
export function maxSeriesOf({ maxSeries }: PlanSource): number {
  return maxSeries ?? MAX_SERIES;
}

/** Keys of the largest bucket of a level; 0 where there are none. */
export function keysOf(level: LevelName, { rollups, keys }: PlanSource): number {
  return keys?.[level] ?? Math.max(0, ...rollups.filter((one) => one.level === level).map(({ keys }) => keys));
}

/** There are about so many keys of a level for each group by fields that tell less: workloads, then all others. */
const KEYS_FOR_WORKLOAD = 2;
const KEYS_FOR_NAMESPACE = 8;

/** About how many groups there are by some fields, going by the keys of a level; rather more than less. */
export function groupsExpected(groupBy: readonly FieldName[], level: LevelName, source: PlanSource): number {
  const keys = keysOf(level, source);
  const sides = new Set(groupBy.filter((field) => NAMING.test(field)).map((field) => field.slice(0, 3)));
  const single = groupBy.some((field) => /K8S_Name$|Addr$/.test(field));
  if (sides.size > 1 || (single && ROLLUP_LEVELS[level].covers === 'all')) {
    return 1.1 * keys;
  }
  // Namespaces are all that keys of one end tell apart where they tell no workloads.
  if (WRITTEN_AS[level].level === 'namespaceEnd') {
    return 1.1 * keys;
  }
  const workload = single || groupBy.some((field) => /OwnerName$|Service$/.test(field));
  return keys / (workload ? KEYS_FOR_WORKLOAD : KEYS_FOR_NAMESPACE);
}

/** Fields of which the values are names or addresses: those of both ends together tell as much as the keys. */
const NAMING = /Namespace$|K8S_Name$|OwnerName$|HostName$|Service$|Addr$/;

/** The level of which the keys tell best how many groups single flows have. */
export function likeliest(groupBy: readonly FieldName[]): LevelName {
  return groupBy.some((field) => /K8S_Name$|Addr$/.test(field)) ? 'source' : 'workload';
}

/** What asks for each share of a part's groups; empty where they are asked for as one. */
export function sharesOf(part: PlanPart, groupBy: readonly FieldName[], count: number): Share[] {
  if (count <= 1 || groupBy.length === 0) {
    return [];
  }
  return part.source === 'rollup' ? slotShares(part.level, groupBy, count) : endingShares(groupBy, count);
}

/** Rollups tell the slot of each end, so that lines of other shares are left out unparsed. */
function slotShares(level: LevelName, groupBy: readonly FieldName[], count: number): Share[] {
  const { slots } = ROLLUP_LEVELS[level];
  const side = (['Src', 'Dst'] as const).find((one) => slots[one]?.some((field) => groupBy.includes(field)));
  if (side === undefined) {
    return [];
  }
  const { level: written, side: only } = WRITTEN_AS[level];
  // Slots are one digit each, in the first columns: where they lie is known, which costs Loki one look at a line.
  const before = `.${COLUMN_END}`.repeat(rollupColumns(written).indexOf(only === undefined ? `${side}Slot` : 'Slot'));
  const digits = Array.from({ length: SLOTS }, (_, slot) => slot.toString(16));
  const size = SLOTS / count;
  return Array.from({ length: count }, (_, index) => ({
    filter: `|~ ${quote(`^${before}[${digits.slice(index * size, (index + 1) * size).join('')}]`)}`,
  }));
}

/** Flows tell no slot; their groups are told apart by how the value of a field ends. */
function endingShares(groupBy: readonly FieldName[], count: number): Share[] {
  const field = TELLING.flatMap((telling) => groupBy.filter((one) => telling.test(one)))[0]!;
  const per = Math.ceil((ENDINGS.length + 1) / Math.min(count, ENDINGS.length + 1));
  const classes = Array.from({ length: Math.ceil(ENDINGS.length / per) }, (_, index) =>
    ENDINGS.slice(index * per, (index + 1) * per)
  ).filter((one) => one.length === per);
  const pattern = (endings: readonly string[]) => quote(`(?s)^.*(?:${endings.join('|')})$`);
  return [
    ...classes.map((endings) => ({ stage: `| ${field}=~${pattern(endings)}` })),
    { stage: `| ${field}!~${pattern(classes.flat())}` },
  ];
}

import { flowMatcher, type RecordLike } from '../filter/evaluate';
import { NO_FILTERS, swapSides, type Filter, type FilterField, type FilterSet } from '../filter/model';

/** The flows that a flow belongs with: all between the same two ends, by addresses, ports and protocol. */
export interface ConversationSets {
  /** Flows that go the way of the flow. */
  readonly there: FilterSet;
  /** Flows of the opposite direction. */
  readonly back: FilterSet;
  /** True where both ends are the same: then no flow goes back, and all go there. */
  readonly sameEnds: boolean;
  /** Both. */
  readonly both: FilterSet;
}

const PAIRS: ReadonlyArray<readonly [FilterField, source: string, destination: string]> = [
  ['Addr', 'SrcAddr', 'DstAddr'],
  ['Port', 'SrcPort', 'DstPort'],
  ['Mac', 'SrcMac', 'DstMac'],
];

function present(value: unknown): value is string | number {
  return typeof value === 'number' || (typeof value === 'string' && value !== '');
}

/** Filters on both ends by one pair of fields; none where an end lacks it, as ICMP lacks ports. */
function pairFilters(flow: RecordLike, [field, source, destination]: (typeof PAIRS)[number]): Filter[] {
  const [from, to] = [flow[source], flow[destination]];
  return present(from) && present(to)
    ? [
        { field, side: 'src', comparison: 'equals', values: [String(from)] },
        { field, side: 'dst', comparison: 'equals', values: [String(to)] },
      ]
    : [];
}

/**
 * The sets that hold the flows of one flow's conversation. Ends are told by IP address and, where the protocol has
 * them, port; by Ethernet address where there is no IP. Address translation on the way makes two conversations of one:
 * nothing in a flow joins them.
 * @returns undefined for a flow without two ends.
 */
export function conversationSets(flow: RecordLike): ConversationSets | undefined {
  const [addresses = [], ports = [], macs = []] = PAIRS.map((pair) => pairFilters(flow, pair));
  const ends = addresses.length > 0 ? [...addresses, ...ports] : macs;
  if (ends.length === 0) {
    return undefined;
  }
  const protocol: Filter[] = present(flow.Proto)
    ? [{ field: 'Proto', comparison: 'equals', values: [String(flow.Proto)] }]
    : [];
  const there: FilterSet = { ...NO_FILTERS, filters: [...ends, ...protocol] };
  const sameEnds = [addresses.length > 0 ? addresses : macs, ports].every(
    ([source, destination]) => source?.values[0] === destination?.values[0]
  );
  return { there, back: swapSides(there), both: { ...there, bidirectional: true }, sameEnds };
}

/** What flows add up to. */
export interface ConversationTotals {
  readonly flows: number;
  readonly bytes: number;
  readonly packets: number;
}

/** A conversation in figures. */
export interface ConversationSummary {
  /** The way of the flow that was asked about. */
  readonly there: ConversationTotals;
  /** The opposite way. */
  readonly back: ConversationTotals;
  /** When its first packet was seen, in milliseconds since the Unix epoch; absent where no flow says so. */
  readonly firstMs?: number;
  /** When its last packet was seen. */
  readonly lastMs?: number;
}

function total(flows: readonly RecordLike[]): ConversationTotals {
  const sum = (field: string) => flows.reduce((all, flow) => all + (Number(flow[field] ?? 0) || 0), 0);
  return { flows: flows.length, bytes: sum('Bytes'), packets: sum('Packets') };
}

function extreme(
  flows: readonly RecordLike[],
  field: string,
  better: (a: number, b: number) => boolean
): number | undefined {
  return flows
    .map((flow) => Number(flow[field] ?? NaN))
    .filter(Number.isFinite)
    .reduce<number | undefined>((best, value) => (best === undefined || better(value, best) ? value : best), undefined);
}

/** Adds up the flows of a conversation. Flows that go neither way are left out. */
export function summarizeConversation(
  { there, back }: ConversationSets,
  flows: readonly RecordLike[]
): ConversationSummary {
  const [goes, returns] = [flowMatcher(there), flowMatcher(back)];
  const forth = flows.filter(goes);
  const rest = flows.filter((flow) => !goes(flow) && returns(flow));
  const all = [...forth, ...rest];
  return {
    there: total(forth),
    back: total(rest),
    firstMs: extreme(all, 'TimeFlowStartMs', (a, b) => a < b),
    lastMs: extreme(all, 'TimeFlowEndMs', (a, b) => a > b),
  };
}

/**
 * Of flows that go the opposite way, the one that ended nearest to a flow; of two as near, the later.
 * @param timeOf when a candidate ended, in milliseconds since the Unix epoch.
 */
export function nearestInTime<T>(
  candidates: readonly T[],
  endMs: number,
  timeOf: (candidate: T) => number | undefined
): T | undefined {
  let best: { readonly candidate: T; readonly time: number } | undefined;
  for (const candidate of candidates) {
    const time = timeOf(candidate);
    if (time === undefined) {
      continue;
    }
    const [distance, least] = [Math.abs(time - endMs), best === undefined ? Infinity : Math.abs(best.time - endMs)];
    if (distance < least || (distance === least && best !== undefined && time > best.time)) {
      best = { candidate, time };
    }
  }
  return best?.candidate;
}

import { flowMatcher, type RecordLike } from '../filter/evaluate';
import { NO_FILTERS, swapSides, type Filter, type FilterField, type FilterSet } from '../filter/model';

/** The flows that a flow belongs with: all between the same two ends. */
export interface ConversationSets {
  /** Flows that go the way of the flow. */
  readonly there: FilterSet;
  /** Flows of the opposite direction. */
  readonly back: FilterSet;
  /** True where both ends are the same: then no flow goes back, and all go there. */
  readonly sameEnds: boolean;
  /** Both. */
  readonly both: FilterSet;
  /** What each of them asks besides: one of the names of the Service at one end. For `also` of a query. */
  readonly also: readonly FilterSet[];
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

type End = 'Src' | 'Dst';

/** The Service that an end is or serves: what is sent to its address comes back from that of a pod. */
function serviceOf(flow: RecordLike, end: End): string | undefined {
  const name = flow[`${end}K8S_Type`] === 'Service' ? flow[`${end}K8S_Name`] : flow[`${end}K8S_Service`];
  return typeof name === 'string' && name !== '' ? name : undefined;
}

function only(...filters: Filter[]): FilterSet {
  return { ...NO_FILTERS, filters };
}

/**
 * The conversation of a client with a Service. The client's address and port tell it; the server's do not, since what
 * is sent to the Service's address and port comes back from those of one of its pods.
 */
function serviceSets(flow: RecordLike): ConversationSets | undefined {
  const [from, to] = [serviceOf(flow, 'Src'), serviceOf(flow, 'Dst')];
  const client: End = to === undefined ? 'Dst' : 'Src';
  const [service, address, port] = [to ?? from, flow[`${client}Addr`], flow[`${client}Port`]];
  // Where both ends are Services, or the client's port is not known, nothing tells this conversation from others.
  if (service === undefined || (from !== undefined && to !== undefined) || !present(address) || !present(port)) {
    return undefined;
  }
  const side = client === 'Src' ? 'src' : 'dst';
  const there = only(
    { field: 'Addr', side, comparison: 'equals', values: [String(address)] },
    { field: 'Port', side, comparison: 'equals', values: [String(port)] },
    ...protocolFilter(flow)
  );
  const named = { side: 'either', comparison: 'equals', values: [service] } as const;
  return {
    there,
    back: swapSides(there),
    both: { ...there, bidirectional: true },
    sameEnds: false,
    also: [{ ...only({ field: 'K8S_Service', ...named }, { field: 'K8S_Name', ...named }), match: 'any' }],
  };
}

function protocolFilter(flow: RecordLike): Filter[] {
  return present(flow.Proto) ? [{ field: 'Proto', comparison: 'equals', values: [String(flow.Proto)] }] : [];
}

/**
 * The sets that hold the flows of one flow's conversation. Ends are told by IP address and, where the protocol has
 * them, port; by Ethernet address where there is no IP. Where one end is or serves a Service, the client's end and the
 * Service tell it, so that what comes back from a pod belongs to what was sent to the Service. Other address
 * translation makes two conversations of one: nothing in a flow joins them.
 * @returns undefined for a flow without two ends.
 */
export function conversationSets(flow: RecordLike): ConversationSets | undefined {
  return serviceSets(flow) ?? endSets(flow);
}

function endSets(flow: RecordLike): ConversationSets | undefined {
  const [addresses = [], ports = [], macs = []] = PAIRS.map((pair) => pairFilters(flow, pair));
  const ends = addresses.length > 0 ? [...addresses, ...ports] : macs;
  if (ends.length === 0) {
    return undefined;
  }
  const there = only(...ends, ...protocolFilter(flow));
  const sameEnds = [addresses.length > 0 ? addresses : macs, ports].every(
    ([source, destination]) => source?.values[0] === destination?.values[0]
  );
  return { there, back: swapSides(there), both: { ...there, bidirectional: true }, sameEnds, also: [] };
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

/** Tells which way a flow of the conversation goes: `returns` is false of one that goes there. */
export function conversationMatchers({
  there,
  back,
  also,
}: ConversationSets): Readonly<Record<'goes' | 'returns', (flow: RecordLike) => boolean>> {
  const [meetsThere, meetsBack] = [flowMatcher(there), flowMatcher(back)];
  const others = also.map(flowMatcher);
  const belongs = (flow: RecordLike) => others.every((meets) => meets(flow));
  return {
    goes: (flow) => meetsThere(flow) && belongs(flow),
    returns: (flow) => !meetsThere(flow) && meetsBack(flow) && belongs(flow),
  };
}

/** Adds up the flows of a conversation. Flows that go neither way are left out. */
export function summarizeConversation(sets: ConversationSets, flows: readonly RecordLike[]): ConversationSummary {
  const { goes, returns } = conversationMatchers(sets);
  const forth = flows.filter(goes);
  const rest = flows.filter(returns);
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

import { LEVEL_NAMES, ROLLUP_LEVELS, type FieldName, type FlowRecord } from '@netobserv-flows/schema';
import { NO_FILTERS, type Filter, type FilterSet } from '../../../src/flow/index';
import type { FlowView, Measure, TimeSpan } from '../../../src/flow/plan/index';
import type { Random } from '../filters/random';
import { randomFilterSet } from '../filters/randomFilters';

const MEASURES: readonly Measure[] = ['Bytes', 'Packets', 'Flows'];
/** Fields that no level holds, or not of all flows. */
const FLOWS_ONLY: readonly FieldName[] = ['FlowDirection', 'AgentIP', 'SrcPort', 'SrcAddr', 'Dscp', 'DstK8S_HostIP'];

const OUTSIDE: Filter = { field: 'K8S_Type', side: 'dst', comparison: 'empty', values: [] };

/** Filters of which many can be decided by rollups: on names and well-known ports, as people set them. */
function usualFilters(random: Random, flows: readonly FlowRecord[]): FilterSet {
  const flow = random.pick(flows);
  const choices: Filter[] = [
    { field: 'K8S_Namespace', side: 'either', comparison: 'equals', values: [flow.SrcK8S_Namespace ?? 'demo'] },
    { field: 'K8S_OwnerName', side: 'src', comparison: 'contains', values: ['web'] },
    { field: 'K8S_OwnerName', side: 'dst', comparison: 'notEquals', values: [flow.DstK8S_OwnerName ?? 'api'] },
    { field: 'Port', side: 'either', comparison: 'equals', values: ['443'] },
    { field: 'Port', side: 'dst', comparison: 'notEquals', values: ['80'] },
    { field: 'Proto', comparison: 'equals', values: ['6'] },
    { field: 'Application', comparison: 'notEmpty', values: [] },
    { field: 'K8S_HostName', side: 'src', comparison: 'equals', values: ['node-1'] },
    OUTSIDE,
    { field: 'Sampling', comparison: 'greater', values: ['1'] },
  ];
  const filters = Array.from({ length: random.integer(1, 3) }, () => random.pick(choices));
  return { filters, match: random.chance(0.6) ? 'all' : 'any', bidirectional: random.chance(0.3) };
}

/** What one address, or one pod, sends or gets: sums by pod and by address outside tell it. */
function oneEnd(random: Random, flows: readonly FlowRecord[]): Filter {
  const flow = random.pick(flows);
  const side = random.pick(['src', 'dst'] as const);
  const [address, name] = side === 'src' ? [flow.SrcAddr, flow.SrcK8S_Name] : [flow.DstAddr, flow.DstK8S_Name];
  return name !== undefined && random.chance(0.3)
    ? { field: 'K8S_Name', side, comparison: 'equals', values: [`"${name}"`] }
    : { field: 'Addr', side, comparison: 'equals', values: [address ?? '10.0.0.1'] };
}

function groupBy(random: Random): { readonly fields: FieldName[]; readonly outside: boolean } {
  if (random.chance(0.15)) {
    return { fields: [random.pick(FLOWS_ONLY)], outside: false };
  }
  const level = random.pick(LEVEL_NAMES);
  const fields = Object.keys(ROLLUP_LEVELS[level].fields) as FieldName[];
  const picked = Array.from({ length: random.integer(0, 3) }, () => random.pick(fields));
  return { fields: [...new Set(picked)], outside: level === 'external' };
}

/** A random question to some flows. */
export function randomView(random: Random, flows: readonly FlowRecord[]): FlowView {
  const { fields, outside } = groupBy(random);
  const filters = outside
    ? { ...NO_FILTERS, filters: random.chance(0.5) ? [OUTSIDE] : [OUTSIDE, oneEnd(random, flows)] }
    : random.pick([
        () => NO_FILTERS,
        () => usualFilters(random, flows),
        () => randomFilterSet(random, flows),
        () => ({ ...NO_FILTERS, filters: [oneEnd(random, flows)] }),
      ])();
  return { groupBy: fields, measure: random.pick(MEASURES), filters };
}

/** A random stretch of a stretch, often with whole minutes at its ends. */
export function randomSpan(random: Random, { fromMs, toMs }: TimeSpan): TimeSpan {
  const round = random.chance(0.5) ? 60_000 : random.chance(0.3) ? 600_000 : 1;
  const at = () => Math.round(random.integer(fromMs, toMs) / round) * round;
  const [a, b] = [at(), at()];
  return a === b ? { fromMs, toMs } : { fromMs: Math.min(a, b), toMs: Math.max(a, b) };
}

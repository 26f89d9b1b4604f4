import type { FieldName } from '@netobserv-flows/schema';
import { NO_FILTERS, type Filter, type FilterSet } from '../../src/flow/index';
import type { FlowView } from '../../src/flow/plan/index';

/** A question of the overview. */
export interface Question {
  readonly title: string;
  readonly view: FlowView;
  /** Whether NetObserv's pages ask it too, so that it can be put to its layout. */
  readonly netobserv: boolean;
  /** Largest groups shown. */
  readonly limit: number;
}

const where = (...filters: Filter[]): FilterSet => ({ ...NO_FILTERS, filters });
const outside = (side: 'src' | 'dst'): FilterSet => where({ field: 'K8S_Type', side, comparison: 'empty', values: [] });
const insecure = where({ field: 'Port', side: 'either', comparison: 'equals', values: ['80', '21', '23'] });

function ask(
  title: string,
  groupBy: readonly FieldName[],
  netobserv = false,
  filters: FilterSet = NO_FILTERS
): Question {
  return { title, view: { groupBy, measure: 'Bytes', filters }, netobserv, limit: groupBy.length === 0 ? 1 : 20 };
}

/** What the overview asks, without the period before and the peak hours. */
export const QUESTIONS: readonly Question[] = [
  {
    ...ask('total, applications, east-west and north-south', ['SrcK8S_Type', 'DstK8S_Type', 'Application']),
    limit: 200,
  },
  ask('source namespaces', ['SrcK8S_Namespace']),
  ask('destination namespaces', ['DstK8S_Namespace']),
  ask('namespace pairs', ['SrcK8S_Namespace', 'DstK8S_Namespace'], true),
  ask('source workloads', ['SrcK8S_Namespace', 'SrcK8S_OwnerName', 'SrcK8S_OwnerType'], true),
  ask('destination workloads', ['DstK8S_Namespace', 'DstK8S_OwnerName', 'DstK8S_OwnerType']),
  ask('workload pairs', ['SrcK8S_Namespace', 'SrcK8S_OwnerName', 'DstK8S_Namespace', 'DstK8S_OwnerName'], true),
  ask('source pods', ['SrcK8S_Namespace', 'SrcK8S_Name']),
  ask('destination pods', ['DstK8S_Namespace', 'DstK8S_Name']),
  ask('Services', ['DstK8S_Namespace', 'DstK8S_Service']),
  ask('external sources', ['SrcAddr'], false, outside('src')),
  ask('external destinations', ['DstAddr'], false, outside('dst')),
  ask('who uses insecure protocols', ['SrcK8S_Namespace', 'SrcK8S_OwnerName', 'Application'], false, insecure),
  ask('nodes', ['SrcK8S_HostName', 'DstK8S_HostName']),
];

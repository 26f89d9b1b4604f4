import { OTHER } from '@netobserv-flows/schema';
import type { FlowsBehind } from '../../components/panels/types';
import type { Filter, FilterSide } from '../../flow';
import { exactly, outside } from './questions';

/** One end of a conversation, by namespace, workload, and the name of its subnet; empty where flows have none. */
export type End = readonly [namespace: string, workload: string, subnet: string];

const SUBNET_MARK = /^EXT:/;

/** An end in words: `namespace/workload`, the name of its subnet, or that it is outside. */
export function endName([namespace, workload, subnet]: End): string {
  if (workload !== '') {
    return namespace === '' || namespace === OTHER ? workload : `${namespace}/${workload}`;
  }
  return subnet === '' ? 'outside the cluster' : subnet.replace(SUBNET_MARK, '');
}

/** Filters that an end meets, and others do not. */
export function endFilters([namespace, workload, subnet]: End, side: FilterSide): Filter[] {
  if (workload !== '') {
    return [exactly('K8S_Namespace', namespace, side), exactly('K8S_OwnerName', workload, side)];
  }
  return [outside(side), exactly('SubnetLabel', subnet, side)];
}

/** The flows between two ends, whichever way they go. */
export function flowsBetween(one: End, other: End): FlowsBehind {
  return { filters: [...endFilters(one, 'src'), ...endFilters(other, 'dst')], bidirectional: true };
}

/** Two ends in an order that does not depend on who sends. */
export function inOrder(one: End, other: End): readonly [End, End] {
  return JSON.stringify(one) <= JSON.stringify(other) ? [one, other] : [other, one];
}

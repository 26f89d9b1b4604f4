import type { FieldName } from '@netobserv-flows/schema';
import { NO_FILTERS } from '../../src/flow/index';
import type { FlowView } from '../../src/flow/plan/index';

/** A question that NetObserv's pages and ours both ask. */
export interface Question {
  readonly title: string;
  readonly view: FlowView;
  /** Largest groups shown. */
  readonly limit: number;
}

function ask(title: string, ...groupBy: readonly FieldName[]): Question {
  return { title, view: { groupBy, measure: 'Bytes', filters: NO_FILTERS }, limit: 20 };
}

/** Tops that both overviews have. */
export const QUESTIONS: readonly Question[] = [
  ask('namespace pairs', 'SrcK8S_Namespace', 'DstK8S_Namespace'),
  ask('source workloads', 'SrcK8S_Namespace', 'SrcK8S_OwnerName', 'SrcK8S_OwnerType'),
  ask('workload pairs', 'SrcK8S_Namespace', 'SrcK8S_OwnerName', 'DstK8S_Namespace', 'DstK8S_OwnerName'),
];

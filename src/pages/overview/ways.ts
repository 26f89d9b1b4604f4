import type { Filter } from '../../flow';
import { inside, outside } from './questions';

/** A way that traffic goes, seen from the cluster. */
export interface Way {
  readonly title: string;
  /** What it is, in a sentence. */
  readonly description: string;
  /** Filters that its flows meet, and others do not. */
  readonly filters: readonly Filter[];
  /** Whether traffic between such ends goes it. */
  takes(fromInside: boolean, toInside: boolean): boolean;
}

/** All traffic, and the ways that it goes. */
export const WAYS: readonly Way[] = [
  { title: 'All traffic', description: 'Everything that was observed, once', filters: [], takes: () => true },
  {
    title: 'In',
    description: 'From outside into the cluster (north-south)',
    filters: [outside('src'), inside('dst')],
    takes: (from, to) => !from && to,
  },
  {
    title: 'Out',
    description: 'From the cluster to outside (north-south)',
    filters: [inside('src'), outside('dst')],
    takes: (from, to) => from && !to,
  },
  {
    title: 'Inside',
    description: 'Between ends in the cluster (east-west)',
    filters: [inside('src'), inside('dst')],
    takes: (from, to) => from && to,
  },
];

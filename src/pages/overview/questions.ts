import type { Filter, FilterField, FilterSet, FilterSide } from '../../flow';
import { sided } from './groups';
import { only, type Ask } from './recipe';

/*
 * What the panels ask. Loki answers at most 500 series a request: the limits of all together are such that the whole
 * overview, the period before included, is three requests (`answerTops` puts them together).
 */

/** An end outside the cluster: nothing that Kubernetes knows. */
export const outside = (side: FilterSide): Filter => ({ field: 'K8S_Type', side, comparison: 'empty', values: [] });

/** An end in the cluster. */
export const inside = (side: FilterSide): Filter => ({ field: 'K8S_Type', side, comparison: 'notEmpty', values: [] });

/** An end, or the flow, whose field has just this value; that lacks it for the empty text. */
export function exactly(field: FilterField, value: string, side?: FilterSide): Filter {
  return {
    field,
    ...(side !== undefined && { side }),
    ...(value === '' ? { comparison: 'empty', values: [] } : { comparison: 'equals', values: [value] }),
  };
}

const present = (field: FilterField, side: FilterSide) => only({ field, side, comparison: 'notEmpty', values: [] });

const bytes = (ask: Omit<Ask, 'measure'>): Ask => ({ measure: 'Bytes', ...ask });

/**
 * One question for what is sent, and the same for what is received.
 * @param watched names of rules that watch one of them.
 */
function bothSides(
  watched: { readonly sent: string; readonly received: string },
  ask: (side: 'Src' | 'Dst', filterSide: FilterSide) => Omit<Ask, 'measure' | 'watched'>
) {
  return {
    sent: bytes({ ...ask('Src', 'src'), watched: watched.sent }),
    received: bytes({ ...ask('Dst', 'dst'), watched: watched.received }),
  } as const;
}

const sentAndReceived = (by: string) => ({ sent: `Bytes sent by ${by}`, received: `Bytes received by ${by}` });

/** All traffic, by whether its ends are in the cluster. */
export const TRAFFIC = bytes({
  groupBy: ['SrcK8S_Type', 'DstK8S_Type'],
  limit: 30,
  before: 30,
  watched: 'Bytes in, out and inside the cluster',
});

/** Packets by the sampling that they were estimated from: for how far figures may be off. */
export const SAMPLING: Ask = { groupBy: ['Sampling'], measure: 'Packets', limit: 10 };

/** What traffic is, by the well-known port. */
export const APPLICATIONS = bytes({ groupBy: ['Application'], limit: 60, before: 60, watched: 'Bytes by application' });

/** Traffic of namespaces. */
export const NAMESPACES = bothSides(sentAndReceived('namespace'), (side) => ({
  groupBy: sided(side, 'K8S_Namespace'),
  limit: 40,
  before: 30,
}));

/** Traffic of workloads. */
export const WORKLOADS = bothSides(sentAndReceived('workload'), (side) => ({
  groupBy: sided(side, 'K8S_Namespace', 'K8S_OwnerName', 'K8S_OwnerType'),
  limit: 40,
  before: 30,
}));

/** Traffic of pods. */
export const PODS = bothSides(sentAndReceived('pod'), (side, filterSide) => ({
  groupBy: sided(side, 'K8S_Namespace', 'K8S_Name'),
  about: only(exactly('K8S_Type', 'Pod', filterSide)),
  limit: 40,
}));

/** Traffic that Services handle: what goes to them, and what their endpoints answer. */
export const SERVICES = bothSides(
  { sent: 'Bytes answered by Service', received: 'Bytes received by Service' },
  (side, filterSide) => ({
    groupBy: sided(side, 'K8S_Namespace', 'K8S_Service'),
    about: present('K8S_Service', filterSide),
    limit: 40,
    before: 30,
  })
);

/** Traffic of single addresses outside the cluster. */
export const PEERS = bothSides(
  { sent: 'Bytes from addresses outside the cluster', received: 'Bytes to addresses outside the cluster' },
  (side, filterSide) => ({
    groupBy: sided(side, 'Addr', 'SubnetLabel'),
    about: only(outside(filterSide)),
    limit: 40,
    before: 40,
  })
);

/** Traffic of nodes: of themselves, and of all pods on them. */
export const NODES = bothSides(sentAndReceived('node'), (side, filterSide) => ({
  groupBy: sided(side, 'K8S_HostName'),
  about: present('K8S_HostName', filterSide),
  limit: 30,
  before: 20,
}));

/** Who talks to whom, each direction by itself. */
export const CONVERSATIONS = bytes({
  groupBy: [
    ...sided('Src', 'K8S_Namespace', 'K8S_OwnerName', 'SubnetLabel'),
    ...sided('Dst', 'K8S_Namespace', 'K8S_OwnerName', 'SubnetLabel'),
  ],
  limit: 150,
  before: 200,
  watched: 'Bytes from workload to workload',
});

/** Who uses protocols that some filters tell. */
export function usageOf(about: FilterSet | undefined): Ask {
  return bytes({ groupBy: ['Application', ...CONVERSATIONS.groupBy], about, limit: 60, before: 60 });
}

/** How much of each protocol some filters tell: few groups, so that none is overlooked where those who use them are many. */
export function protocolsOf(about: FilterSet | undefined): Ask {
  return bytes({ groupBy: ['Application'], about, limit: 20 });
}

/** All that the overview asks, but insecure protocols and who uses them, which the configuration tells. */
export const ASKS: readonly Ask[] = [
  TRAFFIC,
  SAMPLING,
  APPLICATIONS,
  CONVERSATIONS,
  ...[NAMESPACES, WORKLOADS, PODS, SERVICES, PEERS, NODES].flatMap(({ sent, received }) => [sent, received]),
];

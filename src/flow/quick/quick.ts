import { NO_FILTERS, type Filter, type FilterSet, type FilterSide } from '../filter/model';

/** A set of filters with a name, that is switched on and off as one. It joins a view's own filters by 'and'. */
export interface QuickFilter {
  readonly name: string;
  readonly set: FilterSet;
  /** One sentence on what it finds, and by what; those of the configuration are told by their filters. */
  readonly description?: string;
}

/**
 * Ports of protocols that carry data, and mostly passwords, in the clear: FTP, telnet, TFTP, HTTP, POP3, IMAP, LDAP,
 * rexec, rlogin and rsh, VNC, HTTP's other ports. Ports tell no more than what is meant for them: whether a session was
 * made secure later on (STARTTLS) no flow tells.
 */
export const INSECURE_PORTS = [
  20, 21, 23, 69, 80, 110, 143, 389, 512, 513, 514, 5900, 8008, 8080, 8088,
] as const satisfies readonly number[];

/** DNS, DNS over TLS, and 5353, which multicast DNS uses, and the DNS pods of clusters that give them no low port. */
const DNS_PORTS = [53, 853, 5353] as const;

function any(...filters: readonly Filter[]): FilterSet {
  return { ...NO_FILTERS, filters, match: 'any' };
}

function ports(numbers: readonly number[]): Filter {
  return { field: 'Port', side: 'either', comparison: 'equals', values: numbers.map(String) };
}

function layer(name: string): FilterSet {
  return any({ field: 'K8S_FlowLayer', comparison: 'equals', values: [name] });
}

/** An end that Kubernetes does not know. The kind is looked at, since NetObserv labels streams by it. */
const unknown = (side: FilterSide): Filter => ({ field: 'K8S_Type', side, comparison: 'empty', values: [] });

/** The quick filters that are there without any configuration. They find the same in flows that NetObserv wrote. */
export const QUICK_FILTERS: readonly QuickFilter[] = [
  { name: 'Applications', set: layer('app'), description: 'Traffic of your own namespaces' },
  {
    name: 'Infrastructure',
    set: layer('infra'),
    description: 'Traffic within the platform: the namespaces of the cluster itself, and nodes',
  },
  {
    name: 'Services',
    set: any(
      { field: 'K8S_Type', side: 'either', comparison: 'equals', values: ['Service'] },
      { field: 'K8S_Service', side: 'either', comparison: 'notEmpty', values: [] }
    ),
    description: 'Traffic with a Service: its address, or a pod that serves it',
  },
  { name: 'DNS', set: any(ports(DNS_PORTS)), description: `Traffic with port ${DNS_PORTS.join(', ')} at either end` },
  {
    name: 'External',
    set: any(
      { field: 'SubnetLabel', side: 'either', comparison: 'starts', values: ['EXT:'] },
      unknown('src'),
      unknown('dst')
    ),
    description: 'Traffic with an end outside the cluster: in a subnet named EXT:…, or no pod, Service or node',
  },
  {
    name: 'Insecure protocols',
    set: any(ports(INSECURE_PORTS)),
    description: `Protocols without encryption, by their ports: ${INSECURE_PORTS.join(', ')}`,
  },
];

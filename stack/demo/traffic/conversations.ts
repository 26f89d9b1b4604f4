import { WORKLOADS } from '../model/workloads';
import type { Shape } from './shapes';

/** Addresses outside the cluster, from the ranges that RFC 5737 and RFC 3849 keep for examples. */
export const OUTSIDE = {
  /** People on the internet. */
  visitors: { network: '203.0.113', first: 1, count: 120, network6: '2001:db8:cafe::' },
  /** An object store. */
  storage: { network: '192.0.2', first: 20, count: 4 },
  /** The DNS resolver of the provider. */
  resolver: { network: '192.0.2', first: 53, count: 1 },
  /** A payment provider. */
  payments: { network: '198.51.100', first: 10, count: 2 },
  /** The host that a terminal still logs in to by telnet. */
  mainframe: { network: '198.51.100', first: 23, count: 1 },
  /** A partner's FTP server. */
  ftpServer: { network: '198.51.100', first: 40, count: 1 },
} as const satisfies Record<string, { network: string; first: number; count: number; network6?: string }>;

/** Addresses outside that no configuration names: only an incident has to do with them. */
export const UNNAMED = {
  stranger: { network: '198.51.100', first: 200, count: 1 },
} as const satisfies Record<string, { network: string; first: number; count: number; network6?: string }>;

/** A group of addresses outside. */
export type OutsideName = keyof typeof OUTSIDE | keyof typeof UNNAMED;

/** One end of a conversation: the pods of a workload, or a group of addresses outside. */
export type Party = { readonly workload: string } | { readonly outside: OutsideName };

/** What is listened at: a service (through its cluster IP), each pod of a workload directly, or outside. */
export type Target =
  | { readonly service: string }
  | { readonly pods: string; readonly port: number }
  | { readonly outside: OutsideName; readonly port: number };

/** Who talks to whom, when and how much. */
export interface Conversation {
  readonly from: Party;
  readonly to: Target;
  readonly protocol: 'TCP' | 'UDP' | 'ICMP';
  readonly shape: Shape;
  /** Connections a slot at the peak. With `lasting`, connections that stay open. */
  readonly connections: number;
  /** Bytes a second from client to server, all connections together, at the peak. */
  readonly up: number;
  /** Bytes a second from server to client. */
  readonly down: number;
  /** The same connections go on for ever, as those of a pool do. */
  readonly lasting?: boolean;
  /** Share of connections over IPv6, 0 to 1, where both ends have it. */
  readonly ipv6?: number;
}

const KB = 1000;
const MB = 1000 * KB;

// A table: one conversation a line.
// prettier-ignore
const MAIN: readonly Conversation[] = [
  // The web: visitors, through the ingress controller, to the shop and the media server.
  { from: { outside: 'visitors' }, to: { pods: 'ingress-nginx/ingress-nginx-controller', port: 443 }, protocol: 'TCP', shape: 'day', connections: 110, up: 120 * KB, down: 1.7 * MB, ipv6: 0.2 },
  { from: { workload: 'ingress-nginx/ingress-nginx-controller' }, to: { service: 'shop/frontend' }, protocol: 'TCP', shape: 'day', connections: 70, up: 40 * KB, down: 0.8 * MB },
  { from: { workload: 'ingress-nginx/ingress-nginx-controller' }, to: { service: 'mywebapp/mywebapp' }, protocol: 'TCP', shape: 'evening', connections: 40, up: 80 * KB, down: 0.9 * MB, ipv6: 0.3 },

  // mywebapp: files and media go up by day and are played in the evening.
  { from: { workload: 'media-clients/player' }, to: { service: 'mywebapp/mywebapp' }, protocol: 'TCP', shape: 'evening', connections: 60, up: 90 * KB, down: 6 * MB, ipv6: 0.3 },
  { from: { workload: 'media-clients/uploader' }, to: { service: 'mywebapp/mywebapp' }, protocol: 'TCP', shape: 'office', connections: 25, up: 2.5 * MB, down: 50 * KB },
  { from: { workload: 'mywebapp/mywebapp' }, to: { service: 'database/postgresql' }, protocol: 'TCP', shape: 'day', connections: 9, up: 30 * KB, down: 180 * KB, lasting: true },
  { from: { workload: 'mywebapp/mywebapp' }, to: { service: 'database/redis' }, protocol: 'TCP', shape: 'day', connections: 9, up: 40 * KB, down: 90 * KB, lasting: true },
  { from: { workload: 'mywebapp/mywebapp' }, to: { outside: 'storage', port: 443 }, protocol: 'TCP', shape: 'day', connections: 14, up: 1.4 * MB, down: 0.7 * MB },

  // The shop.
  { from: { workload: 'shop/frontend' }, to: { service: 'shop/catalog' }, protocol: 'TCP', shape: 'day', connections: 30, up: 50 * KB, down: 400 * KB },
  { from: { workload: 'shop/frontend' }, to: { service: 'shop/cart' }, protocol: 'TCP', shape: 'day', connections: 25, up: 40 * KB, down: 60 * KB },
  { from: { workload: 'shop/frontend' }, to: { service: 'shop/checkout' }, protocol: 'TCP', shape: 'day', connections: 10, up: 15 * KB, down: 20 * KB },
  { from: { workload: 'shop/catalog' }, to: { service: 'database/postgresql' }, protocol: 'TCP', shape: 'day', connections: 8, up: 40 * KB, down: 350 * KB, lasting: true },
  { from: { workload: 'shop/cart' }, to: { service: 'database/redis' }, protocol: 'TCP', shape: 'day', connections: 8, up: 50 * KB, down: 50 * KB, lasting: true },
  { from: { workload: 'shop/checkout' }, to: { service: 'database/postgresql' }, protocol: 'TCP', shape: 'day', connections: 6, up: 25 * KB, down: 60 * KB, lasting: true },
  { from: { workload: 'shop/checkout' }, to: { outside: 'payments', port: 443 }, protocol: 'TCP', shape: 'day', connections: 8, up: 20 * KB, down: 25 * KB },

  // Data at rest: replication all the time, the backup at night.
  { from: { workload: 'database/postgresql' }, to: { pods: 'database/postgresql', port: 5432 }, protocol: 'TCP', shape: 'day', connections: 1, up: 250 * KB, down: 10 * KB, lasting: true },
  { from: { workload: 'backup/nightly-backup' }, to: { service: 'database/postgresql' }, protocol: 'TCP', shape: 'night', connections: 4, up: 20 * KB, down: 7 * MB },
  { from: { workload: 'backup/nightly-backup' }, to: { outside: 'storage', port: 443 }, protocol: 'TCP', shape: 'night', connections: 6, up: 6 * MB, down: 40 * KB },

  // Operations.
  { from: { workload: 'kube-system/coredns' }, to: { outside: 'resolver', port: 53 }, protocol: 'UDP', shape: 'day', connections: 12, up: 18, down: 50 },
  { from: { workload: 'monitoring/log-agent' }, to: { service: 'monitoring/loki' }, protocol: 'TCP', shape: 'day', connections: 8, up: 220 * KB, down: 6 * KB, lasting: true },
  { from: { workload: 'monitoring/probe' }, to: { outside: 'payments', port: 0 }, protocol: 'ICMP', shape: 'flat', connections: 2, up: 170, down: 170 },

  // What nobody dared to switch off.
  { from: { workload: 'legacy/terminal' }, to: { outside: 'mainframe', port: 23 }, protocol: 'TCP', shape: 'office', connections: 1, up: 300, down: 2 * KB, lasting: true },
  { from: { workload: 'legacy/ftp-sync' }, to: { outside: 'ftpServer', port: 21 }, protocol: 'TCP', shape: 'hourly', connections: 2, up: 200, down: 500 },
  { from: { workload: 'legacy/ftp-sync' }, to: { outside: 'ftpServer', port: 20 }, protocol: 'TCP', shape: 'hourly', connections: 3, up: 600 * KB, down: 12 * KB },
];

const applications = WORKLOADS.filter(({ name }) => name !== 'coredns').map(
  ({ namespace, name }) => `${namespace}/${name}`
);

/** Everybody asks the cluster's DNS. */
const DNS = applications.map((workload): Conversation => ({
  from: { workload },
  to: { service: 'kube-system/kube-dns' },
  protocol: 'UDP',
  shape: workload.startsWith('backup/') ? 'night' : workload === 'legacy/ftp-sync' ? 'hourly' : 'day',
  connections: 6,
  up: 9,
  down: 24,
}));

/** Prometheus reads the metrics of everything that has a service, over connections that stay open. */
const SCRAPES = WORKLOADS.filter(({ service, namespace }) => service !== undefined && namespace !== 'monitoring').map(
  ({ namespace, name, pods }): Conversation => ({
    from: { workload: 'monitoring/prometheus' },
    to: { pods: `${namespace}/${name}`, port: 9464 },
    protocol: 'TCP',
    shape: 'flat',
    connections: pods,
    up: 30 * pods,
    down: 2 * KB * pods,
    lasting: true,
  })
);

/** All that goes on in the demo cluster. */
export const CONVERSATIONS: readonly Conversation[] = [...MAIN, ...DNS, ...SCRAPES];

import type { DemoCluster, DemoNode, DemoPod } from '../model/types';
import { Random } from '../random';
import type { Conversation } from './conversations';
import type { Traffic } from './traffic';

/** What can go wrong in the demo cluster, each so that certain alerts fire. */
export const INCIDENTS = {
  telnet: 'shop/catalog logs in to the mainframe by telnet',
  exfiltration: 'shop/cart sends 2 MB/s to an address that nobody knows',
  scan: 'a pod of media-clients/uploader tries the ports of every pod, and asks the DNS for all their names',
  outage: 'mywebapp answers nobody; the last node’s exporter sends broken datagrams, then nothing',
} as const;

/** The name of an incident. */
export type IncidentName = keyof typeof INCIDENTS;

/** An incident and its time, in ms since the Unix epoch. */
export interface Incident {
  readonly name: IncidentName;
  readonly fromMs: number;
  /** It is over by then. */
  readonly toMs: number;
}

/**
 * The incident that an option names.
 * @throws Error naming the incidents that there are, where there is none of that name.
 */
export function incidentNamed(text: string): IncidentName {
  if (!Object.hasOwn(INCIDENTS, text)) {
    throw new Error(`--incident: "${text}" is none; write one of ${Object.keys(INCIDENTS).join(', ')}`);
  }
  return text as IncidentName;
}

/** What goes on besides the usual, as long as the incident lasts. */
export const INCIDENT_CONVERSATIONS: Readonly<Record<IncidentName, readonly Conversation[]>> = {
  telnet: [
    {
      from: { workload: 'shop/catalog' },
      to: { outside: 'mainframe', port: 23 },
      protocol: 'TCP',
      shape: 'flat',
      connections: 4,
      up: 300,
      down: 2_000,
    },
  ],
  exfiltration: [
    {
      from: { workload: 'shop/cart' },
      to: { outside: 'stranger', port: 443 },
      protocol: 'TCP',
      shape: 'flat',
      connections: 12,
      up: 2_000_000,
      down: 20_000,
    },
  ],
  scan: [
    {
      from: { workload: 'media-clients/uploader' },
      to: { service: 'kube-system/kube-dns' },
      protocol: 'UDP',
      shape: 'flat',
      connections: 200,
      up: 5_000,
      down: 12_000,
    },
  ],
  outage: [],
};

/** Whether an incident is going on at a time. */
export function isDuring(incident: Incident, atMs: number): boolean {
  return atMs >= incident.fromMs && atMs < incident.toMs;
}

/** The workload that stands still in an outage. */
const STOPPED = { namespace: 'mywebapp', workload: 'mywebapp' } as const;

const isStopped = (pod: DemoPod | undefined) =>
  pod?.namespace === STOPPED.namespace && pod.workload === STOPPED.workload;

/** Whether usual traffic takes place in spite of an incident. */
export function takesPlace(incident: Incident, { source, destination, endMs }: Traffic): boolean {
  return !(incident.name === 'outage' && isDuring(incident, endMs) && (isStopped(source) || isStopped(destination)));
}

/** What becomes of a datagram on its way to the collector. */
export type Fate = 'arrives' | 'broken' | 'lost';

/** In an outage the last node's exporter sends broken datagrams for a third of the time, and none afterwards. */
export function fateOf(incidents: readonly Incident[], cluster: DemoCluster, node: DemoNode, atMs: number): Fate {
  const outage = incidents.find((incident) => incident.name === 'outage' && isDuring(incident, atMs));
  if (outage === undefined || node !== cluster.nodes.at(-1)) {
    return 'arrives';
  }
  return atMs < outage.fromMs + (outage.toMs - outage.fromMs) / 3 ? 'broken' : 'lost';
}

/** Ports that are tried in one slot: the next ones in the slot after. */
const PROBES = 400;
const SYN_BYTES = 60;
const RESET_BYTES = 40;
const TCP = 6;

/** What a scan sends in one slot, each probe with its refusal; empty where no scan is going on. */
export function probes(
  cluster: DemoCluster,
  incident: Incident,
  { slotStartMs, slotMs }: { readonly slotStartMs: number; readonly slotMs: number }
): Traffic[] {
  const scanner = cluster.pods.find(
    ({ namespace, workload }) => `${namespace}/${workload}` === 'media-clients/uploader'
  );
  if (incident.name !== 'scan' || scanner === undefined) {
    return [];
  }
  const others = cluster.pods.filter((pod) => pod !== scanner);
  const random = new Random(cluster.seed, 'scan', slotStartMs);
  const first = Math.floor(slotStartMs / slotMs) * Math.ceil(PROBES / others.length);
  return Array.from({ length: PROBES }, (_, index): [Traffic, Traffic] => {
    const target = others[index % others.length] as DemoPod;
    const port = 1 + ((first + Math.floor(index / others.length)) % 10_000);
    const atMs = slotStartMs + Math.floor(((index + 0.5) / PROBES) * (slotMs - 5));
    const ask = {
      sourceAddress: scanner.address,
      sourcePort: random.integer(32_768, 60_999),
      destinationAddress: target.address,
      destinationPort: port,
    };
    const refusal = {
      sourceAddress: ask.destinationAddress,
      sourcePort: port,
      destinationAddress: ask.sourceAddress,
      destinationPort: ask.sourcePort,
    };
    const common = { packets: 1, protocol: TCP, lasting: false };
    return [
      {
        ...common,
        startMs: atMs,
        endMs: atMs,
        bytes: SYN_BYTES,
        source: scanner,
        destination: target,
        sent: ask,
        carried: ask,
        delivered: ask,
      },
      {
        ...common,
        startMs: atMs + 1,
        endMs: atMs + 1,
        bytes: RESET_BYTES,
        source: target,
        destination: scanner,
        sent: refusal,
        carried: refusal,
        delivered: refusal,
      },
    ];
  }).flat();
}

import type { ClusterEndpoints, ClusterService } from './cluster';
import { type Claim, distance, TimedMap } from './timedMap';

/** A Service that is served at an address and port. */
export interface Served {
  readonly namespace: string;
  readonly service: string;
  readonly headless: boolean;
  readonly port: number;
  /** IANA protocol number. */
  readonly proto: number;
  /** Name of the pod behind it, where known: guards against an address that another pod has taken over. */
  readonly pod?: string;
}

const same = (a: Served, b: Served) =>
  a.port === b.port &&
  a.proto === b.proto &&
  a.service === b.service &&
  a.namespace === b.namespace &&
  a.pod === b.pod &&
  a.headless === b.headless;

/** The pod that has an address. */
export interface PodName {
  readonly namespace?: string;
  readonly name: string;
}

/**
 * Which Service is served at an address and port at a time: by endpoint address, and by node port on any node.
 * Where several are, one with a cluster IP goes before a headless one, then the first by name.
 */
export class ServedIndex {
  readonly #endpoints: TimedMap<string, Served>;
  readonly #nodePorts = new TimedMap<number, Served>(same);

  /** @param onChange told of each address whose endpoints have changed. */
  constructor(onChange: (address: string) => void) {
    this.#endpoints = new TimedMap(same, onChange);
  }

  /** Number of addresses that serve something. */
  get size(): number {
    return this.#endpoints.size;
  }

  /** Sets what the endpoints of a slice serve. */
  setEndpoints(key: string, slice: ClusterEndpoints, fromMs: number, nowMs: number): void {
    const { namespace, service, headless = false, endpoints } = slice;
    const wanted = endpoints.map(
      ({ address, port, proto, pod }) => [address, { namespace, service, headless, port, proto, pod }] as const
    );
    this.#endpoints.hold(key, wanted, fromMs, nowMs);
  }

  /** Sets the ports by which nodes answer for a Service. */
  setNodePorts(key: string, { namespace, name, ports }: ClusterService, fromMs: number, nowMs: number): void {
    const wanted = ports
      .filter(({ nodePort }) => nodePort !== undefined)
      .map(({ nodePort, proto }) => {
        const served: Served = { namespace, service: name, headless: false, port: nodePort!, proto };
        return [portKey(nodePort!, proto), served] as const;
      });
    this.#nodePorts.hold(key, wanted, fromMs, nowMs);
  }

  /** A slice or Service is gone. */
  remove(key: string, untilMs: number): void {
    this.#endpoints.release(key, untilMs);
    this.#nodePorts.release(key, untilMs);
  }

  /** Forgets what ended longer than the history reaches back. */
  forget(nowMs: number): void {
    this.#endpoints.forget(nowMs);
    this.#nodePorts.forget(nowMs);
  }

  /** From when on no time makes a difference at an address; see {@link TimedMap.steadySince}. */
  steadySince(address: string): number {
    return this.#endpoints.steadySince(address);
  }

  /** The ports on which something is served at an address. */
  portsAt(address: string): Array<Pick<Served, 'port' | 'proto'>> {
    const ports = new Map<number, Served>();
    for (let claim = this.#endpoints.claims(address); claim !== undefined; claim = claim.next) {
      ports.set(portKey(claim.value.port, claim.value.proto), claim.value);
    }
    return [...ports.values()];
  }

  /**
   * The Service served at an address and port.
   * @param pod the pod that has the address at that time; endpoints of other pods, and of other namespaces, do not count.
   */
  at(address: string, port: number, proto: number, timeMs: number, pod?: PodName): Served | undefined {
    return best(this.#endpoints.claims(address), port, proto, timeMs, pod);
  }

  /** The Service for which nodes answer on a port. */
  atNodePort(port: number, proto: number, timeMs: number): Served | undefined {
    return best(this.#nodePorts.claims(portKey(port, proto)), port, proto, timeMs);
  }
}

const portKey = (port: number, proto: number) => proto * 65_536 + port;

function best(
  first: Claim<unknown, Served> | undefined,
  port: number,
  proto: number,
  timeMs: number,
  pod?: PodName
): Served | undefined {
  let found: Served | undefined;
  let near = Infinity;
  for (let claim = first; claim !== undefined; claim = claim.next) {
    const served = claim.value;
    if (served.port !== port || served.proto !== proto || !isBehind(served, pod)) {
      continue;
    }
    const far = distance(claim, timeMs);
    if (far < near || (far === near && found !== undefined && goesBefore(served, found))) {
      found = served;
      near = far;
    }
  }
  return found;
}

/** Whoever may write slices in one namespace names no pod of another: a Service has pods of its own namespace only. */
const isBehind = (served: Served, pod: PodName | undefined) =>
  pod === undefined || (served.namespace === pod.namespace && (served.pod === undefined || served.pod === pod.name));

function goesBefore(a: Served, b: Served): boolean {
  return a.headless === b.headless ? a.service < b.service : b.headless;
}

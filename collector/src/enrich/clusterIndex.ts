import type {
  ClusterChanges,
  ClusterController,
  ClusterEndpoints,
  ClusterNode,
  ClusterPod,
  ClusterService,
  Owner,
  ServicePort,
} from './cluster';
import { ServedIndex } from './servedIndex';
import { type Claim, CLOCK_SKEW_MS, distance, TimedMap } from './timedMap';

/** A cluster object that has an address, with the names that a flow record gets of it. */
export interface NamedEnd {
  readonly type: 'Pod' | 'Service' | 'Node';
  readonly namespace?: string;
  readonly name: string;
  readonly ownerName: string;
  readonly ownerType: string;
  readonly hostName?: string;
  readonly hostIP?: string;
  readonly zone?: string;
  /** The ports of a Service. */
  readonly ports?: readonly ServicePort[];
}

/** The Service that an end is, or serves, in a flow. */
export interface ServedEnd {
  readonly name: string;
  /** Whether the port of the flow is one that the Service or its endpoints declare. */
  readonly declared: boolean;
}

/** Which object an address stands for where several have it at the same time: the highest. */
const RANK = { pod: 3, clusterIP: 2, node: 1, externalIP: 0 } as const;

type Kept = ClusterPod | ClusterNode | ClusterService;

/** An object and the names worked out of it, kept until the index is at another version. */
interface Entry {
  readonly kind: 'pod' | 'node' | 'service';
  object: Kept;
  /** The workload of a pod, once found: its ReplicaSet may be deleted before the pod is. */
  workload?: Owner;
  named?: NamedEnd;
  namedAt: number;
}

/**
 * The object that has a name, and its key: one that is made anew under an old name may be told of before the end of the
 * former, which must not take it along.
 */
interface Named<T> {
  readonly key: string;
  readonly object: T;
}

/** What an address is claimed for. */
interface Holding {
  readonly entry: Entry;
  readonly rank: number;
}

const NEVER = -1;
const MAX_TEXTS = 65_536;

/** Which cluster object had an address at a time, and which Service it served. Does not care where objects come from. */
export class ClusterIndex implements ClusterChanges {
  readonly #addresses: TimedMap<string, Holding>;
  readonly #served: ServedIndex;
  readonly #entries = new Map<string, Entry>();
  readonly #nodes = new Map<string, Named<ClusterNode>>();
  readonly #controllers = new Map<string, Named<ClusterController>>();
  readonly #controllerIds = new Map<string, string>();
  /** Names of which there is one text in memory, however many objects have it. */
  readonly #texts = new Map<string, string>();
  readonly #clock: () => number;
  readonly #onChange: (address: string) => void;
  #version = 0;

  /**
   * @param clock milliseconds since the epoch: when a change is taken to have happened.
   * @param onChange told of each address of which the index says something else from now on.
   */
  constructor(clock: () => number = Date.now, onChange: (address: string) => void = () => undefined) {
    this.#clock = clock;
    this.#onChange = onChange;
    this.#addresses = new TimedMap((a, b) => a.entry === b.entry && a.rank === b.rank, onChange);
    this.#served = new ServedIndex(onChange);
  }

  /** Grows when objects get other names by a change of another object. */
  get version(): number {
    return this.#version;
  }

  /** Sizes, for tests of what is kept. */
  get sizes() {
    return {
      objects: this.#entries.size,
      addresses: this.#addresses.size,
      formerAddresses: this.#addresses.formerCount,
      servingAddresses: this.#served.size,
      controllers: this.#controllers.size,
    };
  }

  setPod(key: string, pod: ClusterPod, fromMs: number, isEarliest = false): void {
    const addresses = pod.hostNetwork === true ? [] : pod.addresses;
    const known = this.#entries.get(key)?.object as ClusterPod | undefined;
    // It was told of without addresses before: it got them about now, and another pod may have had them until then.
    const gotThemNow = isEarliest && known?.addresses.length === 0;
    const sinceMs = gotThemNow ? Math.max(fromMs, this.#clock() - CLOCK_SKEW_MS) : fromMs;
    this.#set(key, 'pod', pod, [[addresses, RANK.pod]], sinceMs);
  }

  setNode(key: string, node: ClusterNode, fromMs: number): void {
    const before = this.#nodes.get(node.name)?.object;
    this.#nodes.set(node.name, { key, object: node });
    if (!sameNode(before, node)) {
      this.#version++;
    }
    this.#set(key, 'node', node, [[node.addresses, RANK.node]], fromMs);
  }

  setService(key: string, service: ClusterService, fromMs: number): void {
    const ranked: Ranked = [
      [service.clusterIPs, RANK.clusterIP],
      [service.externalIPs ?? [], RANK.externalIP],
    ];
    this.#set(key, 'service', service, ranked, fromMs);
    this.#served.setNodePorts(key, service, fromMs, this.#clock());
  }

  setEndpoints(key: string, endpoints: ClusterEndpoints, fromMs: number): void {
    this.#served.setEndpoints(key, endpoints, fromMs, this.#clock());
  }

  setController(key: string, controller: ClusterController): void {
    const id = controllerId(controller.namespace, controller);
    const before = this.#controllers.get(id)?.object.owner;
    this.#controllerIds.set(key, id);
    this.#controllers.set(id, { key, object: controller });
    if (before?.name !== controller.owner?.name || before?.kind !== controller.owner?.kind) {
      this.#version++;
    }
  }

  remove(key: string, untilMs: number): void {
    this.#served.remove(key, untilMs);
    const id = this.#controllerIds.get(key);
    if (id !== undefined) {
      this.#controllerIds.delete(key);
      removeOwn(this.#controllers, id, key);
      return;
    }
    const entry = this.#entries.get(key);
    if (entry === undefined) {
      return;
    }
    // Flows of its time arrive later, when its owner and node may be gone too: the names are settled now.
    this.#named(entry);
    entry.namedAt = Infinity;
    this.#entries.delete(key);
    this.#addresses.release(key, untilMs);
    if (entry.kind === 'node') {
      removeOwn(this.#nodes, (entry.object as ClusterNode).name, key);
    }
    this.#addresses.forget(this.#clock());
    this.#served.forget(this.#clock());
  }

  /**
   * The object that had an address at a time. In a gap between two holders, and right before the first and after the
   * last, the nearest within 10 s counts, since clocks differ.
   * @param address canonical.
   * @param timeMs the flow's own time.
   */
  at(address: string, timeMs: number): NamedEnd | undefined {
    const first = this.#addresses.claims(address);
    if (first === undefined) {
      return undefined;
    }
    if (first.next === undefined && first.fromMs <= timeMs && timeMs < first.untilMs) {
      return this.#named(first.value.entry);
    }
    const claim = holderAt(first, timeMs);
    return claim === undefined ? undefined : this.#named(claim.value.entry);
  }

  /**
   * From when on an address has what it has now whatever the time of a flow: milliseconds since the epoch, -Infinity
   * for always, Infinity for never.
   */
  steadySince(address: string): number {
    const first = this.#addresses.claims(address);
    const heldMs = first?.next === undefined ? this.#addresses.steadySince(address) : Infinity;
    return Math.max(heldMs, this.#served.steadySince(address));
  }

  /** The ports on which an address serves something, as endpoint. */
  portsAt(address: string): ReadonlyArray<Pick<ServicePort, 'port' | 'proto'>> {
    return this.#served.portsAt(address);
  }

  /** The Service that `end` is, or that it serves at this address and port; undefined where there is none. */
  served(end: NamedEnd, address: string, port = 0, proto = 0, timeMs = 0): ServedEnd | undefined {
    if (end.type === 'Service') {
      const declared = end.ports?.some((one) => one.port === port && one.proto === proto) === true;
      return { name: end.name, declared };
    }
    const pod = end.type === 'Pod' ? end : undefined;
    const served =
      this.#served.at(address, port, proto, timeMs, pod) ??
      (end.type === 'Node' ? this.#served.atNodePort(port, proto, timeMs) : undefined);
    return served && { name: served.service, declared: true };
  }

  #set(key: string, kind: Entry['kind'], object: Kept, ranked: Ranked, fromMs: number): void {
    let entry = this.#entries.get(key);
    if (entry === undefined) {
      entry = { kind, object, namedAt: NEVER };
      this.#entries.set(key, entry);
    }
    if (kind === 'pod' && !sameOwner(entry.object as ClusterPod, object as ClusterPod)) {
      entry.workload = undefined;
    }
    entry.object = object;
    entry.namedAt = NEVER;
    this.#named(entry);
    const holder = entry;
    const wanted = ranked.flatMap(([addresses, rank]) =>
      addresses.map((address) => [address, { entry: holder, rank }] as const)
    );
    this.#addresses.hold(key, wanted, fromMs, this.#clock());
    // What it is called may have changed as well.
    wanted.forEach(([address]) => this.#onChange(address));
  }

  #named(entry: Entry): NamedEnd {
    if (entry.named === undefined || entry.namedAt < this.#version) {
      entry.named = this.#name(entry);
      entry.namedAt = this.#version;
    }
    return entry.named;
  }

  #name(entry: Entry): NamedEnd {
    const { kind, object } = entry;
    if (kind === 'pod') {
      const pod = object as ClusterPod;
      entry.workload ??= this.#workload(pod);
      return this.#namePod(pod, entry.workload ?? pod.owner ?? { kind: 'Pod', name: pod.name });
    }
    if (kind === 'node') {
      const { name, addresses, zone } = object as ClusterNode;
      const hostIP = addresses[0];
      return { type: 'Node', name, ownerName: name, ownerType: 'Node', hostName: name, hostIP, zone };
    }
    const { namespace, name, ports } = object as ClusterService;
    return { type: 'Service', namespace: this.#one(namespace), name, ownerName: name, ownerType: 'Service', ports };
  }

  #namePod({ namespace, name, node: hostName, hostIP }: ClusterPod, owner: Owner): NamedEnd {
    const node = hostName === undefined ? undefined : this.#nodes.get(hostName)?.object;
    return {
      type: 'Pod',
      namespace: this.#one(namespace),
      name,
      ownerName: this.#one(owner.name),
      ownerType: this.#one(owner.kind),
      hostName: node?.name ?? hostName,
      hostIP: hostIP === undefined ? node?.addresses[0] : this.#one(hostIP),
      zone: node?.zone,
    };
  }

  /** The same text for equal texts: pods of a workload share their names, and what compares them is soon done. */
  #one(text: string): string {
    const known = this.#texts.get(text);
    if (known !== undefined) {
      return known;
    }
    if (this.#texts.size >= MAX_TEXTS) {
      this.#texts.clear();
    }
    this.#texts.set(text, text);
    return text;
  }

  /** What controls the ReplicaSet or Job that controls a pod; undefined where nothing known does. */
  #workload({ namespace, owner }: ClusterPod): Owner | undefined {
    return owner && this.#controllers.get(controllerId(namespace, owner))?.object.owner;
  }
}

type Ranked = ReadonlyArray<readonly [addresses: readonly string[], rank: number]>;

const controllerId = (namespace: string, { kind, name }: Owner) => `${namespace}/${kind}/${name}`;

/** Removes what stands under a name, where it is still the object with this key. */
function removeOwn<T>(names: Map<string, Named<T>>, name: string, key: string): void {
  if (names.get(name)?.key === key) {
    names.delete(name);
  }
}

const sameOwner = (a: ClusterPod, b: ClusterPod) => a.owner?.kind === b.owner?.kind && a.owner?.name === b.owner?.name;

const sameNode = (a: ClusterNode | undefined, b: ClusterNode) =>
  a !== undefined && a.zone === b.zone && a.addresses.join() === b.addresses.join();

/** The claim that covers the time, or else the nearest; of equal ones the highest in rank, then the latest begun. */
function holderAt(first: Claim<string, Holding>, timeMs: number): Claim<string, Holding> | undefined {
  let found: Claim<string, Holding> | undefined;
  let near = Infinity;
  for (let claim: Claim<string, Holding> | undefined = first; claim !== undefined; claim = claim.next) {
    const far = distance(claim, timeMs);
    if (far < near || (far === near && found !== undefined && outranks(claim, found))) {
      found = claim;
      near = far;
    }
  }
  return found;
}

function outranks(a: Claim<string, Holding>, b: Claim<string, Holding>): boolean {
  return a.value.rank === b.value.rank ? a.fromMs > b.fromMs : a.value.rank > b.value.rank;
}

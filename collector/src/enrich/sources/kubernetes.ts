import type { Logger } from 'pino';
import type { ClusterChanges } from '../cluster';
import type { EnrichConfig } from '../config';
import { KubernetesApi } from './kubernetesApi';
import {
  endOfPod,
  networkOfPod,
  type EndpointSlice,
  type KubernetesObject,
  type Node,
  type Pod,
  type Service,
  timeOf,
  toController,
  toEndpoints,
  toNode,
  toPod,
  toService,
} from './kubernetesObjects';
import { Reflector, type Resource } from './reflector';

/** Follows a cluster through its API server for as long as it runs. */
export class KubernetesSource {
  readonly #reflectors: ReadonlyArray<Reflector<never>>;
  readonly #server: string;

  /**
   * @param changes the index to fill.
   * @param clock milliseconds since the epoch.
   * @throws ConfigError where no cluster can be found in the settings.
   */
  constructor(
    settings: EnrichConfig['kubernetes'],
    changes: ClusterChanges,
    log: Pick<Logger, 'info' | 'warn'>,
    clock: () => number
  ) {
    const api = new KubernetesApi(settings);
    this.#server = api.server;
    const follow = <T extends KubernetesObject>(resource: Resource<T>) => new Reflector<T>(api, resource, log);
    // Each follows objects of another type; together they are only run, asked how they are, and stopped.
    this.#reflectors = [
      follow(nodes(changes, clock)),
      follow(controllers(changes, clock, 'ReplicaSet', 'replicasets', 'apps')),
      follow(controllers(changes, clock, 'Job', 'jobs', 'batch')),
      follow(services(changes, clock)),
      follow(endpointSlices(changes, clock)),
      follow(pods(changes, clock)),
    ] as unknown as ReadonlyArray<Reflector<never>>;
  }

  /** Starts to follow, in the background. */
  start(): void {
    this.#reflectors.forEach((reflector) => void reflector.run());
  }

  /** Ready once every collection has been received; later trouble is told, but names known so far are used. */
  ready(): { ok: boolean; reason?: string } {
    const waiting = this.#reflectors.filter(({ synced }) => !synced);
    const problems = [...new Set(this.#reflectors.flatMap(({ problem }) => problem ?? []))];
    const reasons = [
      ...(waiting.length > 0 ? [`waiting for the first list of ${waiting.map(({ name }) => name).join(', ')}`] : []),
      ...problems,
    ];
    return {
      ok: waiting.length === 0,
      ...(reasons.length > 0 && { reason: `kubernetes at ${this.#server}: ${reasons.join('; ')}` }),
    };
  }

  /** Ends all watches. */
  stop(): void {
    this.#reflectors.forEach((reflector) => reflector.stop());
  }
}

const createdMs = ({ metadata }: KubernetesObject) => timeOf(metadata.creationTimestamp) ?? -Infinity;

function pods(changes: ClusterChanges, clock: () => number): Resource<Pod> {
  return {
    name: 'pods',
    group: '',
    path: '/api/v1/pods',
    apply: (key, pod) => {
      const endMs = endOfPod(pod, clock());
      if (endMs !== undefined) {
        changes.remove(key, endMs);
      } else {
        // A pod starts before it has a network: its volumes come first, which may take minutes.
        const networkMs = networkOfPod(pod);
        const startMs = timeOf(pod.status?.startTime) ?? createdMs(pod);
        changes.setPod(key, toPod(pod), networkMs ?? startMs, networkMs === undefined);
      }
    },
    remove: (key) => changes.remove(key, clock()),
  };
}

function services(changes: ClusterChanges, clock: () => number): Resource<Service> {
  return {
    name: 'services',
    group: '',
    path: '/api/v1/services',
    apply: (key, service) => changes.setService(key, toService(service), createdMs(service)),
    remove: (key) => changes.remove(key, clock()),
  };
}

function nodes(changes: ClusterChanges, clock: () => number): Resource<Node> {
  return {
    name: 'nodes',
    group: '',
    path: '/api/v1/nodes',
    apply: (key, node) => changes.setNode(key, toNode(node), createdMs(node)),
    remove: (key) => changes.remove(key, clock()),
  };
}

function endpointSlices(changes: ClusterChanges, clock: () => number): Resource<EndpointSlice> {
  return {
    name: 'endpointslices',
    group: 'discovery.k8s.io',
    path: '/apis/discovery.k8s.io/v1/endpointslices',
    apply: (key, slice) => {
      const endpoints = toEndpoints(slice);
      if (endpoints !== undefined) {
        changes.setEndpoints(key, endpoints, createdMs(slice));
      }
    },
    remove: (key) => changes.remove(key, clock()),
  };
}

function controllers(
  changes: ClusterChanges,
  clock: () => number,
  kind: string,
  name: string,
  group: string
): Resource<KubernetesObject> {
  return {
    name,
    group,
    path: `/apis/${group}/v1/${name}`,
    metadataOnly: true,
    apply: (key, object) => changes.setController(key, toController(kind, object)),
    remove: (key) => changes.remove(key, clock()),
  };
}

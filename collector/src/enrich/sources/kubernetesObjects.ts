import { protocolNumber } from '@netobserv-flows/schema';
import { parseAddress } from '../address';
import type {
  ClusterController,
  ClusterEndpoint,
  ClusterEndpoints,
  ClusterNode,
  ClusterPod,
  ClusterService,
  Owner,
} from '../cluster';
import { pluginAddresses } from './nodeAnnotations';

/** The parts of Kubernetes objects that are read here; the rest of what the API server sends is dropped at once. */
export interface KubernetesObject {
  readonly metadata: {
    readonly uid?: string;
    readonly namespace?: string;
    readonly name: string;
    readonly resourceVersion?: string;
    readonly creationTimestamp?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly ownerReferences?: ReadonlyArray<{ kind: string; name: string; controller?: boolean }>;
  };
}

interface ContainerStatus {
  readonly state?: { readonly terminated?: { readonly finishedAt?: string } };
}

interface PodCondition {
  readonly type?: string;
  readonly status?: string;
  readonly lastTransitionTime?: string;
}

/** `core/v1` Pod. */
export interface Pod extends KubernetesObject {
  readonly spec?: { readonly nodeName?: string; readonly hostNetwork?: boolean };
  readonly status?: {
    readonly phase?: string;
    readonly startTime?: string;
    readonly hostIP?: string;
    readonly podIP?: string;
    readonly podIPs?: ReadonlyArray<{ readonly ip?: string }>;
    readonly containerStatuses?: readonly ContainerStatus[];
    readonly conditions?: readonly PodCondition[];
  };
}

/** `core/v1` Service. */
export interface Service extends KubernetesObject {
  readonly spec?: {
    readonly clusterIP?: string;
    readonly clusterIPs?: readonly string[];
    readonly externalIPs?: readonly string[];
    readonly ports?: ReadonlyArray<{ readonly port: number; readonly protocol?: string; readonly nodePort?: number }>;
  };
  readonly status?: {
    readonly loadBalancer?: { readonly ingress?: ReadonlyArray<{ readonly ip?: string }> };
  };
}

/** `core/v1` Node. */
export interface Node extends KubernetesObject {
  readonly spec?: { readonly podCIDRs?: readonly string[] };
  readonly status?: { readonly addresses?: ReadonlyArray<{ readonly type: string; readonly address: string }> };
}

/** `discovery.k8s.io/v1` EndpointSlice. */
export interface EndpointSlice extends KubernetesObject {
  readonly endpoints?: ReadonlyArray<{
    readonly addresses?: readonly string[];
    readonly targetRef?: { readonly kind?: string; readonly name?: string };
  }> | null;
  readonly ports?: ReadonlyArray<{ readonly port?: number; readonly protocol?: string }> | null;
}

/** Milliseconds since the epoch of an RFC 3339 time; undefined where there is none. */
export function timeOf(text: string | undefined): number | undefined {
  const ms = text === undefined ? NaN : Date.parse(text);
  return Number.isNaN(ms) ? undefined : ms;
}

const addresses = (texts: ReadonlyArray<string | undefined>): string[] => [
  ...new Set(texts.flatMap((text) => (text === undefined ? [] : (parseAddress(text) ?? [])))),
];

const protoOf = (protocol: string | undefined) => protocolNumber(protocol ?? 'TCP');

/** The owner that controls an object, which is the one that made it. */
function controllerOf({ metadata }: KubernetesObject): Owner | undefined {
  const owner = metadata.ownerReferences?.find(({ controller }) => controller === true);
  return owner && { kind: owner.kind, name: owner.name };
}

/** A pod as the index wants it. */
export function toPod(pod: Pod): ClusterPod {
  const { metadata, spec, status } = pod;
  return {
    namespace: metadata.namespace ?? '',
    name: metadata.name,
    addresses: addresses([...(status?.podIPs ?? []).map(({ ip }) => ip), status?.podIP]),
    node: spec?.nodeName,
    hostIP: addresses([status?.hostIP])[0],
    owner: controllerOf(pod),
    hostNetwork: spec?.hostNetwork === true,
  };
}

/** When the network of a pod was there, as clusters tell from Kubernetes 1.29 on; undefined where it is not known. */
export function networkOfPod({ status }: Pod): number | undefined {
  const ready = status?.conditions?.find(({ type }) => type === 'PodReadyToStartContainers');
  return ready?.status === 'True' ? timeOf(ready.lastTransitionTime) : undefined;
}

/** When a pod that ran to its end let go of its addresses; undefined while it may still run. */
export function endOfPod({ status }: Pod, nowMs: number): number | undefined {
  if (status?.phase !== 'Succeeded' && status?.phase !== 'Failed') {
    return undefined;
  }
  const ends = (status.containerStatuses ?? []).flatMap(({ state }) => timeOf(state?.terminated?.finishedAt) ?? []);
  return ends.length > 0 ? Math.min(nowMs, Math.max(...ends)) : nowMs;
}

/** A Service as the index wants it. Headless and ExternalName Services have no address. */
export function toService({ metadata, spec, status }: Service): ClusterService {
  const ingress = (status?.loadBalancer?.ingress ?? []).map(({ ip }) => ip);
  return {
    namespace: metadata.namespace ?? '',
    name: metadata.name,
    clusterIPs: addresses([...(spec?.clusterIPs ?? []), spec?.clusterIP]),
    externalIPs: addresses([...(spec?.externalIPs ?? []), ...ingress]),
    ports: (spec?.ports ?? []).flatMap(({ port, protocol, nodePort }) => {
      const proto = protoOf(protocol);
      return proto === undefined ? [] : [{ port, proto, nodePort }];
    }),
  };
}

const ADDRESS_ORDER = ['InternalIP', 'ExternalIP'];

/** A node as the index wants it, with the addresses that its network plugin gave it. */
export function toNode({ metadata, spec, status }: Node): ClusterNode {
  const own = (status?.addresses ?? [])
    .filter(({ type }) => ADDRESS_ORDER.includes(type))
    .sort((a, b) => ADDRESS_ORDER.indexOf(a.type) - ADDRESS_ORDER.indexOf(b.type))
    .map(({ address }) => address);
  return {
    name: metadata.name,
    addresses: addresses([...own, ...pluginAddresses(metadata.annotations ?? {}, spec?.podCIDRs)]),
    zone: metadata.labels?.['topology.kubernetes.io/zone'],
  };
}

/** The endpoints of a slice; undefined where it belongs to no Service. Ports that mean "every port" name none. */
export function toEndpoints({ metadata, endpoints, ports }: EndpointSlice): ClusterEndpoints | undefined {
  const service = metadata.labels?.['kubernetes.io/service-name'];
  if (service === undefined) {
    return undefined;
  }
  const served = (ports ?? []).flatMap(({ port, protocol }) => {
    const proto = protoOf(protocol);
    return port === undefined || port === null || proto === undefined ? [] : [{ port, proto }];
  });
  const list = (endpoints ?? []).flatMap(({ addresses: texts, targetRef }) => {
    const pod = targetRef?.kind === 'Pod' ? targetRef.name : undefined;
    return addresses(texts ?? []).flatMap((address) =>
      served.map(({ port, proto }): ClusterEndpoint => ({ address, port, proto, pod }))
    );
  });
  const headless = metadata.labels?.['service.kubernetes.io/headless'] !== undefined;
  return { namespace: metadata.namespace ?? '', service, headless, endpoints: list };
}

/** A ReplicaSet or Job as the index wants it; of these only the metadata is read. */
export function toController(kind: string, object: KubernetesObject): ClusterController {
  return {
    namespace: object.metadata.namespace ?? '',
    kind,
    name: object.metadata.name,
    owner: controllerOf(object),
  };
}

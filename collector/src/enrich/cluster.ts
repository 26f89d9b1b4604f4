/**
 * What enrichment needs to know of a cluster, whatever the source. Sources trim what they receive to this at once:
 * a pod of 10 kB JSON becomes a few short strings.
 */

/** A node and every address by which it sends or exports. */
export interface ClusterNode {
  readonly name: string;
  /** Canonical; the first is the one that `K8S_HostIP` tells. */
  readonly addresses: readonly string[];
  readonly zone?: string;
}

/** A workload, or what leads to it: the controlling owner of an object. */
export interface Owner {
  readonly kind: string;
  readonly name: string;
}

/** A pod for as long as it runs. */
export interface ClusterPod {
  readonly namespace: string;
  readonly name: string;
  /** Canonical. */
  readonly addresses: readonly string[];
  /** Name of the node it runs on; absent until it is scheduled. */
  readonly node?: string;
  /** The address of that node that the pod itself tells of; the node's first one by default. */
  readonly hostIP?: string;
  /** Its controlling owner as it stands in the object; the index goes on to the workload. */
  readonly owner?: Owner;
  /** Such a pod shares its node's addresses and owns none itself. */
  readonly hostNetwork?: boolean;
}

/** A port of a Service or of an endpoint. */
export interface ServicePort {
  readonly port: number;
  /** IANA protocol number. */
  readonly proto: number;
  /** The port on which every node answers for the Service. */
  readonly nodePort?: number;
}

/** A Service and its addresses. */
export interface ClusterService {
  readonly namespace: string;
  readonly name: string;
  /** Canonical; none for headless Services. */
  readonly clusterIPs: readonly string[];
  /** External and load-balancer addresses, canonical. Some load balancers give a node's own address. */
  readonly externalIPs?: readonly string[];
  readonly ports: readonly ServicePort[];
}

/** An address and port that serve a Service. */
export interface ClusterEndpoint {
  /** Canonical. */
  readonly address: string;
  readonly port: number;
  /** IANA protocol number. */
  readonly proto: number;
  /** The pod behind it, where known: guards against an address that another pod has taken over. */
  readonly pod?: string;
}

/** The endpoints of one EndpointSlice, or all of a Service in an inventory. */
export interface ClusterEndpoints {
  readonly namespace: string;
  readonly service: string;
  readonly headless?: boolean;
  readonly endpoints: readonly ClusterEndpoint[];
}

/** What changes in a cluster, for whoever keeps the index. Keys are unique over all sources and kinds. */
export interface ClusterChanges {
  /**
   * @param fromMs when the pod got its addresses; -Infinity where it is not known to have been otherwise.
   * @param isEarliest where it is only known that it did not have them before.
   */
  setPod(key: string, pod: ClusterPod, fromMs: number, isEarliest?: boolean): void;
  setNode(key: string, node: ClusterNode, fromMs: number): void;
  setService(key: string, service: ClusterService, fromMs: number): void;
  setEndpoints(key: string, endpoints: ClusterEndpoints, fromMs: number): void;
  /** A ReplicaSet or Job: the step between a pod and its workload. */
  setController(key: string, controller: ClusterController): void;
  /** @param untilMs when it went. */
  remove(key: string, untilMs: number): void;
}

/** A ReplicaSet or Job and who controls it. */
export interface ClusterController {
  readonly namespace: string;
  readonly kind: string;
  readonly name: string;
  readonly owner?: Owner;
}

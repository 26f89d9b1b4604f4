import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ControlPlane, type ControlPlaneUser } from '../../../stack/kubernetes/controlPlane';
import { locateControlPlane } from '../../../stack/kubernetes/programs';

/** The programs of a control plane; or why the tests that need one are skipped, for their names. */
export const plane = locateControlPlane();
export const skipped = 'missing' in plane ? ` (skipped: ${plane.missing})` : '';

/** An object as the API takes and gives it. */
export interface ApiObject {
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly uid?: string;
    readonly [field: string]: unknown;
  };
  readonly [field: string]: unknown;
}

/** The controlling owner of an object; the API server does not ask whether it exists. */
export interface OwnerOf {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
}

/** What a kubelet would tell of a pod. */
export interface PodOptions {
  readonly namespace?: string;
  readonly ips?: readonly string[];
  readonly node?: string;
  readonly hostNetwork?: boolean;
  readonly owner?: OwnerOf;
}

const COLLECTIONS: Readonly<Record<string, string>> = {
  Pod: '/api/v1/pods',
  Service: '/api/v1/services',
  Node: '/api/v1/nodes',
  EndpointSlice: '/apis/discovery.k8s.io/v1/endpointslices',
  ReplicaSet: '/apis/apps/v1/replicasets',
  Job: '/apis/batch/v1/jobs',
};

/** Owner references as a controller writes them, beside one that controls nothing. */
const ownedBy = (owner: OwnerOf | undefined) =>
  owner && [
    { apiVersion: 'v1', kind: 'ConfigMap', name: 'watcher', uid: '1', controller: false },
    { ...owner, uid: `uid-of-${owner.name}`, controller: true, blockOwnerDeletion: true },
  ];

/** A genuine API server, and the part of controllers and kubelets, which the test plays by its API. */
export class Cluster {
  readonly #namespaces = new Set(['default', 'kube-system']);

  private constructor(
    readonly plane: ControlPlane,
    private readonly folder: string
  ) {}

  /** @throws Error where the control plane does not start; callers skip where there is none. */
  static async start(users: readonly ControlPlaneUser[] = []): Promise<Cluster> {
    if ('missing' in plane) {
      throw new Error(plane.missing);
    }
    const folder = mkdtempSync(join(tmpdir(), 'flows-kubernetes-'));
    return new Cluster(await ControlPlane.start({ programs: plane, folder, users }), folder);
  }

  async stop(): Promise<void> {
    await this.plane.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /**
   * Asks as `admin`.
   * @throws Error for any status of 400 and above.
   */
  async ask(method: string, path: string, body?: unknown, contentType?: string): Promise<unknown> {
    const { status, body: text } = await this.plane.ask(method, path, body, contentType);
    if (status >= 400) {
      throw new Error(`${method} ${path}: ${status} ${text}`);
    }
    return JSON.parse(text);
  }

  /** Creates an object, and its namespace where that is new. */
  async create(object: ApiObject, collection = COLLECTIONS[object.kind]!): Promise<ApiObject> {
    const { namespace } = object.metadata;
    if (namespace !== undefined) {
      await this.namespace(namespace);
    }
    return (await this.ask('POST', inNamespace(collection, namespace), object)) as ApiObject;
  }

  /** Writes the status of an object, as its controller would. */
  async status({ kind, metadata }: ApiObject, status: object): Promise<void> {
    const path = `${inNamespace(COLLECTIONS[kind]!, metadata.namespace)}/${metadata.name}/status`;
    await this.ask('PATCH', path, { status }, 'application/merge-patch+json');
  }

  /** Deletes an object at once. */
  async delete({ kind, metadata }: ApiObject): Promise<void> {
    const path = `${inNamespace(COLLECTIONS[kind]!, metadata.namespace)}/${metadata.name}`;
    await this.ask('DELETE', path, { gracePeriodSeconds: 0 });
  }

  /** A pod that runs: created, scheduled and reported by its kubelet. */
  async pod(name: string, options: PodOptions = {}): Promise<ApiObject> {
    const { namespace = 'shop', ips = [], node = 'node-a', hostNetwork = false, owner } = options;
    const pod = await this.create({
      kind: 'Pod',
      metadata: { name, namespace, ownerReferences: ownedBy(owner) },
      spec: { nodeName: node, hostNetwork, containers: [{ name: 'main', image: 'main:1' }] },
    });
    await this.status(pod, {
      phase: 'Running',
      startTime: new Date().toISOString(),
      hostIP: '192.168.10.11',
      ...(ips.length > 0 && { podIP: ips[0], podIPs: ips.map((ip) => ({ ip })) }),
    });
    return pod;
  }

  async node(name: string, ip: string, zone: string): Promise<ApiObject> {
    const labels = { 'topology.kubernetes.io/zone': zone };
    const node = await this.create({ kind: 'Node', metadata: { name, labels } });
    await this.status(node, { addresses: [{ type: 'InternalIP', address: ip }] });
    return node;
  }

  /** A ReplicaSet or Job; both have the same template here. */
  async controller(kind: 'ReplicaSet' | 'Job', name: string, owner: OwnerOf): Promise<ApiObject> {
    const labels = { app: name };
    const template = {
      metadata: { labels },
      spec: { restartPolicy: kind === 'Job' ? 'Never' : 'Always', containers: [{ name: 'main', image: 'main:1' }] },
    };
    return this.create({
      kind,
      metadata: { name, namespace: 'shop', ownerReferences: ownedBy(owner) },
      spec: kind === 'Job' ? { template } : { replicas: 0, selector: { matchLabels: labels }, template },
    });
  }

  /** The endpoints of a Service, as its controller writes them; each address with the pod behind it. */
  async slice(service: string, endpoints: Readonly<Record<string, string>>, port: number): Promise<ApiObject> {
    const addressType = Object.keys(endpoints).some((address) => address.includes(':')) ? 'IPv6' : 'IPv4';
    const labels = { 'kubernetes.io/service-name': service };
    return this.create({
      kind: 'EndpointSlice',
      metadata: { name: `${service}-${addressType.toLowerCase()}`, namespace: 'shop', labels },
      addressType,
      endpoints: Object.entries(endpoints).map(([address, name]) => ({
        addresses: [address],
        targetRef: { kind: 'Pod', namespace: 'shop', name },
      })),
      ports: [{ name: 'http', port, protocol: 'TCP' }],
    });
  }

  async namespace(name: string): Promise<void> {
    if (!this.#namespaces.has(name)) {
      this.#namespaces.add(name);
      await this.ask('POST', '/api/v1/namespaces', { kind: 'Namespace', metadata: { name } });
    }
  }
}

/** Path of a collection in one namespace. */
function inNamespace(collection: string, namespace: string | undefined): string {
  return namespace === undefined ? collection : collection.replace(/\/([^/]+)$/, `/namespaces/${namespace}/$1`);
}

import type { Stored } from './apiServer';
import { T } from './flow';

const created = new Date(T - 3_600_000).toISOString();

/** A pod as an API server sends it, in the namespace `shop`, on `node-a`, of the ReplicaSet `web-7d9`. */
export function pod(
  name: string,
  ip: string | undefined,
  changes: { spec?: object; status?: object; uid?: string } = {}
) {
  return {
    metadata: {
      uid: changes.uid ?? `uid-${name}`,
      namespace: 'shop',
      name,
      creationTimestamp: created,
      ownerReferences: [
        { kind: 'Unrelated', name: 'watcher' },
        { kind: 'ReplicaSet', name: 'web-7d9', controller: true },
      ],
    },
    spec: { nodeName: 'node-a', containers: [{ name: 'web', image: 'web:1' }], ...changes.spec },
    status: {
      phase: 'Running',
      startTime: created,
      hostIP: '192.168.10.11',
      ...(ip !== undefined && { podIP: ip, podIPs: [{ ip }] }),
      ...changes.status,
    },
  } satisfies Stored;
}

/** A ReplicaSet or Job that `owner` controls. */
export function controller(name: string, owner: { kind: string; name: string }): Stored {
  return {
    metadata: {
      uid: `uid-${name}`,
      namespace: 'shop',
      name,
      ownerReferences: [{ ...owner, controller: true }],
    },
    spec: { template: { spec: { containers: [] } } },
  };
}

/** The node `node-a` in `zone-1`. */
export function node(annotations: Record<string, string> = {}): Stored {
  return {
    metadata: {
      uid: 'uid-node-a',
      name: 'node-a',
      creationTimestamp: created,
      labels: { 'topology.kubernetes.io/zone': 'zone-1' },
      annotations,
    },
    status: {
      addresses: [
        { type: 'Hostname', address: 'node-a' },
        { type: 'ExternalIP', address: '203.0.113.11' },
        { type: 'InternalIP', address: '192.168.10.11' },
      ],
    },
  };
}

/** The Service `web`: cluster IP 172.30.0.80, port 80, node port 30080. */
export const WEB_SERVICE: Stored = {
  metadata: { uid: 'uid-svc-web', namespace: 'shop', name: 'web', creationTimestamp: created },
  spec: {
    clusterIP: '172.30.0.80',
    clusterIPs: ['172.30.0.80', 'fd00:30:0:0::80'],
    ports: [{ port: 80, protocol: 'TCP', nodePort: 30080 }],
  },
  status: { loadBalancer: { ingress: [{ ip: '198.51.100.80' }, { hostname: 'lb.example' }] } },
};

/** A slice of a Service: addresses that serve port 8080 for it, each of the pod given. */
export function slice(service: string, endpoints: Record<string, string>, headless = false): Stored {
  return {
    metadata: {
      uid: `uid-slice-${service}`,
      namespace: 'shop',
      name: `${service}-abcde`,
      creationTimestamp: created,
      labels: { 'kubernetes.io/service-name': service, ...(headless && { 'service.kubernetes.io/headless': '' }) },
    },
    addressType: 'IPv4',
    endpoints: Object.entries(endpoints).map(([address, name]) => ({
      addresses: [address],
      targetRef: { kind: 'Pod', name },
    })),
    ports: [{ name: 'http', port: 8080, protocol: 'TCP' }],
  };
}

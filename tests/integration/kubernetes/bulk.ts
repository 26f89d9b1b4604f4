import { randomUUID } from 'node:crypto';
import type { Cluster } from './cluster';

/** What etcd takes in one transaction by default. */
const OPERATIONS = 120;

/** An object to store, and the key under which the API server looks for it. */
export interface StoredObject {
  readonly key: string;
  readonly object: object;
}

const base64 = (text: string) => Buffer.from(text).toString('base64');

async function etcd(cluster: Cluster, path: string, body: object): Promise<Record<string, unknown>> {
  const answer = await fetch(`${cluster.plane.etcdUrl}/v3/${path}`, { method: 'POST', body: JSON.stringify(body) });
  if (!answer.ok) {
    throw new Error(`etcd ${path}: ${answer.status} ${await answer.text()}`);
  }
  return (await answer.json()) as Record<string, unknown>;
}

/**
 * Writes objects into etcd past the API server, which reads JSON there as well as its own format: 20,000 pods take
 * seconds instead of minutes.
 */
export async function store(cluster: Cluster, objects: readonly StoredObject[]): Promise<void> {
  for (let from = 0; from < objects.length; from += OPERATIONS) {
    const success = objects.slice(from, from + OPERATIONS).map(({ key, object }) => ({
      request_put: { key: base64(key), value: base64(JSON.stringify(object)) },
    }));
    await etcd(cluster, 'kv/txn', { success });
  }
}

/** Deletes one object in etcd. */
export async function erase(cluster: Cluster, key: string): Promise<void> {
  await etcd(cluster, 'kv/deleterange', { key: base64(key) });
}

/** Forgets all versions but the present ones. */
export async function compact(cluster: Cluster): Promise<void> {
  const { header } = await etcd(cluster, 'kv/range', { key: base64('none') });
  await etcd(cluster, 'kv/compaction', { revision: (header as { revision: string }).revision });
}

/** Key of a pod in the namespace `load`. */
export const podKey = (name: string) => `/registry/pods/load/${name}`;

/** The IPv4 and IPv6 address of the pod of a number. */
export const addressesOf = (index: number) => [
  `10.${130 + (index >> 16)}.${(index >> 8) & 255}.${index & 255}`,
  `fd01::${index.toString(16)}`,
];

/** What etcd holds of a pod of usual size: three containers with variables, probes and volumes, some 8 kB. */
export function storedPod(index: number): StoredObject {
  const name = `load-${index}`;
  const now = new Date(Date.now() - 60_000).toISOString().replace(/\.\d+/, '');
  const containers = ['main', 'proxy', 'logs'].map((container) => ({
    name: container,
    image: `registry.example/team/${container}:1.2.3`,
    env: Array.from({ length: 15 }, (_, i) => ({
      name: `SETTING_${i}`,
      value: `a value of some length ${index} ${i}`,
    })),
    resources: { requests: { cpu: '100m', memory: '128Mi' } },
    volumeMounts: [{ name: 'token', mountPath: '/var/run/secrets/kubernetes.io/serviceaccount', readOnly: true }],
    terminationMessagePath: '/dev/termination-log',
    terminationMessagePolicy: 'File',
    imagePullPolicy: 'IfNotPresent',
  }));
  const ips = addressesOf(index);
  const object = {
    kind: 'Pod',
    apiVersion: 'v1',
    metadata: {
      ...{ name, namespace: 'load', uid: randomUUID(), creationTimestamp: now },
      labels: { app: `app-${index % 2000}`, 'pod-template-hash': '7d9f8c6b5' },
      annotations: { 'k8s.ovn.org/pod-networks': JSON.stringify({ default: { ip_addresses: ips, mac: '0a:58' } }) },
      ownerReferences: [
        {
          ...{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: `app-${index % 2000}-7d9`, uid: randomUUID() },
          ...{ controller: true, blockOwnerDeletion: true },
        },
      ],
      managedFields: [
        {
          ...{ manager: 'kubelet', operation: 'Update', apiVersion: 'v1', time: now, fieldsType: 'FieldsV1' },
          fieldsV1: { 'f:status': Object.fromEntries(containers.map((one) => [`f:${one.name}`, { 'f:ready': {} }])) },
        },
      ],
    },
    spec: {
      ...{ nodeName: `node-${index % 200}`, restartPolicy: 'Always', dnsPolicy: 'ClusterFirst' },
      ...{ serviceAccountName: 'default', terminationGracePeriodSeconds: 30, schedulerName: 'default-scheduler' },
      volumes: [{ name: 'token', projected: { defaultMode: 420, sources: [] } }],
      containers,
    },
    status: {
      ...{ phase: 'Running', startTime: now, hostIP: '192.168.0.1', qosClass: 'Burstable' },
      ...{ podIP: ips[0], podIPs: ips.map((ip) => ({ ip })) },
      conditions: ['Initialized', 'Ready', 'ContainersReady', 'PodScheduled'].map((type) => ({
        ...{ type, status: 'True', lastTransitionTime: now },
      })),
      containerStatuses: containers.map(({ name: container, image }) => ({
        ...{ name: container, image, imageID: `sha256:${'0'.repeat(64)}`, restartCount: 0, ready: true },
        ...{ containerID: `cri-o://${'0'.repeat(64)}`, state: { running: { startedAt: now } } },
      })),
    },
  };
  return { key: podKey(name), object };
}

/** The Deployment's step between a pod of {@link storedPod} and its workload; 2,000 of them, as etcd holds them. */
export function storedReplicaSet(index: number): StoredObject {
  const name = `app-${index}-7d9`;
  const labels = { app: `app-${index}` };
  const object = {
    kind: 'ReplicaSet',
    apiVersion: 'apps/v1',
    metadata: {
      ...{ name, namespace: 'load', uid: randomUUID(), creationTimestamp: new Date().toISOString(), labels },
      ownerReferences: [
        { apiVersion: 'apps/v1', kind: 'Deployment', name: `app-${index}`, uid: randomUUID(), controller: true },
      ],
    },
    spec: {
      replicas: 10,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [{ name: 'main', image: 'main:1' }] } },
    },
  };
  return { key: `/registry/replicasets/load/${name}`, object };
}

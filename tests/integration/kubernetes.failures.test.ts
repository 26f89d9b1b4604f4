import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { compact, erase, podKey, store, storedPod } from './kubernetes/bulk';
import { Cluster, plane, skipped } from './kubernetes/cluster';
import { Names } from './kubernetes/names';

const RULES = [
  { apiGroups: [''], resources: ['pods', 'services', 'nodes'], verbs: ['list', 'watch'] },
  { apiGroups: ['discovery.k8s.io'], resources: ['endpointslices'], verbs: ['list', 'watch'] },
  { apiGroups: ['batch'], resources: ['jobs'], verbs: ['list', 'watch'] },
];
const REPLICA_SETS = { apiGroups: ['apps'], resources: ['replicasets'] };
const WAIT = { timeout: 60_000, interval: 20 };

describe.skipIf('missing' in plane)(`a genuine kube-apiserver that fails${skipped}`, () => {
  let cluster: Cluster;
  let names: Names | undefined;

  beforeAll(async () => {
    cluster = await Cluster.start([{ name: 'collector' }]);
    await grant();
    await cluster.namespace('load');
  });

  afterEach(() => names?.enricher.stop());

  afterAll(() => cluster?.stop());

  /** Gives `collector` its rights, and the verbs on ReplicaSets that are said. */
  async function grant(...verbs: string[]): Promise<void> {
    const rbac = '/apis/rbac.authorization.k8s.io/v1';
    const role = {
      kind: 'ClusterRole',
      apiVersion: 'rbac.authorization.k8s.io/v1',
      metadata: { name: 'collector' },
      rules: [...RULES, ...(verbs.length > 0 ? [{ ...REPLICA_SETS, verbs }] : [])],
    };
    const { status } = await cluster.plane.ask('POST', `${rbac}/clusterroles`, role);
    if (status === 409) {
      await cluster.ask('PUT', `${rbac}/clusterroles/collector`, role);
      return;
    }
    await cluster.ask('POST', `${rbac}/clusterrolebindings`, {
      metadata: { name: 'collector' },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'collector' },
      subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: 'collector' }],
    });
  }

  const warnings = () => names!.log.entries.filter(({ level }) => level === 'warn').map(({ fields }) => fields.problem);

  it('names a missing right in readiness and log, uses what it may see, and goes on once it is granted', async () => {
    await cluster.pod('web', { ips: ['10.128.0.10'] });
    names = await Names.start(cluster.plane.kubeconfig('collector'));
    await names.expectName('10.128.0.10', 'web');
    const missing =
      "not allowed to list and watch replicasets.apps; grant both verbs to the collector's service account";
    await vi.waitFor(() => expect(names!.enricher.ready().reason).toContain(missing), WAIT);
    expect(names.enricher.ready().ok).toBe(false);
    expect(warnings()).toEqual([missing]);
    await grant('list', 'watch');
    await names.synced();
  });

  it('names a right that lacks one verb only once in the log', async () => {
    await grant('list');
    names = await Names.start(cluster.plane.kubeconfig('collector'));
    const missing = 'not allowed to list and watch replicasets.apps';
    await vi.waitFor(() => expect(names!.enricher.ready().reason).toContain(missing), WAIT);
    // It lists, which works, and watches, which does not, again and again.
    await new Promise((resolve) => setTimeout(resolve, 4_000));
    expect(warnings()).toHaveLength(1);
    expect(names.log.entries).toHaveLength(1);
    await grant('list', 'watch');
    await names.synced();
  });

  it('keeps all names while the server is away, and follows again after', async () => {
    const gone = await cluster.pod('gone', { ips: ['10.128.0.20'] });
    names = await Names.start(cluster.plane.kubeconfig());
    await names.synced();
    await names.expectName('10.128.0.20', 'gone');
    await cluster.plane.killApiServer();
    await vi.waitFor(() => expect(names!.enricher.ready().reason).toMatch(/pods: .*ECONNREFUSED/), WAIT);
    expect(names.enricher.ready().ok).toBe(true);
    expect(names.source('10.128.0.20').SrcK8S_Name).toBe('gone');
    await cluster.plane.startApiServer();
    await cluster.delete(gone);
    await cluster.pod('new', { ips: ['10.128.0.21'] });
    await names.expectName('10.128.0.21', 'new');
    await names.expectName('10.128.0.20', undefined);
    await names.synced();
  });

  it('lists again where its version has expired (410 Gone), and lets go of what went meanwhile', async () => {
    await store(cluster, [storedPod(1), storedPod(2)]);
    names = await Names.start(cluster.plane.kubeconfig());
    await names.synced();
    await names.expectName('10.130.0.1', 'load-1');
    await cluster.plane.killApiServer();
    await erase(cluster, podKey('load-1'));
    await store(cluster, [storedPod(3)]);
    await compact(cluster);
    await cluster.plane.startApiServer();
    await names.expectName('10.130.0.3', 'load-3');
    await names.expectName('10.130.0.1', undefined);
    expect(names.source('10.130.0.2').SrcK8S_Name).toBe('load-2');
    await names.synced();
  });
});

import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { addressesOf, store, storedPod, storedReplicaSet } from './kubernetes/bulk';
import { Cluster, plane, skipped } from './kubernetes/cluster';
import { Names } from './kubernetes/names';

const PODS = 20_000;
const REPLICA_SETS = 2_000;
/** What a pod of two addresses may take. One that is kept as it comes, parsed, takes more than 10 kB. */
const BYTES_A_POD = 4_000;

describe.skipIf('missing' in plane)(`20,000 pods of a genuine kube-apiserver${skipped}`, () => {
  let cluster: Cluster;
  let names: Names | undefined;

  beforeAll(async () => {
    cluster = await Cluster.start();
    await cluster.namespace('load');
    await store(
      cluster,
      Array.from({ length: REPLICA_SETS }, (_, index) => storedReplicaSet(index))
    );
    for (let from = 0; from < PODS; from += 1_000) {
      await store(
        cluster,
        Array.from({ length: 1_000 }, (_, index) => storedPod(from + index))
      );
    }
  });

  afterAll(async () => {
    names?.enricher.stop();
    await cluster?.stop();
  });

  it('flows get names while the list is on its way, then all have them, in bounded memory', async () => {
    const before = heapBytes();
    names = await Names.start(cluster.plane.kubeconfig());
    const { enricher } = names;
    const named = () => enricher.stats().addresses / 2;
    await vi.waitFor(() => expect(named()).toBeGreaterThan(0), { timeout: 60_000, interval: 5 });
    expect(named()).toBeLessThan(PODS);
    expect(enricher.ready()).toMatchObject({ ok: false, reason: expect.stringContaining('first list of') });
    await names.synced();
    for (let index = 0; index < PODS; index++) {
      const [address, second] = addressesOf(index);
      const workload = `app-${index % REPLICA_SETS}`;
      const expected = { SrcK8S_Name: `load-${index}`, SrcK8S_OwnerName: workload, SrcK8S_OwnerType: 'Deployment' };
      expect(names.source(address!)).toMatchObject(expected);
      expect(names.source(second!).SrcK8S_Name).toBe(`load-${index}`);
    }
    expect((heapBytes() - before) / PODS).toBeLessThan(BYTES_A_POD);
  });

  it('follows changes among them', async () => {
    const pods = Array.from({ length: 200 }, (_, index) => `10.140.0.${index + 1}`);
    await Promise.all(pods.map((ip, index) => cluster.pod(`late-${index}`, { namespace: 'load', ips: [ip] })));
    for (const [index, ip] of pods.entries()) {
      await names!.expectName(ip, `late-${index}`);
    }
  });
});

/** What is in use after a collection. */
function heapBytes(): number {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  return process.memoryUsage().heapUsed;
}

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ApiObject, Cluster, type OwnerOf, plane, skipped } from './kubernetes/cluster';
import { Names } from './kubernetes/names';

const APPS = 'apps/v1';
const replicaSet = (name: string): OwnerOf => ({ apiVersion: APPS, kind: 'ReplicaSet', name });

describe.skipIf('missing' in plane)(`names from a genuine kube-apiserver${skipped}`, () => {
  let cluster: Cluster;
  let names: Names;

  beforeAll(async () => {
    cluster = await Cluster.start();
    await cluster.node('node-a', '192.168.10.11', 'zone-1');
    names = await Names.start(cluster.plane.kubeconfig());
    await names.synced();
  });

  afterAll(async () => {
    names?.enricher.stop();
    await cluster?.stop();
  });

  describe('the workload of a pod', () => {
    it('is its Deployment, past the ReplicaSet', async () => {
      await cluster.controller('ReplicaSet', 'web-7d9', { apiVersion: APPS, kind: 'Deployment', name: 'web' });
      await cluster.pod('web-7d9-x', { ips: ['10.128.0.10'], owner: replicaSet('web-7d9') });
      await names.expectName('10.128.0.10', 'web-7d9-x');
      await expect
        .poll(() => names.source('10.128.0.10'))
        .toMatchObject({
          ...{ SrcK8S_Namespace: 'shop', SrcK8S_Type: 'Pod', SrcK8S_OwnerName: 'web', SrcK8S_OwnerType: 'Deployment' },
          ...{ SrcK8S_HostName: 'node-a', SrcK8S_HostIP: '192.168.10.11', SrcK8S_Zone: 'zone-1' },
        });
    });

    it('is its CronJob, past the Job', async () => {
      await cluster.controller('Job', 'backup-1', { apiVersion: 'batch/v1', kind: 'CronJob', name: 'backup' });
      const owner = { apiVersion: 'batch/v1', kind: 'Job', name: 'backup-1' };
      await cluster.pod('backup-1-x', { ips: ['10.128.0.11'], owner });
      await names.expectName('10.128.0.11', 'backup-1-x');
      await expect
        .poll(() => names.source('10.128.0.11'))
        .toMatchObject({ SrcK8S_OwnerName: 'backup', SrcK8S_OwnerType: 'CronJob' });
    });

    it('is a Rollout of a custom resource, past its ReplicaSet', async () => {
      await customResource('Rollout', 'rollouts', 'argoproj.io');
      await cluster.create(
        { kind: 'Rollout', apiVersion: 'argoproj.io/v1', metadata: { name: 'canary', namespace: 'shop' } },
        '/apis/argoproj.io/v1/rollouts'
      );
      await cluster.controller('ReplicaSet', 'canary-5f', {
        apiVersion: 'argoproj.io/v1',
        kind: 'Rollout',
        name: 'canary',
      });
      await cluster.pod('canary-5f-x', { ips: ['10.128.0.12'], owner: replicaSet('canary-5f') });
      await names.expectName('10.128.0.12', 'canary-5f-x');
      await expect
        .poll(() => names.source('10.128.0.12'))
        .toMatchObject({ SrcK8S_OwnerName: 'canary', SrcK8S_OwnerType: 'Rollout' });
    });

    it.each([
      ['StatefulSet', APPS, '10.128.0.13'],
      ['DaemonSet', APPS, '10.128.0.14'],
      ['StrimziPodSet', 'core.strimzi.io/v1beta2', '10.128.0.15'],
      ['Job', 'batch.volcano.sh/v1alpha1', '10.128.0.16'],
    ])('is a %s of %s, which controls it', async (kind, apiVersion, ip) => {
      const name = `direct-${kind.toLowerCase()}`;
      await cluster.pod(`${name}-0`, { ips: [ip], owner: { apiVersion, kind, name } });
      await names.expectName(ip, `${name}-0`);
      expect(names.source(ip)).toMatchObject({ SrcK8S_OwnerName: name, SrcK8S_OwnerType: kind });
    });

    it('is the pod itself where nothing owns it', async () => {
      await cluster.pod('debug', { ips: ['10.128.0.17'] });
      await names.expectName('10.128.0.17', 'debug');
      expect(names.source('10.128.0.17')).toMatchObject({ SrcK8S_OwnerName: 'debug', SrcK8S_OwnerType: 'Pod' });
    });

    async function customResource(kind: string, plural: string, group: string): Promise<void> {
      const schema = { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } };
      await cluster.ask('POST', '/apis/apiextensions.k8s.io/v1/customresourcedefinitions', {
        kind: 'CustomResourceDefinition',
        apiVersion: 'apiextensions.k8s.io/v1',
        metadata: { name: `${plural}.${group}` },
        spec: {
          group,
          scope: 'Namespaced',
          names: { kind, plural },
          versions: [{ name: 'v1', served: true, storage: true, schema }],
        },
      });
      const served = async () => (await cluster.plane.ask('GET', `/apis/${group}/v1/${plural}`)).status;
      await expect.poll(served, { timeout: 20_000 }).toBe(200);
    }
  });

  describe('addresses', () => {
    it('of both families name a pod', async () => {
      await cluster.pod('dual', { ips: ['10.128.0.20', 'fd01::20'] });
      await names.expectName('10.128.0.20', 'dual');
      expect(names.source('fd01:0:0::20').SrcK8S_Name).toBe('dual');
    });

    it('of both families name a Service, and its endpoints the Service that they serve', async () => {
      const service = await cluster.create({
        kind: 'Service',
        metadata: { name: 'web', namespace: 'shop' },
        spec: { ipFamilyPolicy: 'RequireDualStack', ports: [{ port: 80, targetPort: 8080 }] },
      });
      const { clusterIPs } = service['spec'] as { clusterIPs: string[] };
      expect(clusterIPs).toHaveLength(2);
      await cluster.pod('web-0', { ips: ['10.128.0.21', 'fd01::21'] });
      await cluster.slice('web', { '10.128.0.21': 'web-0' }, 8080);
      await cluster.slice('web', { 'fd01::21': 'web-0' }, 8080);
      for (const address of clusterIPs) {
        await names.expectName(address, 'web');
        expect(names.source(address)).toMatchObject({ SrcK8S_Type: 'Service', SrcK8S_Namespace: 'shop' });
      }
      for (const address of ['10.128.0.21', 'fd01::21']) {
        await names.expectName(address, 'web-0');
        await expect.poll(() => names.source(address, { SrcPort: 8080 }).SrcK8S_Service).toBe('web');
        expect(names.source(address, { SrcPort: 9090 }).SrcK8S_Service).toBeUndefined();
      }
    });

    it('of a pod on the host network are its node’s', async () => {
      await cluster.pod('agent', { ips: ['192.168.10.11'], hostNetwork: true });
      await cluster.slice('agents', { '192.168.10.11': 'agent' }, 9100);
      await expect.poll(() => names.source('192.168.10.11', { SrcPort: 9100 }).SrcK8S_Service).toBe('agents');
      expect(names.source('192.168.10.11', { SrcPort: 9100 })).toMatchObject({
        SrcK8S_Name: 'node-a',
        SrcK8S_Type: 'Node',
      });
    });

    it('reused by a second pod name the first for flows before the change', async () => {
      const first = await cluster.pod('first', { ips: ['10.128.0.30'] });
      await names.expectName('10.128.0.30', 'first');
      const beforeMs = Date.now();
      await cluster.delete(first);
      await names.expectName('10.128.0.30', undefined);
      await new Promise((resolve) => setTimeout(resolve, 2_000));
      await cluster.pod('second', { ips: ['10.128.0.30'] });
      await names.expectName('10.128.0.30', 'second');
      expect(names.source('10.128.0.30').SrcK8S_Name).toBe('second');
      expect(names.source('10.128.0.30', { TimeFlowEndMs: beforeMs }).SrcK8S_Name).toBe('first');
    });

    it('of a pod that ran to its end are free', async () => {
      const pod = await cluster.pod('once', { ips: ['10.128.0.31'] });
      await names.expectName('10.128.0.31', 'once');
      await cluster.status(pod, { phase: 'Succeeded' });
      await names.expectName('10.128.0.31', undefined);
    });
  });

  it('a flow within the platform is infra, one of an application app', async () => {
    await cluster.pod('dns', { namespace: 'kube-system', ips: ['10.128.0.40'] });
    await cluster.pod('cart', { ips: ['10.128.0.41'] });
    await names.expectName('10.128.0.40', 'dns');
    await names.expectName('10.128.0.41', 'cart');
    const layer = (SrcAddr: string, DstAddr: string) => names.source(SrcAddr, { DstAddr }).K8S_FlowLayer;
    expect(layer('10.128.0.40', '192.168.10.11')).toBe('infra');
    expect(layer('10.128.0.41', '10.128.0.40')).toBe('app');
    await names.expectName('172.30.0.1', 'kubernetes');
    expect(layer('172.30.0.1', '10.128.0.40')).toBe('infra');
  });

  it('after a churn of pods over few addresses, each address has the name of its last pod', async () => {
    const addresses = Array.from({ length: 20 }, (_, index) => `10.128.9.${index + 1}`);
    const last = new Map<string, string>();
    await Promise.all(
      addresses.map(async (address, index) => {
        let pod: ApiObject | undefined;
        for (let round = 0; round < 10; round++) {
          if (pod !== undefined) {
            await cluster.delete(pod);
          }
          pod = await cluster.pod(`churn-${index}-${round}`, { ips: [address] });
        }
        if (index % 4 === 0) {
          await cluster.delete(pod!);
        } else {
          last.set(address, pod!.metadata.name);
        }
      })
    );
    for (const address of addresses) {
      await names.expectName(address, last.get(address));
    }
    expect(names.log.entries).toEqual([]);
  });
});

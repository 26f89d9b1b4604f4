import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Enricher, enrichConfig } from '../../src/enrich/index';
import { ListWatchServer } from './apiServer';
import { keepingLog, temporaryFile } from './files';
import { flow, T } from './flow';
import { controller, node, pod, slice, WEB_SERVICE } from './objects';

const WAIT = { timeout: 8_000, interval: 10 };

describe('names from a cluster, over a stand-in that speaks list and watch (not a real kube-apiserver)', () => {
  let server: ListWatchServer;
  let enricher: Enricher | undefined;
  let log: ReturnType<typeof keepingLog>;
  let nowMs: number;

  beforeEach(async () => {
    server = await ListWatchServer.start();
    log = keepingLog();
    nowMs = T;
  });

  afterEach(async () => {
    enricher?.stop();
    await server.stop();
  });

  async function start(): Promise<Enricher> {
    const config = enrichConfig.parse({ kubernetes: { enabled: true, kubeconfig: server.kubeconfig() } });
    enricher = await Enricher.start(config, log, () => nowMs);
    return enricher;
  }

  async function startReady(): Promise<Enricher> {
    const started = await start();
    await vi.waitFor(() => expect(started.ready()).toEqual({ ok: true }), WAIT);
    await vi.waitFor(() => expect(server.watchers('pods')).toBe(1), WAIT);
    return started;
  }

  function sourceOf(address: string, fields: Parameters<typeof flow>[0] = {}) {
    const record = flow({ SrcAddr: address, ...fields });
    enricher!.enrich(record);
    return record;
  }

  const expectName = (address: string, name: string | undefined, fields = {}) =>
    vi.waitFor(() => expect(sourceOf(address, fields).SrcK8S_Name).toBe(name), WAIT);

  it('names a pod by its Deployment, Service, node and zone', async () => {
    server.put('nodes', node());
    server.put('replicasets', controller('web-7d9', { kind: 'Deployment', name: 'web' }));
    server.put('services', WEB_SERVICE);
    server.put('endpointslices', slice('web', { '10.128.0.10': 'web-7d9-x' }));
    server.put('pods', pod('web-7d9-x', '10.128.0.10'));
    await startReady();
    expect(sourceOf('10.128.0.10', { SrcPort: 8080 })).toMatchObject({
      SrcK8S_Namespace: 'shop',
      SrcK8S_Name: 'web-7d9-x',
      SrcK8S_Type: 'Pod',
      SrcK8S_OwnerName: 'web',
      SrcK8S_OwnerType: 'Deployment',
      SrcK8S_HostName: 'node-a',
      SrcK8S_HostIP: '192.168.10.11',
      SrcK8S_Zone: 'zone-1',
      SrcK8S_Service: 'web',
    });
  });

  it('names the CronJob of a Job’s pod', async () => {
    const job = pod('backup-1-x', '10.128.0.20');
    job.metadata.ownerReferences = [{ kind: 'Job', name: 'backup-1', controller: true }];
    server.put('jobs', controller('backup-1', { kind: 'CronJob', name: 'backup' }));
    server.put('pods', job);
    await startReady();
    expect(sourceOf('10.128.0.20')).toMatchObject({ SrcK8S_OwnerName: 'backup', SrcK8S_OwnerType: 'CronJob' });
  });

  it('keeps the workload of a pod whose ReplicaSet is deleted first', async () => {
    server.put('replicasets', controller('web-7d9', { kind: 'Deployment', name: 'web' }));
    server.put('pods', pod('web-7d9-x', '10.128.0.10'));
    await startReady();
    server.delete('replicasets', 'uid-web-7d9');
    server.put('nodes', node());
    await vi.waitFor(() => expect(sourceOf('10.128.0.10').SrcK8S_Zone).toBe('zone-1'), WAIT);
    expect(sourceOf('10.128.0.10').SrcK8S_OwnerName).toBe('web');
  });

  it.each([
    ['a cluster IP', '172.30.0.80'],
    ['an IPv6 cluster IP', 'fd00:30::80'],
    ['a load balancer’s address', '198.51.100.80'],
  ])('names a Service by %s', async (_, address) => {
    server.put('services', WEB_SERVICE);
    await startReady();
    expect(sourceOf(address)).toMatchObject({ SrcK8S_Name: 'web', SrcK8S_Type: 'Service' });
  });

  it.each([
    ['internal address', '192.168.10.11'],
    ['external address', '203.0.113.11'],
    ['other host address that OVN-Kubernetes tells', '192.168.20.11'],
    ['OVN join address', '100.64.0.3'],
    ['OVN management port', '10.128.0.2'],
    ['OVN management port of the second family', 'fd01:0:0:1::2'],
  ])('names a node by its %s', async (_, address) => {
    server.put(
      'nodes',
      node({
        'k8s.ovn.org/host-cidrs': '["192.168.10.11/24","192.168.20.11/24"]',
        'k8s.ovn.org/node-gateway-router-lrp-ifaddrs': '{"default":{"ipv4":"100.64.0.3/16"}}',
        'k8s.ovn.org/node-subnets': '{"default":["10.128.0.0/23","fd01:0:0:1::/64"],"blue":["10.200.0.0/24"]}',
        'projectcalico.org/IPv4VXLANTunnelAddr': 'not an address',
      })
    );
    await startReady();
    expect(sourceOf(address)).toMatchObject({ SrcK8S_Name: 'node-a', SrcK8S_HostIP: '192.168.10.11' });
  });

  const ranges = { podCIDRs: ['10.244.3.0/24', 'fd00:10:244:3::/64'] };

  it.each([
    ['the gateway of its pods', {}, '10.244.3.1', 'node-a'],
    ['the gateway of its pods in the second family', {}, 'fd00:10:244:3::1', 'node-a'],
    ['the tunnel of flannel', { 'flannel.alpha.coreos.com/backend-type': 'vxlan' }, '10.244.3.0', 'node-a'],
    ['no tunnel of others', {}, '10.244.3.0', undefined],
    ['nothing where Calico has ranges of its own', { 'projectcalico.org/IPv4Address': 'x' }, '10.244.3.1', undefined],
  ])('names a node by what its host has in its range of pod addresses: %s', async (_, annotations, address, name) => {
    server.put('nodes', { ...node(annotations), spec: ranges });
    await startReady();
    expect(sourceOf(address).SrcK8S_Name).toBe(name);
  });

  it('a pod goes before a node whose range would have its address for the host', async () => {
    server.put('nodes', { ...node(), spec: ranges });
    server.put('pods', pod('web-7d9-x', '10.244.3.1'));
    await startReady();
    expect(sourceOf('10.244.3.1').SrcK8S_Name).toBe('web-7d9-x');
  });

  it('a Service with a cluster IP goes before a headless one for the same endpoints', async () => {
    server.put('endpointslices', slice('a-headless', { '10.128.0.10': 'web-7d9-x' }, true));
    server.put('endpointslices', slice('web', { '10.128.0.10': 'web-7d9-x' }));
    server.put('pods', pod('web-7d9-x', '10.128.0.10'));
    await startReady();
    expect(sourceOf('10.128.0.10', { SrcPort: 8080 }).SrcK8S_Service).toBe('web');
  });

  it('receives collections in pages', async () => {
    for (let i = 1; i <= 7; i++) {
      server.put('pods', pod(`web-${i}`, `10.128.0.${i}`));
    }
    await startReady();
    expect(sourceOf('10.128.0.7').SrcK8S_Name).toBe('web-7');
    expect(server.requests.filter(({ query }) => query.has('continue'))).toHaveLength(3);
  });

  it('asks for the metadata of ReplicaSets and Jobs only', async () => {
    await startReady();
    const accepts = (path: string) => server.requests.filter((one) => one.path === path).map(({ accept }) => accept);
    for (const path of ['/apis/apps/v1/replicasets', '/apis/batch/v1/jobs']) {
      expect(accepts(path).every((accept) => accept.startsWith('application/json;as=PartialObjectMetadata'))).toBe(
        true
      );
    }
    expect(accepts('/api/v1/pods').every((accept) => accept === 'application/json')).toBe(true);
  });

  describe('over time', () => {
    it('learns of pods that come after the first list', async () => {
      await startReady();
      server.put('pods', pod('late', undefined, { status: { phase: 'Pending' } }));
      server.put('pods', pod('late', '10.128.0.30'));
      await expectName('10.128.0.30', 'late');
    });

    it('an address reused by a second pod names the first for flows before the change', async () => {
      server.put('pods', pod('first', '10.128.0.10'));
      await startReady();
      nowMs = T + 60_000;
      server.delete('pods', 'uid-first');
      const startTime = new Date(T + 120_000).toISOString();
      server.put('pods', pod('second', '10.128.0.10', { status: { startTime } }));
      await expectName('10.128.0.10', 'second', { TimeFlowEndMs: T + 130_000 });
      expect(sourceOf('10.128.0.10', { TimeFlowEndMs: T }).SrcK8S_Name).toBe('first');
      expect(sourceOf('10.128.0.10', { TimeFlowEndMs: T + 90_000 }).SrcK8S_Name).toBeUndefined();
    });

    it('a pod has its address since its network was there, not since it was started', async () => {
      const at = (ms: number) => new Date(T + ms).toISOString();
      const ready = (status: string, lastTransitionTime: string) => ({
        conditions: [
          { type: 'PodScheduled', status: 'True', lastTransitionTime: at(0) },
          { type: 'PodReadyToStartContainers', status, lastTransitionTime },
        ],
      });
      server.put('pods', pod('slow', '10.128.0.10', { status: { startTime: at(0), ...ready('True', at(240_000)) } }));
      server.put(
        'pods',
        pod('unready', '10.128.0.11', { status: { startTime: at(0), ...ready('False', at(240_000)) } })
      );
      await startReady();
      const nameAt = (address: string, ms: number) => sourceOf(address, { TimeFlowEndMs: T + ms }).SrcK8S_Name;
      expect([nameAt('10.128.0.10', 120_000), nameAt('10.128.0.10', 240_000)]).toEqual([undefined, 'slow']);
      expect(nameAt('10.128.0.11', 120_000)).toBe('unready');
    });

    it('where the cluster does not tell, since about when it was told of', async () => {
      await startReady();
      server.put('pods', pod('slow', undefined, { status: { phase: 'Pending' } }));
      server.put('pods', pod('other', '10.128.0.11'));
      await expectName('10.128.0.11', 'other');
      nowMs = T + 300_000;
      server.put('pods', pod('slow', '10.128.0.10'));
      await expectName('10.128.0.10', 'slow', { TimeFlowEndMs: T + 300_000 });
      expect(sourceOf('10.128.0.10', { TimeFlowEndMs: T + 120_000 }).SrcK8S_Name).toBeUndefined();
    });

    it('a pod that ran to its end owns its address until then', async () => {
      server.put('pods', pod('job', '10.128.0.10'));
      await startReady();
      nowMs = T + 300_000;
      const containerStatuses = [{ state: { terminated: { finishedAt: new Date(T + 60_000).toISOString() } } }];
      server.put('pods', pod('job', '10.128.0.10', { status: { phase: 'Succeeded', containerStatuses } }));
      await expectName('10.128.0.10', undefined, { TimeFlowEndMs: T + 120_000 });
      expect(sourceOf('10.128.0.10', { TimeFlowEndMs: T + 50_000 }).SrcK8S_Name).toBe('job');
    });

    it('a StatefulSet pod made anew under its old name is another pod', async () => {
      server.put('pods', pod('db-0', '10.128.0.10', { uid: 'old' }));
      await startReady();
      nowMs = T + 60_000;
      server.delete('pods', 'old');
      server.put('pods', pod('db-0', '10.128.0.11', { uid: 'new' }));
      await expectName('10.128.0.11', 'db-0');
      expect(sourceOf('10.128.0.10', { TimeFlowEndMs: T + 120_000 }).SrcK8S_Name).toBeUndefined();
    });

    it('resumes a broken watch without a new list', async () => {
      await startReady();
      server.breakWatches('pods');
      await vi.waitFor(() => expect(server.watchers('pods')).toBe(1), WAIT);
      server.put('pods', pod('late', '10.128.0.30'));
      await expectName('10.128.0.30', 'late');
      expect(server.lists('pods')).toBe(1);
    });

    it('lists again after 410 Gone, and lets go of what went in between', async () => {
      server.put('pods', pod('gone', '10.128.0.10'));
      server.put('pods', pod('stays', '10.128.0.11'));
      await startReady();
      server.compact();
      nowMs = T + 60_000;
      server.breakWatches('pods');
      server.delete('pods', 'uid-gone');
      server.put('pods', pod('new', '10.128.0.12'));
      await expectName('10.128.0.12', 'new');
      expect(server.lists('pods')).toBe(2);
      expect(sourceOf('10.128.0.11').SrcK8S_Name).toBe('stays');
      expect(sourceOf('10.128.0.10', { TimeFlowEndMs: T + 120_000 }).SrcK8S_Name).toBeUndefined();
      expect(sourceOf('10.128.0.10', { TimeFlowEndMs: T }).SrcK8S_Name).toBe('gone');
    });

    it('lets go of what went after a list that broke off in the middle, too', async () => {
      ['gone', 'stays', 'other'].forEach((name, index) => server.put('pods', pod(name, `10.128.0.1${index}`)));
      server.expireLists('pods');
      await start();
      await vi.waitFor(() => expect(server.requests.some(({ query }) => query.has('continue'))).toBe(true), WAIT);
      expect(sourceOf('10.128.0.10').SrcK8S_Name).toBe('gone');
      server.delete('pods', 'uid-gone');
      nowMs = T + 60_000;
      server.expireLists('pods', false);
      await expectName('10.128.0.12', 'other');
      await expectName('10.128.0.10', undefined, { TimeFlowEndMs: T + 120_000 });
      expect(sourceOf('10.128.0.11').SrcK8S_Name).toBe('stays');
    });

    it('a node and a ReplicaSet made anew under their names while nobody watched keep what pods are called', async () => {
      const web = (uid: string) => {
        const made = controller('web-7d9', { kind: 'Deployment', name: 'web' });
        return { ...made, metadata: { ...made.metadata, uid } };
      };
      const machine = (uid: string) => ({ ...node(), metadata: { ...node().metadata, uid } });
      server.put('nodes', machine('old-node'));
      server.put('replicasets', web('old-set'));
      await startReady();
      server.compact();
      (['nodes', 'replicasets'] as const).forEach((name) => server.breakWatches(name));
      server.delete('nodes', 'old-node');
      server.delete('replicasets', 'old-set');
      server.put('nodes', machine('new-node'));
      server.put('replicasets', web('new-set'));
      await vi.waitFor(() => expect([server.lists('nodes'), server.lists('replicasets')]).toEqual([2, 2]), WAIT);
      await vi.waitFor(() => expect([server.watchers('nodes'), server.watchers('replicasets')]).toEqual([1, 1]), WAIT);
      server.put('pods', pod('web-7d9-x', '10.128.0.10'));
      await expectName('10.128.0.10', 'web-7d9-x');
      expect(sourceOf('10.128.0.10')).toMatchObject({
        SrcK8S_OwnerName: 'web',
        SrcK8S_OwnerType: 'Deployment',
        SrcK8S_Zone: 'zone-1',
      });
    });

    it('goes on after an event cut off in the middle', async () => {
      await startReady();
      server.sendRaw('pods', '{"type":"ADDED","object":{"metada');
      server.breakWatches('pods');
      await vi.waitFor(() => expect(server.watchers('pods')).toBe(1), WAIT);
      server.put('pods', pod('late', '10.128.0.30'));
      await expectName('10.128.0.30', 'late');
    });

    it('leaves out an object that it does not understand, says so, and follows the others', async () => {
      const broken = { ...pod('broken', '10.128.0.9'), status: { podIPs: 'none' } };
      server.put('pods', broken);
      server.put('pods', pod('sound', '10.128.0.10'));
      await startReady();
      expect(sourceOf('10.128.0.10').SrcK8S_Name).toBe('sound');
      expect(log.entries).toContainEqual(
        expect.objectContaining({ level: 'warn', fields: expect.objectContaining({ name: 'broken' }) })
      );
    });

    it('finds the server again after it was away, and keeps the names meanwhile', async () => {
      server.put('pods', pod('web', '10.128.0.10'));
      await startReady();
      const away = 'the test has taken the permission away';
      server.forbid('pods');
      server.breakWatches('pods');
      await vi.waitFor(() => expect(enricher!.ready().reason, away).toMatch(/not allowed.*pods/), WAIT);
      expect(enricher!.ready().ok).toBe(true);
      expect(sourceOf('10.128.0.10').SrcK8S_Name).toBe('web');
      server.forbid('pods', false);
      await vi.waitFor(() => expect(enricher!.ready()).toEqual({ ok: true }), WAIT);
    });
  });

  describe('readiness', () => {
    it('start does not wait for the first list, and readiness says what is being waited for', async () => {
      let release = () => {};
      server.listsHeldBy = new Promise((resolve) => (release = resolve));
      const started = await start();
      expect(started.ready()).toEqual({
        ok: false,
        reason: expect.stringMatching(/^kubernetes at http:.*: waiting for the first list of nodes, .*pods$/),
      });
      release();
      await vi.waitFor(() => expect(started.ready()).toEqual({ ok: true }), WAIT);
    });

    it('names the missing permission', async () => {
      server.forbid('replicasets');
      const started = await start();
      await vi.waitFor(() => expect(started.ready().reason).toContain('replicasets.apps'), WAIT);
      expect(started.ready().ok).toBe(false);
      expect(started.ready().reason).toMatch(/waiting for the first list of .*replicasets.*; not allowed to list and/);
      expect(log.entries.filter(({ message }) => message === 'kubernetes watch interrupted')).toHaveLength(1);
    });
  });

  it('a collection that may be listed but not watched is listed once, told once, and keeps it from being ready', async () => {
    server.forbidWatch('replicasets');
    server.put('replicasets', controller('web-7d9', { kind: 'Deployment', name: 'web' }));
    server.put('pods', pod('web-7d9-x', '10.128.0.10'));
    const started = await start();
    await vi.waitFor(() => expect(started.ready().reason).toContain('not allowed to list and watch replicasets'), WAIT);
    const watches = () => server.requests.filter(({ path, query }) => /replicasets/.test(path) && query.has('watch'));
    await vi.waitFor(() => expect(watches().length).toBeGreaterThan(2), WAIT);
    expect(started.ready().ok).toBe(false);
    expect(server.lists('replicasets')).toBe(1);
    expect(log.entries).toHaveLength(1);
    expect(sourceOf('10.128.0.10').SrcK8S_OwnerName).toBe('web');
    server.forbidWatch('replicasets', false);
    await vi.waitFor(() => expect(started.ready()).toEqual({ ok: true }), WAIT);
  });

  describe('a cluster that cannot be found refuses the start', () => {
    const startWith = (kubernetes: object) =>
      Enricher.start(enrichConfig.parse({ kubernetes: { enabled: true, ...kubernetes } }), log);

    it('by naming a kubeconfig that is not there', async () => {
      await expect(startWith({ kubeconfig: '/nowhere/config' })).rejects.toThrow(
        /^enrich\.kubernetes: \/nowhere\/config cannot be used: ENOENT.*; name a kubeconfig/
      );
    });

    it('by naming the contexts that there are', async () => {
      await expect(startWith({ kubeconfig: server.kubeconfig(), context: 'prod' })).rejects.toThrow(
        "enrich.kubernetes.context: there is no context 'prod'; use one of test"
      );
    });

    it('by naming a file that is no kubeconfig', async () => {
      await expect(startWith({ kubeconfig: temporaryFile('config', 'hello') })).rejects.toThrow(/enrich\.kubernetes: /);
    });
  });
});

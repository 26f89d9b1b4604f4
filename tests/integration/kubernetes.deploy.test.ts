import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { CHART, MANIFESTS, NODE_EXPORT, plainManifests, renderChart } from '../../stack/kubernetes/chart';
import { locateLoki } from '../../stack/loki/loki';
import { locateHelm } from '../../stack/kubernetes/programs';
import { configOf, KAFKA, KAFKA_SECURED, NAMESPACE, podOf } from './kubernetes/chartObjects';
import { Cluster, plane, skipped } from './kubernetes/cluster';
import { Applier, type Manifest, objectsOf } from './kubernetes/documents';
import { Names } from './kubernetes/names';

const located = locateHelm();
const helm = 'helm' in located ? located.helm : '';
const noHelm = 'missing' in located ? ` (skipped: ${located.missing})` : '';

/** Sets of values that between them use every branch of the templates. */
const VARIANTS: ReadonlyArray<readonly [name: string, values: readonly string[]]> = [
  ['as it comes', []],
  [
    'with routers outside and TLS',
    [
      'collector.service.type=LoadBalancer',
      'collector.service.nodePorts.2055=32055',
      'collector.service.loadBalancerClass=example.com/lb',
      'collector.service.loadBalancerSourceRanges={192.0.2.0/24}',
      'collector.tcpPorts={4739}',
      'collector.tls.ports={4740}',
      'collector.tls.secretName=tls',
      'collector.tls.clientCa=true',
      'networkPolicy.exporters={192.0.2.0/24,2001:db8::/32}',
    ],
  ],
  [
    'with a Loki and a Grafana that are there',
    [
      'loki.mode=external',
      'loki.external.url=https://loki.example',
      'loki.external.tenant=flows',
      'loki.external.auth=basic',
      'loki.external.secretName=loki',
      'loki.external.ca=true',
      'networkPolicy.lokiTo[0].namespaceSelector.matchLabels.name=loki',
      'networkPolicy.lokiPorts={3101}',
      'grafana.mode=provision',
    ],
  ],
  [
    'with a Grafana of its own before a Loki that is there',
    [
      'loki.mode=external',
      'loki.external.url=https://loki.example:3200',
      'loki.external.tenant=flows',
      'loki.external.auth=basic',
      'loki.external.secretName=loki',
      'loki.external.ca=true',
      'grafana.rootUrl=https://grafana.example/',
      'grafana.app.exportCap=50000',
      'grafana.extraEnv[0].name=GF_LOG_LEVEL',
      'grafana.extraEnv[0].value=warn',
    ],
  ],
  [
    'with two collectors and a token for Loki',
    [
      'collector.replicas=2',
      'loki.mode=external',
      'loki.external.url=http://loki',
      'loki.external.auth=token',
      'loki.external.secretName=loki',
      'collector.config.enrich.subnets[0].name=Office',
      'collector.config.enrich.subnets[0].cidrs={10.40.0.0/16}',
    ],
  ],
  ['with export at nodes of Open vSwitch', [...NODE_EXPORT, 'nodeExport.sampling=100']],
  ['through Kafka', KAFKA],
  ['through Kafka with TLS, a login and stores that scale, to a Loki that is there', KAFKA_SECURED],
  ['with export at nodes of OpenShift', ['nodeExport.mode=openshift', 'collector.service.clusterIP=172.30.0.55']],
];

describe('the configurations of Loki', () => {
  it('have the same limits and retention, distributed and single', () => {
    const limits = (name: string) =>
      (parse(readFileSync(join(CHART, `../../loki/${name}.yaml`), 'utf8')) as { limits_config: object }).limits_config;
    expect(limits('distributed')).toEqual(limits('single'));
  });

  it.each(['distributed', 'single'])('tell at the top of %s.yaml what they take from the environment', (name) => {
    const text = readFileSync(join(CHART, `../../loki/${name}.yaml`), 'utf8');
    const top = text.slice(0, text.indexOf('auth_enabled:'));
    const taken = [...text.slice(top.length).matchAll(/\$\{(\w+)/g)].map(([, variable = '']) => variable);
    expect(taken.length).toBeGreaterThan(5);
    expect(taken.filter((variable) => !new RegExp(`\\b${variable}\\b`).test(top))).toEqual([]);
  });

  it('hold nothing that Loki refuses, where it is distributed', async ({ skip }) => {
    const loki = await locateLoki();
    if ('url' in loki) {
      return skip('LOKI_URL names a server, and only a program checks configurations');
    }
    const file = join(CHART, '../../loki/distributed.yaml');
    await promisify(execFile)(loki.binary, [`-config.file=${file}`, '-config.expand-env=true', '-verify-config']);
  });
});

describe('the chart’s files', () => {
  it('hold every dashboard of the app', () => {
    const shipped = readdirSync(join(CHART, '../../../src/dashboards')).filter((name) => name.endsWith('.json'));
    expect(readdirSync(join(CHART, 'files/dashboards')).sort()).toEqual(shipped.sort());
    expect(shipped.every((name) => existsSync(join(CHART, 'files/dashboards', name)))).toBe(true);
  });
});

describe.skipIf(helm === '')(`the chart${noHelm}`, () => {
  it('deploy/kubernetes follows it; npm run manifests writes it anew', async () => {
    for (const [path, text] of await plainManifests(helm)) {
      expect(readFileSync(join(MANIFESTS, path), 'utf8'), path).toBe(text);
    }
  });

  it.each([
    ['nodeExport.mode=ovs', /nodeExport\/mode.*'none', 'openvswitch', 'openshift'/],
    ['nodeExport.sampling=0', /nodeExport\/sampling.*minimum/],
    ['nodeExport.bridges={br-int;reboot}', /nodeExport\/bridges\/0/],
    ['nodeExport.target=here', /nodeExport\/target/],
    ['nodeExport.mode=openvswitch', /nodeExport\.image\.repository: needed .* name an image/],
    [
      'nodeExport.mode=openshift',
      /nodeExport\.target: needed .* write ADDRESS:PORT .* -o jsonpath='{\.spec\.clusterIP}'/,
    ],
    ['collector.replcas=2', /'replcas' not allowed/],
    ['loki.mode=external', /loki\/external\/url/],
    ['loki.external.auth=basic', /loki\/external\/secretName/],
    ['loki.retention=1week', /loki\/retention/],
    ['loki.retention=1h', /loki\/retention'/],
    ['loki.retention10m=23h', /loki\/retention10m'/],
    ['loki.retention1h=0h', /loki\/retention1h'/],
    ['collector.spool.size=1Gi', /collector\.spool\.maxBytes: 4294967296 bytes do not fit .* 1Gi/],
    ['collector.spool.size=4Gi', /collector\.spool\.maxBytes: /],
    ['collector.config.spool.maxBytes=6000000000', /collector\.spool\.maxBytes: 6000000000 bytes .* 5Gi/],
    ['collector.config.spool=null', /collector\.config\.spool: holds settings, .* leave it out/],
    ['collector.config.spool=5Gi', /collector\.config\.spool: holds settings/],
    [
      'kafka.store.autoscaling.enabled=true,kafka.store.autoscaling.minReplicas=7',
      /minReplicas: 7 is more than maxReplicas, 6/,
    ],
    ['collector.tcpPorts={4739},collector.tls.ports={4740,4739}', /collector\.tls\.ports: 4739 is taken/],
    ['collector.tcpPorts={9469}', /collector\.tcpPorts: 9469 is taken/],
    ['grafana.app.exportcap=5000', /grafana\/app.*'exportcap' not allowed/],
    ['loki.chunkEncoding=lzma', /loki\/chunkEncoding/],
    ['networkPolicy.exporters={10.0.0.1}', /networkPolicy\/exporters\/0/],
    ['kafka.enabled=true', /kafka\/brokers.*minItems/],
    ['kafka.brokers={kafka-1}', /kafka\/brokers\/0/],
    ['kafka.sasl.mechanism=gssapi', /kafka\/sasl\/mechanism.*'plain', 'scram-sha-256', 'scram-sha-512'/],
    ['kafka.store.replicas=-1', /kafka\/store\/replicas/],
    ['kafka.topic=a b', /kafka\/topic/],
  ])('refuses %s, and says which value', async (value, message) => {
    await expect(renderChart(helm, [value])).rejects.toThrow(message);
  });

  it.each(VARIANTS)('%s, writes a configuration that the collector takes', async (_, values) => {
    const objects = objectsOf(await renderChart(helm, values));
    const config = configOf(objects, 'collector');
    expect(config.spool).toMatchObject({ path: '/var/lib/netobserv/spool', maxBytes: 4_294_967_296 });
    if (values.includes(KAFKA[0]!)) {
      expect(config.kafka?.role).toBe('receive');
      expect(configOf(objects, 'collector-store').kafka?.role).toBe('store');
      return;
    }
    expect(config.kafka).toBeUndefined();
    expect(objects.filter(({ metadata }) => metadata.name.endsWith('-store'))).toEqual([]);
    const replicas = values.includes('collector.replicas=2') ? 2 : 1;
    expect(config.dedup.assumeNodesExport).toBe(replicas > 1);
    expect(config.loki.maxStreams).toBe(4500 / replicas);
  });

  it('several collectors leave flows to their nodes only where these export', async () => {
    const objects = objectsOf(await renderChart(helm, ['collector.replicas=2', 'collector.nodesExport=false']));
    expect(configOf(objects, 'collector').dedup.assumeNodesExport).toBe(false);
  });
});

describe.skipIf(helm === '' || 'missing' in plane)(`a genuine kube-apiserver and the chart${noHelm || skipped}`, () => {
  let cluster: Cluster;
  let applier: Applier;

  beforeAll(async () => {
    cluster = await Cluster.start();
    applier = new Applier(cluster);
    await cluster.namespace(NAMESPACE);
    await cluster.namespace('openshift-network-operator');
    await cluster.namespace('restricted');
    // Its own admission checks the pods of the chart, as many clusters have it.
    const labels = { 'pod-security.kubernetes.io/enforce': 'restricted' };
    await cluster.ask(
      'PATCH',
      '/api/v1/namespaces/restricted',
      { metadata: { labels } },
      'application/merge-patch+json'
    );
  });

  afterAll(() => cluster?.stop());

  const run = async (...args: string[]) => {
    const env = { ...process.env, KUBECONFIG: cluster.plane.kubeconfig(), HELM_DRIVER: 'secret' };
    return promisify(execFile)(helm, [...args, '--namespace', NAMESPACE], { env, maxBuffer: 16 * 1024 * 1024 });
  };
  const get = async (path: string) => cluster.plane.ask('GET', path);

  it.each(VARIANTS)('takes all objects, %s: no field is unknown, no value refused', async (_, values) => {
    const objects = objectsOf(await renderChart(helm, values));
    expect(objects.length).toBeGreaterThan(5);
    for (const object of objects) {
      await applier.apply(object, true);
    }
  });

  it('refuses a misspelt field, so that the test above can fail', async () => {
    const objects = objectsOf(await renderChart(helm));
    const service = objects.find(({ kind }) => kind === 'Service')!;
    const misspelt = { ...service, spec: { ...(service['spec'] as object), externalTraficPolicy: 'Local' } };
    await expect(applier.apply(misspelt, true)).rejects.toThrow('externalTraficPolicy');
  });

  it('its pods run under the restricted Pod Security Standard, but those of node export', async () => {
    const rendered = await renderChart(helm, NODE_EXPORT);
    const refused: string[] = [];
    for (const object of objectsOf(rendered)) {
      const template = podOf(object);
      if (template === undefined) {
        continue;
      }
      const { serviceAccountName: _account, priorityClassName: _priority, ...spec } = template.spec;
      const volumes = (object['spec'] as { volumeClaimTemplates?: Array<{ metadata: { name: string } }> })
        .volumeClaimTemplates;
      const claims = (volumes ?? []).map(({ metadata: { name } }) => ({
        name,
        persistentVolumeClaim: { claimName: name },
      }));
      const pod = {
        ...{ apiVersion: 'v1', kind: 'Pod', metadata: { name: object.metadata.name, namespace: 'restricted' } },
        spec: { ...spec, volumes: [...(spec['volumes'] as object[]), ...claims] },
      };
      await applier.apply(pod, true).catch((error: Error) => {
        expect(error.message).toContain('violates PodSecurity');
        refused.push(object.metadata.name);
      });
    }
    expect(refused).toEqual([`${NAMESPACE}-node-export`]);
  });

  it('the plain manifests are applied', async () => {
    const texts = ['namespace.yaml', 'collector.yaml', 'loki.yaml', 'grafana.yaml', 'node-export/openvswitch.yaml'];
    const objects = texts.flatMap((name) => objectsOf(readFileSync(join(MANIFESTS, name), 'utf8')));
    for (const object of objects) {
      await applier.apply(object);
    }
    const { status, body } = await get(`/api/v1/namespaces/${NAMESPACE}/services/${NAMESPACE}-collector`);
    expect(status).toBe(200);
    expect(JSON.parse(body)).toMatchObject({ spec: { sessionAffinity: 'ClientIP' } });
    // So that Helm finds nothing of it.
    for (const object of objects.filter(({ kind }) => kind !== 'Namespace')) {
      await remove(object);
    }
  });

  it('is installed, changed and uninstalled by Helm; export at the nodes follows', async () => {
    const config = `/api/v1/namespaces/${NAMESPACE}/configmaps/${NAMESPACE}-node-export`;
    const sampling = async () => (JSON.parse((await get(config)).body) as { data: { sampling: string } }).data.sampling;
    const values = (rate: number) => ['--set', [...NODE_EXPORT, `nodeExport.sampling=${rate}`].join(',')];
    await run('install', NAMESPACE, CHART, ...values(100));
    expect(await sampling()).toBe('100');
    const secret = `/api/v1/namespaces/${NAMESPACE}/secrets/${NAMESPACE}-grafana`;
    const before = (JSON.parse((await get(secret)).body) as { data: unknown }).data;
    await run('upgrade', NAMESPACE, CHART, ...values(10));
    expect(await sampling()).toBe('10');
    expect((JSON.parse((await get(secret)).body) as { data: unknown }).data).toEqual(before);
    await collectorFollows();
    await run('uninstall', NAMESPACE);
    expect((await get(config)).status).toBe(404);
    expect((await get(`/apis/apps/v1/namespaces/${NAMESPACE}/daemonsets/${NAMESPACE}-node-export`)).status).toBe(404);
  });

  it('is installed again with the password that Grafana has on its volume, which stayed', async () => {
    const secrets = `/api/v1/namespaces/${NAMESPACE}/secrets`;
    const password = async () =>
      (JSON.parse((await get(`${secrets}/${NAMESPACE}-grafana`)).body) as { data: Record<string, string> }).data[
        'admin-password'
      ];
    await run('install', NAMESPACE, CHART);
    const first = await password();
    expect(first).toMatch(/^\w{32}$/);
    await run('uninstall', NAMESPACE);
    await run('install', NAMESPACE, CHART);
    expect(await password()).toBe(first);
    await run('uninstall', NAMESPACE);
    // The command that removes the volumes for good takes the password along, and nothing else.
    const selector = `app.kubernetes.io/instance=${NAMESPACE}`;
    const selected = (await get(`${secrets}?labelSelector=${encodeURIComponent(selector)}`)).body;
    const { items } = JSON.parse(selected) as { items: Manifest[] };
    expect(items.map(({ metadata }) => metadata.name)).toEqual([`${NAMESPACE}-grafana`]);
    const docs = readFileSync(join(CHART, '../../../docs/kubernetes.md'), 'utf8');
    expect(docs).toContain(`kubectl -n ${NAMESPACE} delete pvc,secret -l ${selector}`);
  });

  it('tells the network operator of OpenShift what nodes shall export, and nothing any more when it is gone', async () => {
    const config = '/api/v1/namespaces/openshift-network-operator/configmaps/ovs-flows-config';
    const values = 'nodeExport.mode=openshift,collector.service.clusterIP=172.30.0.56,nodeExport.cacheMaxFlows=50';
    await run('install', NAMESPACE, CHART, '--set', values);
    expect((JSON.parse((await get(config)).body) as { data: object }).data).toEqual({
      ...{ sharedTarget: '172.30.0.56:4739', sampling: '400', cacheActiveTimeout: '60s', cacheMaxFlows: '50' },
    });
    await run('uninstall', NAMESPACE);
    expect((await get(config)).status).toBe(404);
  });

  it('turns export on at OpenShift in a release that is there, whose Service keeps its address', async () => {
    await run('install', NAMESPACE, CHART);
    const service = (await get(`/api/v1/namespaces/${NAMESPACE}/services/${NAMESPACE}-collector`)).body;
    const { clusterIP } = (JSON.parse(service) as { spec: { clusterIP: string } }).spec;
    const values = `nodeExport.mode=openshift,nodeExport.target=${clusterIP}:4739`;
    await run('upgrade', NAMESPACE, CHART, '--reuse-values', '--set', values);
    const config = '/api/v1/namespaces/openshift-network-operator/configmaps/ovs-flows-config';
    expect((JSON.parse((await get(config)).body) as { data: object }).data).toMatchObject({
      sharedTarget: `${clusterIP}:4739`,
    });
    await run('uninstall', NAMESPACE);
  });

  async function remove({ apiVersion, kind, metadata }: Manifest): Promise<void> {
    const base = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
    const { resources } = (await cluster.ask('GET', base)) as {
      resources: Array<{ name: string; kind: string; namespaced: boolean }>;
    };
    const { name, namespaced } = resources.find((one) => one.kind === kind && !one.name.includes('/'))!;
    const namespace = namespaced ? `/namespaces/${metadata.namespace}` : '';
    await cluster.ask('DELETE', `${base}${namespace}/${name}/${metadata.name}`, { propagationPolicy: 'Background' });
  }

  /** The rights of the installed service account are all that the collector needs, and no more. */
  async function collectorFollows(): Promise<void> {
    const account = `/api/v1/namespaces/${NAMESPACE}/serviceaccounts/${NAMESPACE}-collector`;
    const request = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { expirationSeconds: 600 } };
    const { status } = (await cluster.ask('POST', `${account}/token`, request)) as { status: { token: string } };
    const file = cluster.plane.kubeconfig();
    const kubeconfig = JSON.parse(readFileSync(file, 'utf8')) as { users: Array<{ name: string; user: object }> };
    kubeconfig.users[0]!.user = { token: status.token };
    const own = `${file}-account`;
    writeFileSync(own, JSON.stringify(kubeconfig));
    const names = await Names.start(own);
    try {
      await names.synced();
      expect(names.log.entries).toEqual([]);
    } finally {
      names.enricher.stop();
    }
    for (const [group, resource, verb] of [
      ['', 'secrets', 'list'],
      ['', 'configmaps', 'list'],
      ['', 'pods', 'create'],
      ['', 'pods', 'get'],
    ]) {
      const review = await cluster.ask('POST', '/apis/authorization.k8s.io/v1/subjectaccessreviews', {
        spec: {
          user: `system:serviceaccount:${NAMESPACE}:${NAMESPACE}-collector`,
          resourceAttributes: { group, resource, verb },
        },
      });
      expect((review as { status: { allowed: boolean } }).status.allowed, `${verb} ${resource}`).toBe(false);
    }
  }
});

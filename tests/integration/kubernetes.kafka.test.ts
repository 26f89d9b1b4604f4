import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { applyEnvironment } from '../../collector/src/config/environment';
import { collectorConfig } from '../../collector/src/config/root';
import { CHART, renderChart } from '../../stack/kubernetes/chart';
import { locateHelm } from '../../stack/kubernetes/programs';
import {
  configOf,
  configText,
  find,
  KAFKA,
  KAFKA_SECURED,
  NAMESPACE,
  podOf,
  type PodSpec,
} from './kubernetes/chartObjects';
import { Cluster, plane, skipped } from './kubernetes/cluster';
import { Applier, objectsOf } from './kubernetes/documents';

const located = locateHelm();
const helm = 'helm' in located ? located.helm : '';
const noHelm = 'missing' in located ? ` (skipped: ${located.missing})` : '';

describe.skipIf(helm === '')(`the chart with Kafka between receiving and storing${noHelm}`, () => {
  it.each([
    ['kafka.sasl.mechanism=plain', /kafka\/sasl\/secretName/],
    ['kafka.tls.enabled=true,kafka.tls.clientCertificate=true', /kafka\/tls\/secretName/],
  ])('refuses %s through Kafka, without the Secret that it needs', async (value, message) => {
    await expect(renderChart(helm, [...KAFKA, value])).rejects.toThrow(message);
  });

  it('through Kafka, parts what receives from what stores', async () => {
    const objects = objectsOf(await renderChart(helm, KAFKA));
    const [receiving, storing] = [configOf(objects, 'collector'), configOf(objects, 'collector-store')];
    const brokers = ['kafka-1.kafka:9093', 'kafka-2.kafka:9093'];
    expect(receiving).toMatchObject({
      kafka: { role: 'receive', brokers, topic: 'netobserv-datagrams' },
      enrich: { kubernetes: { enabled: false } },
      dedup: { assumeNodesExport: false },
    });
    expect(storing).toMatchObject({
      kafka: { role: 'store', brokers, topic: 'netobserv-datagrams', consume: { group: 'netobserv-flows' } },
      enrich: { kubernetes: { enabled: true } },
      dedup: { assumeNodesExport: true },
      loki: { maxStreams: 2250 },
    });
    expect([receiving.kafka?.tls, receiving.kafka?.sasl, storing.spool.path]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    // What has no names to look up has no right to, and no token.
    const bound = objects.find(({ kind }) => kind === 'ClusterRoleBinding')!['subjects'] as Array<{ name: string }>;
    expect(bound.map(({ name }) => name)).toEqual([`${NAMESPACE}-collector-store`]);
    expect(podOf(find(objects, 'StatefulSet', 'collector'))!.spec['automountServiceAccountToken']).toBe(false);
    expect(podOf(find(objects, 'Deployment', 'collector-store'))!.spec['automountServiceAccountToken']).toBe(true);
    // Exporters find those that receive, and nobody those that store.
    const selected = find(objects, 'Service', 'collector')['spec'] as { selector: Record<string, string> };
    expect(selected.selector['app.kubernetes.io/component']).toBe('collector');
    expect(podOf(find(objects, 'Deployment', 'collector-store'))!.metadata).toMatchObject({
      labels: { 'app.kubernetes.io/component': 'collector-store' },
    });
    const policy = JSON.stringify(find(objects, 'NetworkPolicy', 'loki')['spec']);
    expect(policy).toContain('"collector-store"');
    expect(JSON.stringify(find(objects, 'NetworkPolicy', 'collector')['spec'])).toContain('"port":9093');
  });

  it.each([
    ['one pod that stores, as it may read partitions far apart', ['kafka.store.replicas=1'], true],
    ['where only routers export, to nodes that do not', ['collector.nodesExport=false'], false],
  ])('through Kafka, leaves flows to their nodes: %s', async (_, values, assumed) => {
    const storing = configOf(objectsOf(await renderChart(helm, [...KAFKA, ...values])), 'collector-store');
    expect(storing.dedup.assumeNodesExport).toBe(assumed);
  });

  it('through Kafka, takes the login and certificates from Secrets, so that the configuration is whole with them', async () => {
    const objects = objectsOf(await renderChart(helm, KAFKA_SECURED));
    for (const [kind, part] of [
      ['StatefulSet', 'collector'],
      ['Deployment', 'collector-store'],
    ] as const) {
      const { containers, volumes } = podOf(find(objects, kind, part))!.spec as unknown as PodSpec;
      const env = Object.fromEntries(
        (containers[0]!.env ?? []).map(({ name, value, valueFrom }) => [
          name,
          value ?? `${valueFrom?.secretKeyRef.name}/${valueFrom?.secretKeyRef.key}`,
        ])
      );
      const { value } = applyEnvironment(parse(configText(objects, part)), collectorConfig, env);
      const { kafka } = collectorConfig.parse(value);
      expect(kafka).toMatchObject({
        tls: {
          ca: '/etc/netobserv/kafka-tls/ca.crt',
          cert: '/etc/netobserv/kafka-tls/tls.crt',
          key: '/etc/netobserv/kafka-tls/tls.key',
          insecureSkipVerify: false,
        },
        sasl: {
          mechanism: 'scram-sha-512',
          username: 'kafka-login/username',
          passwordFile: '/etc/netobserv/kafka-sasl/password',
        },
      });
      expect(volumes).toContainEqual(
        expect.objectContaining({ secret: expect.objectContaining({ secretName: 'kafka-login' }) })
      );
    }
    const store = configOf(objects, 'collector-store');
    expect(store.kafka?.consume.warmUpSeconds).toBe(1200);
    expect(store.enrich.subnets[0]?.name).toBe('Office');
    expect(store.loki.maxStreams).toBe(750);
    expect(find(objects, 'Deployment', 'collector-store')['spec']).not.toHaveProperty('replicas');
    expect(find(objects, 'HorizontalPodAutoscaler', 'collector-store')['spec']).toMatchObject({
      ...{ minReplicas: 2, maxReplicas: 6 },
      scaleTargetRef: { kind: 'Deployment', name: `${NAMESPACE}-collector-store` },
    });
  });
});

describe.skipIf(helm === '' || 'missing' in plane)(
  `a genuine kube-apiserver and Kafka in the chart${noHelm || skipped}`,
  () => {
    let cluster: Cluster;

    beforeAll(async () => {
      cluster = await Cluster.start();
      await cluster.namespace(NAMESPACE);
      await cluster.namespace('restricted');
      await cluster.ask(
        'PATCH',
        '/api/v1/namespaces/restricted',
        { metadata: { labels: { 'pod-security.kubernetes.io/enforce': 'restricted' } } },
        'application/merge-patch+json'
      );
    });

    afterAll(() => cluster?.stop());

    const run = async (...args: string[]) => {
      const env = { ...process.env, KUBECONFIG: cluster.plane.kubeconfig(), HELM_DRIVER: 'secret' };
      return promisify(execFile)(helm, [...args, '--namespace', NAMESPACE], { env, maxBuffer: 16 * 1024 * 1024 });
    };
    const status = async (path: string) => (await cluster.plane.ask('GET', path)).status;
    const allowed = async (account: string, resource: string) => {
      const review = (await cluster.ask('POST', '/apis/authorization.k8s.io/v1/subjectaccessreviews', {
        spec: {
          user: `system:serviceaccount:${NAMESPACE}:${NAMESPACE}-${account}`,
          resourceAttributes: { group: '', resource, verb: 'list' },
        },
      })) as { status: { allowed: boolean } };
      return review.status.allowed;
    };

    it('takes it in a release that is there, and takes it out again: volumes stay, rights go where names are looked up', async () => {
      const store = `/apis/apps/v1/namespaces/${NAMESPACE}/deployments/${NAMESPACE}-collector-store`;
      const scaler = `/apis/autoscaling/v2/namespaces/${NAMESPACE}/horizontalpodautoscalers/${NAMESPACE}-collector-store`;
      await run('install', NAMESPACE, CHART);
      expect([await status(store), await allowed('collector', 'pods')]).toEqual([404, true]);
      await run(
        'upgrade',
        NAMESPACE,
        CHART,
        '--set-json',
        'kafka.brokers=["kafka-1:9092"]',
        '--set',
        'kafka.enabled=true'
      );
      expect([await status(store), await status(scaler)]).toEqual([200, 404]);
      expect([await allowed('collector', 'pods'), await allowed('collector-store', 'pods')]).toEqual([false, true]);
      expect(await allowed('collector-store', 'secrets')).toBe(false);
      await run('upgrade', NAMESPACE, CHART, ...KAFKA_SECURED.flatMap((value) => ['--set', value]));
      expect(await status(scaler)).toBe(200);
      await run('upgrade', NAMESPACE, CHART, '--reset-values');
      expect([await status(store), await status(scaler), await allowed('collector', 'pods')]).toEqual([404, 404, true]);
      await run('uninstall', NAMESPACE);
    });

    it('its pods run under the restricted Pod Security Standard', async () => {
      const applier = new Applier(cluster);
      const objects = objectsOf(await renderChart(helm, KAFKA_SECURED));
      const {
        serviceAccountName: _account,
        priorityClassName: _priority,
        ...spec
      } = podOf(find(objects, 'Deployment', 'collector-store'))!.spec;
      await applier.apply(
        { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'store', namespace: 'restricted' }, spec },
        true
      );
      const { securityContext: _security, ...lax } = spec;
      const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'store', namespace: 'restricted' }, spec: lax };
      await expect(applier.apply(pod, true)).rejects.toThrow('violates PodSecurity');
    });
  }
);

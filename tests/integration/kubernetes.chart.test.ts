import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import { stringify } from 'yaml';
import { Decoder } from '../../collector/src/decode';
import { buildCluster } from '../../stack/demo/model/cluster';
import { observe } from '../../stack/demo/observe';
import { OvsExporter } from '../../stack/demo/ovs/exporter';
import { trafficOfSlot } from '../../stack/demo/traffic/traffic';
import { CHART, NODE_EXPORT, renderChart } from '../../stack/kubernetes/chart';
import { locateHelm } from '../../stack/kubernetes/programs';
import { locateLoki } from '../../stack/loki/loki';
import { configOf, dataOf, externalLoki, find, KAFKA, KAFKA_SECURED, podSpecOf } from './kubernetes/chartObjects';
import { type Manifest, objectsOf } from './kubernetes/documents';

const located = locateHelm();
const helm = 'helm' in located ? located.helm : '';
const noHelm = 'missing' in located ? ` (skipped: ${located.missing})` : '';

const render = async (...values: string[]) => objectsOf(await renderChart(helm, values));

describe.skipIf(helm === '')(`the collector of the chart${noHelm}`, () => {
  it('keeps sums on its volume, so that a kill loses ten seconds of them, where it stores', async () => {
    const objects = await render();
    const { stateFile } = configOf(objects, 'collector').aggregate;
    const mounts = podSpecOf(objects, 'StatefulSet', 'collector').containers[0]!.volumeMounts;
    const { mountPath } = mounts.find(({ name }) => name === 'spool')!;
    expect(stateFile).toBe(`${mountPath}/sums.json`);
    const parted = await render(...KAFKA);
    expect(configOf(parted, 'collector').aggregate.stateFile).toBeUndefined();
    // It has no volume.
    expect(configOf(parted, 'collector-store').aggregate.stateFile).toBeUndefined();
  });

  it.each([
    ['the usual ports', 'https://loki.example', []],
    ['the port of its address', 'http://loki.example:3200/path', [3200]],
    ['the port of its address, IPv6', 'http://[2001:db8::5]:3201', [3201]],
    ['a usual port once', 'http://loki.example:3100', []],
  ])('reaches a Loki that is there at %s', async (_, url, more) => {
    const objects = await render(...externalLoki(), `loki.external.url=${url}`);
    expect(egressPorts(objects)).toEqual([80, 443, 3100, 8080, 8443, ...more]);
  });

  it('reaches what it is told besides: ports of pods behind Services, and where they are', async () => {
    const objects = await render(
      ...[...externalLoki(), ...KAFKA, 'networkPolicy.lokiPorts={3101,443}', 'networkPolicy.kafkaPorts={9094,9093}'],
      'networkPolicy.lokiTo[0].ipBlock.cidr=192.0.2.0/24'
    );
    expect(egressPorts(objects)).toEqual([80, 443, 3100, 8080, 8443, 3101]);
    expect(egress(objects).find(({ to }) => to !== undefined)?.to).toEqual([{ ipBlock: { cidr: '192.0.2.0/24' } }]);
    expect(
      egress(objects)
        .at(-1)!
        .ports.map(({ port }) => port)
    ).toEqual([9093, 9094]);
  });

  it.each([
    ['collector', []],
    ['collector-store', KAFKA],
  ])('lets nobody read health and metrics where nobody is named: %s', async (part, values) => {
    interface Ingress {
      readonly ports: ReadonlyArray<{ readonly port: number }>;
      readonly from?: readonly object[];
    }
    const readers = async (...more: string[]) => {
      const policy = find(await render(...values, ...more), 'NetworkPolicy', part);
      const { ingress = [] } = policy['spec'] as { ingress?: readonly Ingress[] };
      return ingress.filter(({ ports }) => ports.some(({ port }) => port === 9469)).map(({ from }) => from);
    };
    expect(await readers()).toEqual([[{ podSelector: {} }]]);
    expect(await readers('networkPolicy.metricsFrom=null')).toEqual([]);
  });

  it('has names that look like numbers as texts, as all objects need them', async () => {
    const names = { release: '123', namespace: '456' };
    const objects = objectsOf(await renderChart(helm, KAFKA_SECURED, names));
    const spaces = objects.map(({ metadata }) => metadata.namespace).filter((one) => one !== undefined);
    expect(new Set(spaces)).toEqual(new Set(['456']));
    const label = 'app.kubernetes.io/instance';
    const instances = JSON.stringify(objects).matchAll(new RegExp(`"${label}":("?\\w+"?)`, 'g'));
    expect(new Set([...instances].map(([, value]) => value))).toEqual(new Set(['"123"']));
  });

  it('leaves room in its name for the hash that a StatefulSet’s controller appends, in a label of 63', async () => {
    for (const release of ['x'.repeat(53), 'x'.repeat(27), `netobserv-flows-${'x'.repeat(37)}`]) {
      const objects = objectsOf(await renderChart(helm, KAFKA, { release }));
      const sets = objects.filter(({ kind }) => kind === 'StatefulSet').map(({ metadata }) => metadata.name);
      expect(sets).toHaveLength(3);
      expect(Math.max(...sets.map((name) => `${name}-0123456789`.length))).toBeLessThanOrEqual(63);
      const services = objects.filter(({ kind }) => kind === 'Service').map(({ metadata }) => metadata.name);
      expect(Math.max(...services.map(({ length }) => length))).toBeLessThanOrEqual(63);
      expect(new Set(services).size).toBe(services.length);
    }
  });
});

interface EgressRule {
  readonly ports: ReadonlyArray<{ readonly port: number }>;
  readonly to?: object[];
}

const egress = (objects: readonly Manifest[]) =>
  (find(objects, 'NetworkPolicy', 'collector')['spec'] as { egress: readonly EgressRule[] }).egress;

/** Of the rule for an external Loki. */
const egressPorts = (objects: readonly Manifest[]) =>
  egress(objects)
    .map(({ ports }) => ports.map(({ port }) => port))
    .find((ports) => ports.includes(3100));

describe.skipIf(helm === '')(`export at the nodes by the chart${noHelm}`, () => {
  const OPENSHIFT = ['nodeExport.mode=openshift', 'collector.service.clusterIP=172.30.0.55'];

  it.each([
    ['{2055,4739}', 4739],
    ['{2055}', 2055],
    ['{9995,2055}', 9995],
  ])('goes to a port that the collector listens on, with UDP %s', async (ports, port) => {
    const chosen = `collector.udpPorts=${ports}`;
    const ovs = await render(...NODE_EXPORT, chosen);
    expect(dataOf(find(ovs, 'ConfigMap', 'node-export'))['target']).toBe(
      `netobserv-flows-collector.netobserv-flows.svc:${port}`
    );
    const openshift = await render(...OPENSHIFT, chosen);
    expect(openShiftData(openshift)['sharedTarget']).toBe(`172.30.0.55:${port}`);
  });

  it('has whole numbers of a file of values as they are', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'flows-values-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const valuesFile = join(folder, 'values.yaml');
    const nodeExport = { sampling: 4_294_967_295, cacheMaxFlows: 10_000_000, cacheActiveTimeout: 60 };
    writeFileSync(valuesFile, stringify({ nodeExport, collector: { config: { loki: { queueBytes: 268_435_456 } } } }));
    const expected = { sampling: '4294967295', cacheMaxFlows: '10000000' };
    const ovs = objectsOf(await renderChart(helm, NODE_EXPORT, { valuesFile }));
    expect(dataOf(find(ovs, 'ConfigMap', 'node-export'))).toMatchObject({ ...expected, cacheActiveTimeout: '60' });
    const openshift = objectsOf(await renderChart(helm, OPENSHIFT, { valuesFile }));
    expect(openShiftData(openshift)).toMatchObject({ ...expected, cacheActiveTimeout: '60s' });
    expect(configOf(openshift, 'collector').loki.queueBytes).toBe(268_435_456);
  });

  it.each([
    ['Open vSwitch', NODE_EXPORT],
    ['OpenShift', OPENSHIFT],
  ])('at %s, tells the collector what is sampled, which Open vSwitch does not say', async (_, values) => {
    const sampling = async (part: string, ...more: string[]) =>
      configOf(await render(...values, ...more), part).decode.openVSwitchSampling;
    expect(await sampling('collector')).toBe(400);
    expect(await sampling('collector', 'nodeExport.sampling=4294967295')).toBe(4_294_967_295);
    expect(await sampling('collector', 'collector.config.decode.openVSwitchSampling=64')).toBe(64);
    expect(await sampling('collector-store', ...KAFKA, 'nodeExport.sampling=100')).toBe(100);
    expect(configOf(await render(), 'collector').decode.openVSwitchSampling).toBeUndefined();
  });

  it('is stored as the estimate that it is: what Open vSwitch has scaled, with the sampling', async () => {
    const cluster = buildCluster(1);
    const receivedMs = Date.UTC(2026, 10, 24, 12);
    const [traffic] = trafficOfSlot(cluster, receivedMs, { slotMs: 60_000, rate: 1 });
    const [seen] = observe(cluster, traffic!);
    const exporter = new OvsExporter();
    const datagrams = [...exporter.announce(receivedMs / 1000), exporter.record(seen!)];
    const { decode } = configOf(await render(...NODE_EXPORT), 'collector');
    const decoder = new Decoder({ ...decode, onLoss: (reason) => expect.fail(reason) });
    const flows = datagrams.flatMap((payload) =>
      decoder.decode({ payload, address: '192.0.2.1', port: 4739, receivedMs })
    );
    expect(flows.map(({ record: { Bytes, Packets, Sampling } }) => ({ Bytes, Packets, Sampling }))).toEqual([
      { Bytes: seen!.bytes, Packets: seen!.packets, Sampling: 400 },
    ]);
  });

  const openShiftData = (objects: readonly Manifest[]) =>
    dataOf(objects.find(({ metadata }) => metadata.name === 'ovs-flows-config')!);
});

describe.skipIf(helm === '')(`periods of retention${noHelm}`, () => {
  it.each([
    ['23h', false],
    ['1h', false],
    ['0h', false],
    ['24h', true],
    ['100h', true],
    ['7d', true],
    ['2w', true],
  ])('%s: the chart and Loki agree whether it can be', async (period, can) => {
    await expect(
      renderChart(helm, [`loki.retention10m=${period}`]).then(
        () => true,
        () => false
      )
    ).resolves.toBe(can);
    const loki = await locateLoki();
    if ('binary' in loki) {
      const args = [`-config.file=${join(CHART, 'files/loki.yaml')}`, '-config.expand-env=true', '-verify-config'];
      const env = { ...process.env, LOKI_RETENTION_10M: period };
      const taken = promisify(execFile)(loki.binary, args, { env }).then(
        () => true,
        () => false
      );
      await expect(taken).resolves.toBe(can);
    }
  });
});

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parse, stringify } from 'yaml';
import { rulesFile } from '../../provisioning/alerts/file';
import { alertRules } from '../../provisioning/alerts/rules';
import { readAlertSettings } from '../../provisioning/alerts/settings';
import { pathOf } from '../../provisioning/files';
import { renderChart } from '../../stack/kubernetes/chart';
import { locateHelm } from '../../stack/kubernetes/programs';
import { dataOf, externalLoki, find, podSpecOf } from './kubernetes/chartObjects';
import { type Manifest, objectsOf } from './kubernetes/documents';

const located = locateHelm();
const helm = 'helm' in located ? located.helm : '';
const noHelm = 'missing' in located ? ` (skipped: ${located.missing})` : '';

const render = async (...values: string[]) => objectsOf(await renderChart(helm, values));

describe.skipIf(helm === '')(`Grafana of the chart${noHelm}`, () => {
  interface DataSource {
    readonly jsonData: Record<string, unknown>;
    readonly secureJsonData?: Record<string, string>;
    readonly [field: string]: unknown;
  }

  function dataSource(objects: readonly Manifest[]): DataSource {
    const deployed = objects.some(({ metadata }) => metadata.name === 'netobserv-flows-grafana');
    const data = dataOf(find(objects, 'ConfigMap', deployed ? 'grafana' : 'grafana-datasource'));
    const file = data[deployed ? 'datasources.yaml' : 'netobserv-flows.yaml']!;
    return (parse(file) as { datasources: DataSource[] }).datasources[0]!;
  }

  /** Variables and files that the data source takes values from, as its pod has them. */
  function sources(objects: readonly Manifest[]) {
    const [container] = podSpecOf(objects, 'StatefulSet', 'grafana').containers;
    const env = (container!.env ?? []).map(({ name, valueFrom }) => [name, valueFrom?.secretKeyRef]);
    const mounted = container!.volumeMounts.some(({ mountPath }) => mountPath === '/etc/netobserv/loki');
    return { env: Object.fromEntries(env) as Record<string, unknown>, mounted };
  }

  it('asks the chart’s own Loki without a login', async () => {
    const objects = await render();
    expect(dataSource(objects)).toMatchObject({
      ...{ uid: 'netobserv-loki', url: 'http://netobserv-flows-loki:3100', isDefault: true },
      jsonData: { maxLines: 5000 },
    });
    expect(dataSource(objects).secureJsonData).toBeUndefined();
    expect(sources(objects).mounted).toBe(false);
  });

  it('asks a Loki that is there as its tenant and with its login', async () => {
    const objects = await render(...externalLoki('tenant=flows', 'auth=basic'));
    expect(dataSource(objects)).toMatchObject({
      ...{ uid: 'netobserv-loki', url: 'https://loki.example', isDefault: true },
      // Grafana takes the value of a variable as it is; what a file holds it searches for `$` once more.
      ...{ basicAuth: true, basicAuthUser: '$NETOBSERV_LOKI_USERNAME' },
      jsonData: { maxLines: 5000, httpHeaderName1: 'X-Scope-OrgID' },
      secureJsonData: { httpHeaderValue1: 'flows', basicAuthPassword: '$NETOBSERV_LOKI_PASSWORD' },
    });
    expect(sources(objects).env).toMatchObject({
      NETOBSERV_LOKI_USERNAME: { name: 'login', key: 'username' },
      NETOBSERV_LOKI_PASSWORD: { name: 'login', key: 'password' },
    });
  });

  it.each([
    [['auth=token', 'ca=true'], 1],
    [['auth=token', 'ca=true', 'tenant=flows'], 2],
  ])('asks it with its token and by its CA, %j', async (values, number) => {
    const objects = await render(...externalLoki(...values));
    const { jsonData, secureJsonData } = dataSource(objects);
    // Headers are read from the first on, up to one that is not there.
    expect(jsonData[`httpHeaderName${number}`]).toBe('Authorization');
    expect(secureJsonData![`httpHeaderValue${number}`]).toBe('Bearer $__file{/etc/netobserv/loki/token}');
    expect(jsonData['tlsAuthWithCACert']).toBe(true);
    expect(secureJsonData!['tlsCACert']).toBe('$__file{/etc/netobserv/loki/ca.crt}');
    expect(sources(objects).mounted).toBe(true);
  });

  it('that is there already gets no secret by its ConfigMap, and needs no file, without which it would not start', async () => {
    const token = dataSource(await render(...externalLoki('auth=token', 'ca=true'), 'grafana.mode=provision'));
    expect(token).toMatchObject({
      isDefault: false,
      secureJsonData: { httpHeaderValue1: 'Bearer $NETOBSERV_LOKI_TOKEN', tlsCACert: '$NETOBSERV_LOKI_CA' },
    });
    const basic = dataSource(await render(...externalLoki('auth=basic', 'tenant=flows'), 'grafana.mode=provision'));
    expect(basic).toMatchObject({
      basicAuthUser: '$NETOBSERV_LOKI_USERNAME',
      secureJsonData: { httpHeaderValue1: 'flows', basicAuthPassword: '$NETOBSERV_LOKI_PASSWORD' },
    });
  });

  it.each([
    ['the chart’s own Loki', []],
    ['a Loki that is there', externalLoki('auth=basic')],
  ])('that is there already keeps its own data source “Loki” beside that of %s', async (_, values) => {
    const provisioned = dataSource(await render(...values, 'grafana.mode=provision'));
    // By its name Grafana decides whether a data source is made or changed.
    expect(provisioned).toMatchObject({ name: 'Network Observability flows', uid: 'netobserv-loki', isDefault: false });
    expect(dataSource(await render(...values))['name']).toBe('Loki');
    const chosen = await render(...values, 'grafana.mode=provision', 'grafana.dataSourceName=Flows: all');
    expect(dataSource(chosen)['name']).toBe('Flows: all');
  });

  it('that is there already finds the chart’s own Loki from another namespace', async () => {
    const { url } = dataSource(await render('grafana.mode=provision'));
    expect(url).toBe('http://netobserv-flows-loki.netobserv-flows.svc:3100');
    const external = dataSource(await render(...externalLoki(), 'grafana.mode=provision'));
    expect(external['url']).toBe('https://loki.example');
  });

  it.each([
    ['deploy', 'grafana', 'apps.yaml'],
    ['provision', 'grafana-app', 'netobserv-flows.yaml'],
  ])('has the settings of the app that are given, word for word, in mode %s', async (mode, part, file) => {
    const settings = async (...values: string[]) => {
      const data = dataOf(find(await render(`grafana.mode=${mode}`, ...values), 'ConfigMap', part));
      return (parse(data[file]!) as { apps: Array<{ type: string; jsonData?: object }> }).apps[0]!;
    };
    // Without any, Grafana keeps what people set and save.
    expect((await settings()).jsonData).toBeUndefined();
    const { type, jsonData } = await settings('grafana.app.exportCap=50000', 'grafana.app.defaultView=filter=$x');
    expect(type).toBe('netobserv-flows-app');
    // Grafana reads `$$` as `$`, and `$x` as a variable.
    expect(jsonData).toEqual({ exportCap: 50_000, defaultView: 'filter=$$x' });
  });

  it.each([
    ['deploy', 'grafana', 'alerting.yaml'],
    ['provision', 'grafana-alerts', 'netobserv-flows.yaml'],
  ])('has the alert rules of thresholds that are given in place of the shipped ones, in mode %s', async (...of) => {
    const [mode, part, file] = of;
    const folder = mkdtempSync(join(tmpdir(), 'flows-values-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const valuesFile = join(folder, 'values.yaml');
    const rules = async (values: object) => {
      writeFileSync(valuesFile, stringify(values));
      const rendered = await renderChart(helm, [`grafana.mode=${mode}`], { valuesFile });
      return parse(dataOf(find(objectsOf(rendered), 'ConfigMap', part))[file]!) as unknown;
    };
    const shipped = readFileSync(pathOf('provisioning/alerting/network-observability.yaml'), 'utf8');
    expect(await rules({})).toEqual(parse(shipped));
    const own = rulesFile(alertRules(readAlertSettings()).map((rule) => ({ ...rule, forMinutes: 123 })));
    expect(own).not.toBe(shipped);
    expect(await rules({ grafana: { alertRules: own } })).toEqual(parse(own));
    await expect(rules({ grafana: { alertRules: 'insecureProtocol: { bytes: 5 }' } })).rejects.toThrow(
      /grafana\.alertRules: is no file of alert rules; .*npm run alerts/
    );
  });

  it('knows where people open it, for links in alerts', async () => {
    const variable = async (...values: string[]) => {
      const [container] = podSpecOf(await render(...values), 'StatefulSet', 'grafana').containers;
      return container!.env!.find(({ name }) => name === 'GF_SERVER_ROOT_URL')?.value;
    };
    expect(await variable()).toBeUndefined();
    expect(await variable('grafana.rootUrl=https://grafana.example/')).toBe('https://grafana.example/');
  });
});

import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { checkConfigCommand } from '../../src/commands/checkConfig';
import { overridesOf } from '../../src/config/environment';
import { collectorConfig, loadConfig } from '../../src/config/root';

const directory = mkdtempSync(join(tmpdir(), 'collector-config-'));
afterAll(() => rmSync(directory, { recursive: true }));
const file = join(directory, 'collector.yaml');

async function check(text: string, env: NodeJS.ProcessEnv = {}) {
  writeFileSync(file, text.replace(/\bF\b/g, file));
  let [stdout, stderr] = ['', ''];
  const code = await checkConfigCommand(file, {
    env,
    stdout: { write: (part) => (stdout += part) },
    stderr: { write: (part) => (stderr += part) },
  });
  return { code, stdout, stderr: stderr.replaceAll(file, 'F').trimEnd() };
}

const minimal = 'loki:\n  url: http://loki:3100\n';

describe('check-config', () => {
  it('says OK and what the collector would do, without its secrets', async () => {
    const { code, stdout, stderr } = await check(
      `${minimal}  tenant: team-a\n  basicAuth: {username: joe, password: hush}\n  extraLabels: {cluster: east}\nreceive:\n  listen: [2055, '[::1]:4739']\n`
    );
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toBe(
      [
        'OK',
        'receive: UDP 2055, [::1]:4739',
        'loki: http://loki:3100, as user joe, tenant team-a',
        'spool: none, flows wait for Loki in memory',
        'labels: app, cluster, SrcK8S_Namespace, DstK8S_Namespace, FlowDirection',
        'http: 9469',
        'log: info',
        '',
      ].join('\n')
    );
  });

  it('says in which role Kafka is used, without the secrets', async () => {
    const kafka =
      'kafka:\n  role: store\n  brokers: [k:9092]\n  tls: {}\n  sasl: {mechanism: plain, username: joe, password: hush}\n';
    const { code, stdout } = await check(minimal + kafka);
    expect(code).toBe(0);
    expect(stdout).toContain('receive: nothing, flows come from Kafka\n');
    expect(stdout).toContain(
      'kafka: k:9092, from topic netobserv-datagrams, as one of group netobserv-flows, by TLS, as joe\n'
    );
    expect(stdout).not.toContain('hush');
  });

  const cases: Array<[what: string, text: string, message: string | RegExp]> = [
    [
      'a role in Kafka that is none',
      `${minimal}kafka:\n  role: both\n  brokers: [kafka-1:9092]\n`,
      /F:4: kafka\.role: .*receive.*store/,
    ],
    [
      'a broker without its port',
      `${minimal}kafka:\n  role: store\n  brokers: [kafka-1]\n`,
      "F:5: kafka.brokers[0]: 'kafka-1' is no address of a broker; write it like kafka-1:9092 or [fd00::1]:9092",
    ],
    [
      'a login at Kafka without its password',
      `${minimal}kafka:\n  role: store\n  brokers: [kafka-1:9092]\n  sasl: {mechanism: plain, username: joe}\n`,
      'F:6: kafka.sasl: needs the password in one place; write either password or passwordFile',
    ],
    [
      'a certificate for Kafka without its key',
      `${minimal}kafka:\n  role: store\n  brokers: [kafka-1:9092]\n  tls: {cert: /c}\n`,
      'F:6: kafka.tls: needs cert and key together; write both',
    ],
    [
      'a topic that Kafka would not take',
      `${minimal}kafka:\n  role: store\n  brokers: [kafka-1:9092]\n  topic: a b\n`,
      'F:6: kafka.topic: is no name of a topic; use letters, digits and . _ -',
    ],
    [
      'an fsync policy that is none',
      `${minimal}spool:\n  path: /spool\n  fsync: sometimes\n`,
      'F:5: spool.fsync: sometimes is no policy; write always, never, or milliseconds from 10 to 3600000',
    ],
    [
      'segments too large for the spool',
      `${minimal}spool:\n  path: /spool\n  maxBytes: 8388608\n  segmentBytes: 4194304\n`,
      'F:6: spool.segmentBytes: is above a quarter of spool.maxBytes; write a smaller one, as whole segments are dropped when it is full',
    ],
    [
      'no section that is needed',
      'log: {level: info}\n',
      'F:1: loki: missing; add it: a mapping of keys to values is needed',
    ],
    [
      'no address of Loki',
      'loki:\n  tenant: a\n',
      'F:1: loki.url: missing; write one like http://loki:3100, without /loki/api/v1/push',
    ],
    ['an unknown section', `${minimal}lokii: 1\n`, "F:3: lokii: unknown key; did you mean 'loki'?"],
    ['a misspelt key', `${minimal}  tennant: x\n`, "F:3: loki.tennant: unknown key; did you mean 'tenant'?"],
    [
      'an address without scheme',
      'loki:\n  url: loki:3100\n',
      'F:2: loki.url: is not an address of Loki; write one like http://loki:3100, without /loki/api/v1/push',
    ],
    [
      'an address with a login',
      'loki:\n  url: http://joe:hidden@loki:3100\n',
      'F:2: loki.url: has a login in it, which is not used; write it under loki.basicAuth',
    ],
    [
      'a label that is no field',
      `${minimal}  labels:\n    - FlowDirection\n    - Namespace\n`,
      'F:5: loki.labels[1]: is not a flow field; see docs/flow-fields.md',
    ],
    ['a label twice', `${minimal}  labels: [Proto, Proto]\n`, 'F:3: loki.labels: names a field twice; name each once'],
    [
      'too many labels',
      `${minimal}  labels: [Proto, Dscp, Flags, SrcPort, DstPort, SrcAddr, DstAddr, SrcMac, DstMac, VlanId, Etype, Sampling, AgentIP, IcmpType, IcmpCode]\n`,
      /^F:3: loki.labels: makes more than 15 labels/,
    ],
    [
      'an extra label that is no label name',
      `${minimal}  extraLabels: {"a-b": x}\n`,
      'F:3: loki.extraLabels.a-b: is not a label name; use letters, digits and _, and no digit in front',
    ],
    [
      'an extra label of ours',
      `${minimal}  extraLabels: {app: x}\n`,
      'F:3: loki.extraLabels.app: is set by the collector; choose another name',
    ],
    [
      'an extra label that sums have',
      `${minimal}  extraLabels: {tier: prod}\n`,
      'F:3: loki.extraLabels.tier: is set by the collector; choose another name',
    ],
    [
      'a tenant that no header can hold',
      `${minimal}  tenant: "team\\na"\n`,
      'F:3: loki.tenant: has a character that no header can hold; write letters, digits and signs of ASCII alone',
    ],
    [
      'a token that no header can hold',
      `${minimal}  bearerToken: tökén\n`,
      'F:3: loki.bearerToken: has a character that no header can hold; write letters, digits and signs of ASCII alone',
    ],
    [
      'a user with a colon',
      `${minimal}  basicAuth: {username: "a:b", password: c}\n`,
      'F:3: loki.basicAuth.username: has a colon in it, with which basic auth ends it; use another user',
    ],
    [
      'two ways of access',
      `${minimal}  bearerToken: a\n  bearerTokenFile: b\n`,
      'F:1: loki: has more than one of basicAuth, bearerToken and bearerTokenFile; keep one',
    ],
    [
      'no password',
      `${minimal}  basicAuth: {username: joe}\n`,
      'F:3: loki.basicAuth: needs the password in one place; write either password or passwordFile',
    ],
    [
      'a certificate without key',
      `${minimal}  tls: {cert: x}\n`,
      'F:3: loki.tls: needs cert and key together; write both',
    ],
    [
      'a CA that is not there',
      `${minimal}  tls: {ca: /nowhere/ca.pem}\n`,
      /^loki.tls.ca: cannot read the file it names: ENOENT.*; correct the path or its rights$/,
    ],
    [
      'a CA of Loki that is none',
      `${minimal}  tls: {ca: F}\n`,
      /^loki.tls: .*; name a certificate in PEM, its own key, and CAs in PEM$/,
    ],
    [
      'a CA of Kafka that is none',
      `${minimal}kafka: {role: store, brokers: ["k:9092"], tls: {ca: F}}\n`,
      /^kafka.tls: .*; name a certificate in PEM, its own key, and CAs in PEM$/,
    ],
    [
      'a batch above what Loki takes',
      `${minimal}  batchBytes: 5000000\n`,
      'F:3: loki.batchBytes: 5000000 is too big; write at most 3145728',
    ],
    [
      'backoff the wrong way round',
      `${minimal}  backoffMinMs: 10\n  backoffMaxMs: 5\n`,
      'F:3: loki.backoffMinMs: is above backoffMaxMs; write a smaller one',
    ],
    [
      'a port out of range',
      `${minimal}receive:\n  listen:\n    - 70000\n`,
      "F:5: receive.listen[0]: '70000' is no address to listen on; write a port, 127.0.0.1:2055 or [::1]:2055",
    ],
    [
      'a host name to listen on',
      `${minimal}http: {listen: "localhost:1"}\n`,
      "F:3: http.listen: 'localhost:1' is no address to listen on; write a port, 127.0.0.1:2055 or [::1]:2055",
    ],
    [
      'a log level',
      `${minimal}log:\n  level: loud\n`,
      "F:4: log.level: 'loud' is not one of the values allowed; write trace or debug or info or warn or error or fatal or silent",
    ],
    [
      'an inventory that is not there',
      `${minimal}enrich: {inventory: /nowhere/inventory.yaml}\n`,
      '/nowhere/inventory.yaml: there is no such file; correct the path or create it',
    ],
    [
      'an inventory that is not sound',
      `${minimal}enrich: {inventory: F}\n`,
      /^F:1: loki: unknown key; remove it; keys known here: nodes, pods, services/,
    ],
    [
      'a kubeconfig that is not there',
      `${minimal}enrich: {kubernetes: {enabled: true, kubeconfig: /nowhere/config}}\n`,
      /^enrich.kubernetes: \/nowhere\/config cannot be used: ENOENT.*; name a kubeconfig that kubectl accepts$/,
    ],
    [
      'a folder of the spool that cannot be made',
      `${minimal}spool: {path: F/spool}\n`,
      /^spool.path: cannot use F\/spool: ENOTDIR.*; correct the path or its rights$/,
    ],
    [
      'a certificate for exporters that is not there',
      `${minimal}receive: {tls: {listen: [4740], cert: /nowhere/a.crt, key: /nowhere/a.key}}\n`,
      /^receive.tls.cert: cannot read the file it names: ENOENT.*; correct the path or its rights$/,
    ],
    ['an empty file', '\n', 'F: is empty; write the settings in it'],
    ['no YAML', 'loki: [\n', /^F:\d: not valid YAML at column \d/],
  ];
  it.each(cases)('names %s', async (_what, text, message) => {
    const { code, stdout, stderr } = await check(text);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    if (typeof message === 'string') {
      expect(stderr).toBe(message);
    } else {
      expect(stderr).toMatch(message);
    }
  });

  it('names all that a start would need and that is not to be had, at once', async () => {
    const { code, stderr } = await check(
      [
        'loki: {url: "http://loki:3100", tls: {ca: /nowhere/ca.pem}}',
        'receive: {tls: {listen: [4740], cert: /nowhere/a.crt, key: /nowhere/a.key}}',
        'enrich: {inventory: /nowhere/inventory.yaml}',
        'spool: {path: F/spool}',
        'kafka: {role: receive, brokers: ["k:9092"], tls: {ca: /nowhere/kafka.pem}}',
      ].join('\n')
    );
    expect(code).toBe(1);
    expect(stderr.split('\n').map((line) => line.split(':')[0])).toEqual([
      'receive.tls.cert',
      'kafka.tls.ca',
      '/nowhere/inventory.yaml',
      'spool.path',
      'loki.tls.ca',
    ]);
  });

  it('leaves no trace in a folder for the spool, nor makes it', async () => {
    const parent = join(directory, 'spools');
    mkdirSync(parent);
    for (const path of [parent, join(parent, 'a', 'b')]) {
      expect(await check(`${minimal}spool: {path: ${path}}\n`)).toMatchObject({ code: 0, stderr: '' });
    }
    expect(readdirSync(parent)).toEqual([]);
  });

  it('names the variable of a bad override, and does not show a secret', async () => {
    const { stderr } = await check(minimal, { NETOBSERV_LOKI_BATCH_BYTES: 'many', NETOBSERV_LOG_LEVEL: 'loud' });
    expect(stderr).toContain(
      "environment: NETOBSERV_LOKI_BATCH_BYTES: loki.batchBytes: 'many' is a text; write a number"
    );
    expect(stderr).toContain('environment: NETOBSERV_LOG_LEVEL: log.level:');
    const secret = await check(`${minimal}  bearerToken: [hush]\n  basicAuth: {username: 1, password: 12345}\n`);
    expect(secret.code).toBe(1);
    expect(secret.stderr).not.toMatch(/hush|12345/);
  });
});

describe('the configuration', () => {
  it('can come from the environment alone', () => {
    const { config } = loadConfig(undefined, {
      NETOBSERV_LOKI_URL: 'http://l:3100',
      NETOBSERV_RECEIVE_LISTEN: '2055,127.0.0.1:9995',
    });
    expect(config.receive.listen).toEqual([{ port: 2055 }, { host: '127.0.0.1', port: 9995 }]);
    expect(config.loki.url).toBe('http://l:3100');
    expect(() => loadConfig(undefined, {})).toThrow('no configuration file: loki: missing; add it');
  });
});

describe('docs/collector.md', () => {
  const page = readFileSync(join(import.meta.dirname, '../../../docs/collector.md'), 'utf8');
  const rows = [...page.matchAll(/^\| `([\w.]+)` +\| (.*?) +\|.*\| `(NETOBSERV_\w+)` +\|$/gm)];

  it('tells of every setting with its variable, and of no other', () => {
    const documented = rows.map(([, key, , variable]) => `${key} ${variable}`);
    const settings = overridesOf(collectorConfig).map(({ path, variable }) => `${path.join('.')} ${variable}`);
    expect(documented.sort()).toEqual(settings.sort());
  });

  it('tells the defaults as they are', () => {
    const defaults: unknown = collectorConfig.parse({
      loki: { url: 'http://loki' },
      kafka: { role: 'store', brokers: ['kafka:9092'], tls: {} },
    });
    const written = rows.filter(([, , value]) => /^`(\d+|true|false)`$/.test(value!));
    expect(written.length).toBeGreaterThan(25);
    for (const [, key, value] of written) {
      const path = key!.split('.');
      const real = path.reduce<unknown>((at, step) => (at as Record<string, unknown>)[step], defaults);
      const text = key === 'http.listen' ? (real as { port: number }).port : real;
      expect(`${key} \`${String(text)}\``).toBe(`${key} ${value}`);
    }
  });
});

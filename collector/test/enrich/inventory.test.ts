import { writeFileSync } from 'node:fs';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { ClusterIndex } from '../../src/enrich/clusterIndex';
import { InventorySource } from '../../src/enrich/sources/inventory';
import { keepingLog, SHOP, startEnricher, temporaryFile } from './files';
import { T } from './flow';

const NODE = 'nodes: [{ name: node-a, addresses: [192.168.10.11] }]';

const REFUSED: ReadonlyArray<readonly [what: string, yaml: string, complaint: RegExp]> = [
  [
    'a key that does not exist',
    `${NODE}\npods:\n  - { namespace: shop, name: web, address: 10.128.0.10, node: node-a }`,
    /inventory\.yaml:3: pods\[0\]\.address: unknown key; did you mean 'addresses'\?/,
  ],
  [
    'an address that is none',
    `${NODE}\npods:\n  - { namespace: shop, name: web, addresses: [10.128.0.300], node: node-a }`,
    /inventory\.yaml:3: pods\[0\]\.addresses\[0\]: '10\.128\.0\.300' is not an IP address; write one/,
  ],
  [
    'an address short of parts',
    `nodes: [{ name: node-a, addresses: ['10.1'] }]`,
    /nodes\[0\]\.addresses\[0\]: '10\.1' is not an IP address/,
  ],
  [
    'an address of two pods',
    `${NODE}\npods:\n  - { namespace: shop, name: a, addresses: ['fd00::a'], node: node-a }\n  - { namespace: shop, name: b, addresses: ['fd00:0::A'], node: node-a }`,
    /inventory\.yaml:4: pods\[1\]\.addresses\[0\]: fd00::a is already the address of pod shop\/a; an address has one/,
  ],
  [
    'an address of a pod and a Service',
    `${NODE}\npods: [{ namespace: shop, name: a, addresses: [10.0.0.1], node: node-a }]\nservices:\n  - { namespace: shop, name: web, clusterIPs: [10.0.0.1] }`,
    /inventory\.yaml:4: services\[0\]\.clusterIPs\[0\]: 10\.0\.0\.1 is already the address of pod shop\/a/,
  ],
  [
    'a node that does not exist',
    `${NODE}\npods:\n  - { namespace: shop, name: web, addresses: [10.128.0.10], node: node-z }`,
    /inventory\.yaml:3: pods\[0\]\.node: there is no node 'node-z'; add it under nodes, or correct the name/,
  ],
  [
    'two pods of one name',
    `${NODE}\npods:\n  - { namespace: shop, name: web, node: node-a }\n  - { namespace: shop, name: web, node: node-a }`,
    /inventory\.yaml:4: pods\[1\]\.name: 'shop\/web' is already pods\[0\]; remove one of them or rename it/,
  ],
  [
    'a port out of range',
    'services:\n  - namespace: shop\n    name: web\n    ports:\n      - { port: 70000 }',
    /inventory\.yaml:5: services\[0\]\.ports\[0\]\.port: 70000 is too big; write at most 65535/,
  ],
  [
    'a protocol that does not exist',
    'services: [{ namespace: shop, name: web, ports: [{ port: 80, protocol: TPC }] }]',
    /ports\[0\]\.protocol: 'TPC' is not a protocol; write TCP, UDP or SCTP/,
  ],
  [
    'a tab in a name',
    `${NODE}\npods:\n  - { namespace: shop, name: "we\\tb", node: node-a }`,
    /inventory\.yaml:3: pods\[0\]\.name: "we\\tb" has a tab, line break or other control character; leave it out/,
  ],
  ['something that is not YAML', 'nodes: [', /inventory\.yaml:1: not valid YAML/],
];

describe('an inventory file', () => {
  it.each(REFUSED)('with %s refuses the start, with file, line, key and remedy', async (_, yaml, complaint) => {
    await expect(startEnricher(yaml)).rejects.toThrow(complaint);
  });

  it('that names several things wrong has them all told at once', async () => {
    const yaml = `${NODE}\npods:\n  - { namespace: shop, name: a, addresses: [192.168.10.11], node: node-z }`;
    await expect(startEnricher(yaml)).rejects.toThrow(/pods\[0\]\.node: [^]*pods\[0\]\.addresses\[0\]: /);
  });

  it('that is not there refuses the start', async () => {
    const changes = new ClusterIndex();
    const source = new InventorySource('/nowhere/inventory.yaml', changes, keepingLog(), () => T);
    expect(() => source.start()).toThrow(/^\/nowhere\/inventory\.yaml: there is no such file/);
  });

  it('may list a host-network pod with the address of its node', async () => {
    const enricher = await startEnricher(SHOP);
    expect(enricher.ready()).toEqual({ ok: true });
  });
});

describe('an inventory file that is edited', () => {
  let stop: (() => void) | undefined;
  afterEach(() => stop?.());

  const podNamed = (name: string) =>
    `${NODE}\npods:\n  - { namespace: shop, name: ${name}, addresses: [10.128.0.10], node: node-a }\n`;

  function follow(text: string) {
    const file = temporaryFile('inventory.yaml', text);
    const time = { nowMs: T };
    const index = new ClusterIndex(() => time.nowMs);
    const log = keepingLog();
    const source = new InventorySource(file, index, log, () => time.nowMs);
    source.start(20);
    stop = () => source.stop();
    return { file, time, index, log, source, nameAt: (timeMs: number) => index.at('10.128.0.10', timeMs)?.name };
  }

  it('is read again, and an address reused by a second pod names the first for flows before the change', async () => {
    const { file, time, nameAt } = follow(podNamed('first'));
    time.nowMs = T + 60_000;
    writeFileSync(file, podNamed('second-pod'));
    await vi.waitFor(() => expect(nameAt(T + 60_000)).toBe('second-pod'), { timeout: 5_000 });
    expect(nameAt(T + 59_999)).toBe('first');
  });

  it('names flows of any age as long as it has not changed', () => {
    expect(follow(podNamed('web')).nameAt(T - 86_400_000)).toBe('web');
  });

  it('keeps its former contents on a bad edit, says so, and takes the next good one', async () => {
    const { file, log, nameAt } = follow(podNamed('first'));
    writeFileSync(file, `${podNamed('second')}  - broken: [`);
    await vi.waitFor(() => expect(log.entries).toHaveLength(1), { timeout: 5_000 });
    expect(log.entries[0]).toMatchObject({
      level: 'error',
      message: 'inventory not reloaded: the former contents stay in force',
      fields: { problem: expect.stringMatching(/inventory\.yaml:\d+: not valid YAML/) },
    });
    expect(nameAt(T)).toBe('first');
    writeFileSync(file, podNamed('third-pod'));
    await vi.waitFor(() => expect(nameAt(T)).toBe('third-pod'), { timeout: 5_000 });
  });

  it('drops what is not in it any more, from then on', () => {
    const { file, source, time, nameAt, index } = follow(podNamed('web'));
    time.nowMs = T + 60_000;
    writeFileSync(file, NODE);
    source.reload();
    expect(nameAt(T + 120_000)).toBeUndefined();
    expect(nameAt(T)).toBe('web');
    expect(index.sizes.objects).toBe(1);
  });
});

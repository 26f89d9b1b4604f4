import { describe, expect, it } from 'vitest';
import { SHOP, startEnricher } from './files';
import { flow } from './flow';

const POD_WEB_1 = {
  SrcK8S_Namespace: 'shop',
  SrcK8S_Name: 'web-1',
  SrcK8S_Type: 'Pod',
  SrcK8S_OwnerName: 'web',
  SrcK8S_OwnerType: 'Deployment',
  SrcK8S_HostName: 'node-a',
  SrcK8S_HostIP: '192.168.10.11',
  SrcK8S_Zone: 'zone-1',
};

const NODE_A = {
  SrcK8S_Name: 'node-a',
  SrcK8S_Type: 'Node',
  SrcK8S_OwnerName: 'node-a',
  SrcK8S_OwnerType: 'Node',
  SrcK8S_HostName: 'node-a',
  SrcK8S_HostIP: '192.168.10.11',
  SrcK8S_Zone: 'zone-1',
};

const SERVICE_WEB = {
  SrcK8S_Namespace: 'shop',
  SrcK8S_Name: 'web',
  SrcK8S_Type: 'Service',
  SrcK8S_OwnerName: 'web',
  SrcK8S_OwnerType: 'Service',
  SrcK8S_Service: 'web',
};

const CASES: ReadonlyArray<readonly [statement: string, ends: object, names: object]> = [
  ['a pod has its namespace, workload, node and zone', { SrcAddr: '10.128.0.10' }, POD_WEB_1],
  [
    'a pod that nothing owns is its own workload',
    { SrcAddr: '10.128.1.20' },
    { SrcK8S_Name: 'debug', SrcK8S_OwnerName: 'debug', SrcK8S_OwnerType: 'Pod', SrcK8S_Zone: 'zone-2' },
  ],
  ['a second address of a pod, of the other family, names it too', { SrcAddr: '2001:db8:42::a' }, POD_WEB_1],
  ['another spelling of an IPv6 address names the same pod', { SrcAddr: '2001:0DB8:0042:0:0:0:0:000A' }, POD_WEB_1],
  ['an IPv4-mapped IPv6 address is the IPv4 address', { SrcAddr: '::ffff:10.128.0.10' }, POD_WEB_1],
  ['a pod on the host network shares the address of its node, which is named', { SrcAddr: '192.168.10.11' }, NODE_A],
  ['every address of a node names it', { SrcAddr: 'fd00:10::11' }, NODE_A],
  ['a gateway address in a pod network is the node’s', { SrcAddr: '10.128.0.2' }, NODE_A],
  ['a cluster IP names the Service', { SrcAddr: '172.30.0.80', SrcPort: 80 }, SERVICE_WEB],
  ['an IPv6 cluster IP names the Service', { SrcAddr: 'fd00:30::80', SrcPort: 80 }, SERVICE_WEB],
  ['a cluster IP names the Service on ports it does not declare', { SrcAddr: '172.30.0.80', SrcPort: 9 }, SERVICE_WEB],
  ['a pod serves a Service on its endpoint port', { SrcAddr: '10.128.0.10', SrcPort: 8080 }, { SrcK8S_Service: 'web' }],
  ['a node serves the Service of a node port', { SrcAddr: '192.168.10.12', SrcPort: 30080 }, { SrcK8S_Service: 'web' }],
  [
    'a node serves the Service of its host-network pods',
    { SrcAddr: '192.168.10.11', SrcPort: 9100 },
    { ...NODE_A, SrcK8S_Service: 'agents' },
  ],
];

describe('names of the objects behind addresses', () => {
  it.each(CASES)('%s', async (_, ends, names) => {
    const record = flow(ends);
    (await startEnricher(SHOP)).enrich(record);
    expect(record).toMatchObject(names);
  });

  it.each(CASES)('the destination gets the same names: %s', async (_, ends, names) => {
    const toDestination = (fields: object) =>
      Object.fromEntries(Object.entries(fields).map(([name, value]) => [name.replace(/^Src/, 'Dst'), value]));
    const record = flow(toDestination(ends));
    (await startEnricher(SHOP)).enrich(record);
    expect(record).toMatchObject(toDestination(names));
  });

  it.each([
    ['a port that is not an endpoint’s', { SrcAddr: '10.128.0.10', SrcPort: 8081 }],
    ['the endpoint’s port in another protocol', { SrcAddr: '10.128.0.10', SrcPort: 8080, Proto: 17 }],
    ['a pod’s node port number', { SrcAddr: '10.128.0.10', SrcPort: 30080 }],
  ])('%s serves no Service', async (_, ends) => {
    const record = flow(ends);
    (await startEnricher(SHOP)).enrich(record);
    expect(record).not.toHaveProperty('SrcK8S_Service');
  });

  it('leaves out what is not known, rather than writing it empty', async () => {
    const record = flow({ SrcAddr: '172.30.0.80', SrcPort: 80, DstAddr: '10.128.1.20', DstPort: 40_000 });
    (await startEnricher(SHOP)).enrich(record);
    expect(Object.values(record)).not.toContain(undefined);
    expect(Object.keys(record)).not.toContain('SrcK8S_HostName');
    expect(Object.keys(record)).not.toContain('DstK8S_Service');
  });

  it('leaves a flow without IP addresses as it is', async () => {
    const record = flow({ Etype: 2054, SrcMac: '02:00:00:00:00:01' });
    const before = { ...record };
    (await startEnricher(SHOP)).enrich(record);
    expect(record).toEqual(before);
  });

  it.each([
    ['192.168.10.11', 'node-a'],
    ['fd00:10:0::11', 'node-a'],
    ['10.128.1.20', 'node-b'],
    ['172.30.0.80', undefined],
    ['203.0.113.1', undefined],
  ])('an exporter at %s is of node %s', async (address, node) => {
    expect((await startEnricher(SHOP)).nodeOfExporter(address)).toBe(node);
  });
});

import { describe, expect, it } from 'vitest';
import { addressScope, canonicalAddress, parseAddress } from '../../src/enrich/address';
import { enrichConfig } from '../../src/enrich/config';
import { globMatcher } from '../../src/enrich/glob';
import { SHOP, startEnricher } from './files';
import { flow } from './flow';

async function enriched(settings: object, fields: Parameters<typeof flow>[0]) {
  const record = flow(fields);
  (await startEnricher(SHOP, settings)).enrich(record);
  return record;
}

describe('subnet labels', () => {
  const subnets = [
    { name: 'Office', cidrs: ['10.40.0.0/16', 'fd40::/16'] },
    { name: 'Printers', cidrs: ['10.40.9.0/24'] },
    { name: 'Boss', cidrs: ['10.40.9.7'] },
    { name: 'Half', cidrs: ['10.41.0.0/17'] },
    { name: 'EXT:partner', cidrs: ['203.0.113.128/25'] },
    { name: 'Pods', cidrs: ['10.128.0.0/14'], external: false },
    { name: 'Nodes', cidrs: ['192.168.10.0/24'] },
  ];

  it.each([
    ['a public address in no named network is the Internet', '203.0.113.1', 'EXT:internet'],
    ['a public IPv6 address too', '2600::1', 'EXT:internet'],
    ['a private address in no named network is private', '10.99.0.1', 'EXT:private'],
    ['a unique local IPv6 address too', 'fd99::1', 'EXT:private'],
    ['a carrier NAT address too', '100.64.7.7', 'EXT:private'],
    ['an address outside the cluster has the name with EXT:', '10.40.1.1', 'EXT:Office'],
    ['so has an IPv6 address', 'fd40:0:0::1', 'EXT:Office'],
    ['an IPv4-mapped address is in the IPv4 network', '::ffff:10.40.1.1', 'EXT:Office'],
    ['the narrowest network names', '10.40.9.6', 'EXT:Printers'],
    ['down to one address', '10.40.9.7', 'EXT:Boss'],
    ['a prefix may end within a byte', '10.41.127.255', 'EXT:Half'],
    ['and ends there', '10.41.128.0', 'EXT:private'],
    ['a name that has EXT: keeps it once', '203.0.113.200', 'EXT:partner'],
    ['a cluster object has the plain name', '192.168.10.11', 'Nodes'],
    ['an address in the same network that is no object is outside', '192.168.10.99', 'EXT:Nodes'],
    ['unless the network is said not to be external', '10.130.0.1', 'Pods'],
    ['a cluster object in no named network has none', '172.30.0.80', undefined],
    ['a multicast address has none', '224.0.0.1', undefined],
    ['a link-local address has none', 'fe80::1', undefined],
    ['text that is no address has none', 'nonsense', undefined],
  ])('%s: %s is %s', async (_, address, label) => {
    const record = await enriched({ subnets }, { SrcAddr: address, DstAddr: address });
    expect(record.SrcSubnetLabel).toBe(label);
    expect(record.DstSubnetLabel).toBe(label);
  });
});

describe('addresses', () => {
  it.each([
    ['2001:DB8:0:0::1', '2001:db8::1'],
    ['::FFFF:192.0.2.1', '192.0.2.1'],
    ['::ffff:c000:201', '192.0.2.1'],
    ['192.0.2.1', '192.0.2.1'],
    ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
    ['2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
  ])('%s is written %s', (text, canonical) => {
    expect(canonicalAddress(text)).toBe(canonical);
    expect(parseAddress(text)).toBe(canonical);
  });

  it.each(['10.1', '0x7f.0.0.1', '1.2.3.4.5', 'fe80::1%eth0', '', '10.0.0.0/8', 'host'])('%s is no address', (text) => {
    expect(parseAddress(text)).toBeUndefined();
    expect(addressScope(text)).toBe('other');
  });
});

describe('application', () => {
  const named = { Proto: 6 };

  it.each([
    ['the well-known name of the destination port', { DstPort: 443, SrcPort: 50_000 }, 'https'],
    ['the source port’s, in a reply', { SrcPort: 443, DstPort: 50_000 }, 'https'],
    ['the service port’s, though the client’s happens to be well known', { SrcPort: 443, DstPort: 50_051 }, 'https'],
    ['not a client port’s, where the service port is unknown', { SrcPort: 50_051, DstPort: 12_345 }, undefined],
    ['nothing, where neither port is known', { SrcPort: 40_000, DstPort: 40_001 }, undefined],
    ['nothing, without ports', { Proto: 1 }, undefined],
    ['nothing, where the name is of the other transport', { DstPort: 22, SrcPort: 50_000, Proto: 17 }, undefined],
    [
      'the port’s that a Service declares, where both are known',
      { SrcAddr: '10.128.0.10', SrcPort: 8080, DstAddr: '203.0.113.1', DstPort: 3306 },
      'http-alt',
    ],
    [
      'the cluster IP’s port, in a reply to a low port',
      { SrcAddr: '172.30.0.80', SrcPort: 80, DstAddr: '203.0.113.1', DstPort: 23 },
      'http',
    ],
  ])('is %s', async (_, fields, application) => {
    expect((await enriched({}, { ...named, ...fields })).Application).toBe(application);
  });

  const applications = [
    { name: 'shop-web', ports: [8080, '9000-9010'], protocol: 'TCP', namespaces: ['sh*'] },
    { name: 'office-phones', cidrs: ['10.40.0.0/16'], protocol: 'udp' },
    { name: 'everything-9000', ports: [9000] },
  ];

  it.each([
    ['a configured name goes before the well-known', { DstAddr: '10.128.0.10', DstPort: 8080 }, 'shop-web'],
    ['it holds for replies', { SrcAddr: '10.128.0.10', SrcPort: 8080, DstPort: 50_000 }, 'shop-web'],
    ['a range of ports holds its last', { DstAddr: '10.128.0.10', DstPort: 9010 }, 'shop-web'],
    ['all conditions have to hold', { DstAddr: '10.128.0.53', DstPort: 8080 }, 'http-alt'],
    [
      'at one and the same end',
      { SrcAddr: '10.128.0.10', SrcPort: 1, DstAddr: '203.0.113.1', DstPort: 8080 },
      'http-alt',
    ],
    ['a network alone is enough', { SrcAddr: '10.40.1.1', SrcPort: 5, DstPort: 6, Proto: 17 }, 'office-phones'],
    ['the protocol has to be the one', { SrcAddr: '10.40.1.1', SrcPort: 5, DstPort: 6, Proto: 6 }, undefined],
    ['the first that fits stands', { DstAddr: '10.128.0.10', DstPort: 9000 }, 'shop-web'],
    ['then the next', { DstAddr: '203.0.113.1', DstPort: 9000 }, 'everything-9000'],
  ])('%s', async (_, fields, application) => {
    expect((await enriched({ applications }, { ...named, ...fields })).Application).toBe(application);
  });
});

describe('layer', () => {
  const [app, dns, nodeB, outside] = ['10.128.0.10', '10.128.0.53', '192.168.10.12', '203.0.113.1'];
  it.each([
    ['app between applications', app, '10.128.1.10', 'app'],
    ['infra within the platform', dns, nodeB, 'infra'],
    ['app from an application to the platform', app, dns, 'app'],
    ['app back to it', dns, app, 'app'],
    ['infra between the platform and the outside', nodeB, outside, 'infra'],
    ['app between an application and the outside', outside, app, 'app'],
    ['absent where the cluster knows neither end', outside, '203.0.113.2', undefined],
  ])('is %s', async (_, from, to, layer) => {
    expect((await enriched({}, { SrcAddr: from, DstAddr: to })).K8S_FlowLayer).toBe(layer);
  });

  it('takes the configured namespaces for the platform', async () => {
    const record = await enriched({ infraNamespaces: ['shop'] }, { SrcAddr: app, DstAddr: '10.128.1.10' });
    expect(record.K8S_FlowLayer).toBe('infra');
  });

  it.each([
    ['kube-*', 'kube-system', true],
    ['kube-*', 'my-kube-system', false],
    ['*-system', 'kube-system', true],
    ['a*b*c', 'a-bb-c', true],
    ['a*b*c', 'acb', false],
    ['ab*ba', 'aba', false],
    ['*', '', true],
    ['a.b', 'axb', false],
  ])('the pattern %s and the name %s: %s', (pattern, name, fits) => {
    expect(globMatcher([pattern])(name)).toBe(fits);
  });
});

describe('settings under enrich', () => {
  const complaints = (settings: object) =>
    enrichConfig.safeParse(settings).error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);

  it.each([
    [
      { subnets: [{ name: 'x', cidrs: ['10.0.0.0/33'] }] },
      /subnets\.0\.cidrs\.0: '10\.0\.0\.0\/33' is not a network; /,
    ],
    [{ applications: [{ name: 'x', ports: ['90-80'] }] }, /ports\.0: '90-80' is not a port or a range of ports; write/],
    [{ applications: [{ name: 'x', ports: [80], protocol: 'TPC' }] }, /protocol: 'TPC' is not a protocol; write TCP/],
    [{ applications: [{ name: 'x', protocol: 'TCP' }] }, /applications\.0: matches every flow; give it ports/],
  ])('%o is refused', (settings, complaint) => {
    expect(complaints(settings)?.join('\n')).toMatch(complaint);
  });

  it('have defaults for all', () => {
    const config = enrichConfig.parse({});
    expect(config).toMatchObject({ kubernetes: { enabled: false }, subnets: [], applications: [] });
    expect(config.infraNamespaces).toContain('openshift-*');
  });
});

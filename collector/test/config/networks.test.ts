import { describe, expect, it } from 'vitest';
import { decodeConfig } from '../../src/decode';
import { enrichConfig } from '../../src/enrich';
import { receiveConfig } from '../../src/receive';

/** Where settings name networks. */
const SETTINGS: ReadonlyArray<readonly [name: string, parse: (network: string) => unknown]> = [
  ['receive.allow', (network) => receiveConfig.parse({ allow: [network] })],
  ['decode.exporters', (cidr) => decodeConfig.parse({ exporters: [{ cidr }] })],
  ['enrich.subnets', (cidr) => enrichConfig.parse({ subnets: [{ name: 'office', cidrs: [cidr] }] })],
];

describe.each(SETTINGS)('a network in %s', (_, parse) => {
  it.each(['10.0.0.0/8', '0.0.0.0/0', '192.0.2.1/32', 'fd00::/8', '::/0', '2001:db8::1/128'])(
    'can be %s',
    (network) => {
      expect(() => parse(network)).not.toThrow();
    }
  );

  it.each([
    ['10/8', '0.0.0.0/8'],
    ['192.168/16', '192.0.0.0/16'],
    ['10.0.0/24', '10.0.0.0/24 by luck'],
    ['010.0.0.0/8', '8.0.0.0/8'],
    ['0x0a000000/8', '10.0.0.0/8, for those who think in hexadecimal digits'],
    ['::ffff:10.0.0.0/104', 'none that any address is found in'],
    ['fe80::1%eth0/64', 'that of one interface'],
  ])('cannot be %s, which would be taken for %s', (network) => {
    expect(() => parse(network)).toThrow(/is not a network; write it like 10\.0\.0\.0\/8/);
  });
});

it.each([
  ['::ffff:192.168.0.0/112', '192.168.0.0/16'],
  ['::ffff:0:0/96', '0.0.0.0/0'],
])('a network of IPv4-mapped addresses, %s, is to be written as %s', (network, remedy) => {
  const parse = SETTINGS[0]![1];
  expect(() => parse(network)).toThrow(`is not a network; write it like ${remedy}`);
});

it.each(['10.1', '010.0.0.1', '0x7f.1', 'fe80::1%eth0'])('an exporter cannot have the address %s', (address) => {
  expect(() => decodeConfig.parse({ exporters: [{ address }] })).toThrow(/is not an IP address; write it like 10/);
});

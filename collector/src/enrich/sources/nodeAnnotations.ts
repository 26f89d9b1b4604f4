import ipaddr from 'ipaddr.js';

/** Annotations that hold addresses of a node, as JSON of any shape with `address/prefix` texts in it. */
const OVN_ADDRESSES = [
  'k8s.ovn.org/host-cidrs',
  'k8s.ovn.org/node-gateway-router-lrp-ifaddrs',
  'k8s.ovn.org/node-gateway-router-lrp-ifaddr',
];
const OVN_SUBNETS = 'k8s.ovn.org/node-subnets';

/** Other plugins' annotations, each one address, some with a prefix length. */
const PLAIN_ADDRESSES = [
  'projectcalico.org/IPv4IPIPTunnelAddr',
  'projectcalico.org/IPv4VXLANTunnelAddr',
  'projectcalico.org/IPv6VXLANTunnelAddr',
  'network.cilium.io/ipv4-cilium-host',
  'network.cilium.io/ipv6-cilium-host',
  'flannel.alpha.coreos.com/public-ip',
];

/**
 * Addresses by which a node appears in flows beyond those in its status: the hosts' other addresses, the tunnel and
 * host-side addresses of its network plugin, OVN's join address (what the gateway router translates to) and management
 * port (the second address of the node's pod subnet, by which the host talks to pods).
 * @returns texts; what an annotation holds that is no address is left to the caller to drop.
 */
export function pluginAddresses(annotations: Readonly<Record<string, string>>): string[] {
  const joined = OVN_ADDRESSES.flatMap((name) => textsIn(parseJson(annotations[name])));
  const subnets = parseJson(annotations[OVN_SUBNETS]) as { default?: unknown } | undefined;
  const management = textsIn(subnets?.default).flatMap((subnet) => secondAddress(subnet) ?? []);
  const plain = PLAIN_ADDRESSES.flatMap((name) => annotations[name] ?? []);
  return [...joined, ...management, ...plain].map((text) => text.replace(/\/\d+$/, ''));
}

/** Annotations are written by others: one that is no JSON says nothing. */
function parseJson(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

function textsIn(value: unknown): string[] {
  if (typeof value === 'string') {
    return [value];
  }
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

function secondAddress(subnet: string): string | undefined {
  if (!ipaddr.isValidCIDR(subnet)) {
    return undefined;
  }
  const bytes = ipaddr.parseCIDR(subnet)[0].toByteArray();
  bytes[bytes.length - 1] = (bytes.at(-1)! & 0xfe) | 2;
  return ipaddr.fromByteArray(bytes).toString();
}

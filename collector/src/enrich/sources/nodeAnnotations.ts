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

const FLANNEL = 'flannel.alpha.coreos.com/';
/** Of plugins that give pods addresses of other ranges than those in the node's `podCIDRs`. */
const OWN_RANGES = ['k8s.ovn.org/', 'projectcalico.org/', 'network.cilium.io/'];

/**
 * Addresses by which a node appears in flows beyond those in its status: the hosts' other addresses, the tunnel and
 * host-side addresses of its network plugin, OVN's join address (what the gateway router translates to) and management
 * port (the second address of the node's pod subnet, by which the host talks to pods), and those of the host in its range
 * of pod addresses.
 * @returns texts; what an annotation holds that is no address is left to the caller to drop.
 */
export function pluginAddresses(
  annotations: Readonly<Record<string, string>>,
  podCIDRs: readonly string[] = []
): string[] {
  const joined = OVN_ADDRESSES.flatMap((name) => textsIn(parseJson(annotations[name])));
  const subnets = parseJson(annotations[OVN_SUBNETS]) as { default?: unknown } | undefined;
  const management = textsIn(subnets?.default).flatMap((subnet) => addressIn(subnet, 2) ?? []);
  const plain = PLAIN_ADDRESSES.flatMap((name) => annotations[name] ?? []);
  const host = hostAddresses(Object.keys(annotations), podCIDRs);
  return [...joined, ...management, ...plain, ...host].map((text) => text.replace(/\/\d+$/, ''));
}

/**
 * What the host has in its range of pod addresses: the first address of it is the gateway, on the bridge or on the host's
 * end of each pod's link (kubenet, kindnet, kube-router, Antrea, flannel), and flannel's tunnel has that of the range itself.
 */
function hostAddresses(annotations: readonly string[], podCIDRs: readonly string[]): string[] {
  const has = (prefix: string) => annotations.some((name) => name.startsWith(prefix));
  if (OWN_RANGES.some(has)) {
    return [];
  }
  const last = has(FLANNEL) ? [1, 0] : [1];
  return podCIDRs.flatMap((range) => last.flatMap((bits) => addressIn(range, bits) ?? []));
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

/** An address of a range of four addresses or more, by its last two bits. */
function addressIn(range: string, bits: number): string | undefined {
  if (!ipaddr.isValidCIDR(range)) {
    return undefined;
  }
  const bytes = ipaddr.parseCIDR(range)[0].toByteArray();
  bytes[bytes.length - 1] = (bytes.at(-1)! & 0xfc) | bits;
  return ipaddr.fromByteArray(bytes).toString();
}

/**
 * Why a packet was discarded: sFlow's `drop_reason`. Numbers below 256 are codes of ICMP's 'destination unreachable'
 * (sFlow Version 5); the others are of sFlow Dropped Packet Notification Structures, and sFlow's names for what
 * Linux' devlink-trap reports.
 */
const CAUSES: ReadonlyMap<number, string> = new Map([
  ...numbered(0, [
    ...['net_unreachable', 'host_unreachable', 'protocol_unreachable', 'port_unreachable', 'frag_needed'],
    ...['src_route_failed', 'dst_net_unknown', 'dst_host_unknown', 'src_host_isolated', 'dst_net_prohibited'],
    ...['dst_host_prohibited', 'dst_net_tos_unreachable', 'dst_host_tos_unreacheable', 'comm_admin_prohibited'],
    ...['host_precedence_violation', 'precedence_cutoff'],
  ]),
  ...numbered(256, [
    ...['unknown', 'ttl_exceeded', 'acl', 'no_buffer_space', 'red', 'traffic_shaping', 'pkt_too_big'],
    ...['src_mac_is_multicast', 'vlan_tag_mismatch', 'ingress_vlan_filter', 'ingress_spanning_tree_filter'],
    ...['port_list_is_empty', 'port_loopback_filter', 'blackhole_route', 'non_ip', 'uc_dip_over_mc_dmac'],
    ...['dip_is_loopback_address', 'sip_is_mc', 'sip_is_loopback_address', 'ip_header_corrupted'],
    ...['ipv4_sip_is_limited_bc', 'ipv6_mc_dip_reserved_scope', 'ipv6_mc_dip_interface_local_scope'],
    ...['unresolved_neigh', 'mc_reverse_path_forwarding', 'non_routable_packet', 'decap_error', 'overlay_smac_is_mc'],
    ...['unknown_l2', 'unknown_l3', 'unknown_l3_exception', 'unknown_buffer', 'unknown_tunnel', 'unknown_l4'],
  ]),
]);

function numbered(first: number, names: readonly string[]): Array<[number, string]> {
  return names.map((name, index) => [first + index, name]);
}

/** The name of a drop reason; its number as text where it has none that is known. */
export function dropCause(reason: number): string {
  return CAUSES.get(reason) ?? String(reason);
}

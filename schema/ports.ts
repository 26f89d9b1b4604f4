/** Transport protocols that a well-known port is known for. */
type Transport = 'tcp' | 'udp' | 'both';

/** Ports and their names: the IANA service name, or the one people use where that differs (`dns` for `domain`). */
const WELL_KNOWN: ReadonlyArray<readonly [port: number, name: string, transport: Transport]> = [
  [7, 'echo', 'both'],
  [20, 'ftp-data', 'tcp'],
  [21, 'ftp', 'tcp'],
  [22, 'ssh', 'tcp'],
  [23, 'telnet', 'tcp'],
  [25, 'smtp', 'tcp'],
  [43, 'whois', 'tcp'],
  [49, 'tacacs', 'tcp'],
  [53, 'dns', 'both'],
  [67, 'dhcp-server', 'udp'],
  [68, 'dhcp-client', 'udp'],
  [69, 'tftp', 'udp'],
  [70, 'gopher', 'tcp'],
  [79, 'finger', 'tcp'],
  [80, 'http', 'tcp'],
  [88, 'kerberos', 'both'],
  [110, 'pop3', 'tcp'],
  [111, 'sunrpc', 'both'],
  [119, 'nntp', 'tcp'],
  [123, 'ntp', 'udp'],
  [135, 'msrpc', 'tcp'],
  [137, 'netbios-ns', 'udp'],
  [138, 'netbios-dgm', 'udp'],
  [139, 'netbios-ssn', 'tcp'],
  [143, 'imap', 'tcp'],
  [161, 'snmp', 'udp'],
  [162, 'snmptrap', 'udp'],
  [179, 'bgp', 'tcp'],
  [194, 'irc', 'tcp'],
  [389, 'ldap', 'both'],
  [443, 'https', 'both'],
  [445, 'smb', 'tcp'],
  [465, 'smtps', 'tcp'],
  [500, 'ike', 'udp'],
  [512, 'rexec', 'tcp'],
  [513, 'rlogin', 'tcp'],
  [514, 'syslog', 'udp'],
  [515, 'printer', 'tcp'],
  [520, 'rip', 'udp'],
  [546, 'dhcpv6-client', 'udp'],
  [547, 'dhcpv6-server', 'udp'],
  [554, 'rtsp', 'both'],
  [587, 'submission', 'tcp'],
  [623, 'ipmi', 'udp'],
  [631, 'ipp', 'tcp'],
  [636, 'ldaps', 'tcp'],
  [853, 'dns-over-tls', 'tcp'],
  [873, 'rsync', 'tcp'],
  [989, 'ftps-data', 'tcp'],
  [990, 'ftps', 'tcp'],
  [992, 'telnets', 'tcp'],
  [993, 'imaps', 'tcp'],
  [995, 'pop3s', 'tcp'],
  [1080, 'socks', 'tcp'],
  [1194, 'openvpn', 'both'],
  [1433, 'mssql', 'tcp'],
  [1521, 'oracle', 'tcp'],
  [1812, 'radius', 'udp'],
  [1813, 'radius-acct', 'udp'],
  [1883, 'mqtt', 'tcp'],
  [1900, 'ssdp', 'udp'],
  [2049, 'nfs', 'both'],
  [2055, 'netflow', 'udp'],
  [2181, 'zookeeper', 'tcp'],
  [2375, 'docker', 'tcp'],
  [2376, 'docker-tls', 'tcp'],
  [2379, 'etcd-client', 'tcp'],
  [2380, 'etcd-server', 'tcp'],
  [3100, 'loki', 'tcp'],
  [3128, 'squid', 'tcp'],
  [3260, 'iscsi', 'tcp'],
  [3306, 'mysql', 'tcp'],
  [3389, 'rdp', 'both'],
  [3478, 'stun', 'both'],
  [4317, 'otlp-grpc', 'tcp'],
  [4318, 'otlp-http', 'tcp'],
  [4500, 'ipsec-nat-t', 'udp'],
  [4739, 'ipfix', 'both'],
  [4789, 'vxlan', 'udp'],
  [5000, 'registry', 'tcp'],
  [5060, 'sip', 'both'],
  [5061, 'sips', 'tcp'],
  [5222, 'xmpp-client', 'tcp'],
  [5353, 'mdns', 'udp'],
  [5355, 'llmnr', 'udp'],
  [5432, 'postgresql', 'tcp'],
  [5671, 'amqps', 'tcp'],
  [5672, 'amqp', 'tcp'],
  [5900, 'vnc', 'tcp'],
  [5984, 'couchdb', 'tcp'],
  [6081, 'geneve', 'udp'],
  [6343, 'sflow', 'udp'],
  [6379, 'redis', 'tcp'],
  [6443, 'kube-apiserver', 'tcp'],
  [6641, 'ovn-nb', 'tcp'],
  [6642, 'ovn-sb', 'tcp'],
  [6667, 'ircd', 'tcp'],
  [7946, 'memberlist', 'both'],
  [8008, 'http-alt', 'tcp'],
  [8080, 'http-alt', 'tcp'],
  [8086, 'influxdb', 'tcp'],
  [8088, 'http-alt', 'tcp'],
  [8443, 'https-alt', 'tcp'],
  [8472, 'vxlan-linux', 'udp'],
  [8883, 'mqtts', 'tcp'],
  [9000, 'http-9000', 'tcp'],
  [9042, 'cassandra', 'tcp'],
  [9090, 'prometheus', 'tcp'],
  [9092, 'kafka', 'tcp'],
  [9093, 'alertmanager', 'tcp'],
  [9100, 'node-exporter', 'tcp'],
  [9200, 'elasticsearch', 'tcp'],
  [9300, 'elasticsearch-transport', 'tcp'],
  [9418, 'git', 'tcp'],
  [9995, 'netflow-alt', 'udp'],
  [10250, 'kubelet', 'tcp'],
  [11211, 'memcached', 'both'],
  [27017, 'mongodb', 'tcp'],
  [50051, 'grpc', 'tcp'],
  [51820, 'wireguard', 'udp'],
];

const ALIASES: Readonly<Record<string, number>> = {
  domain: 53,
  bootps: 67,
  bootpc: 68,
  www: 80,
  'http-proxy': 8080,
  postgres: 5432,
  'microsoft-ds': 445,
};

const TCP = 6;
const UDP = 17;

const byPort = new Map(WELL_KNOWN.map(([port, name, transport]) => [port, { name, transport }]));
const byName = new Map<string, number[]>();
for (const [port, name] of WELL_KNOWN) {
  byName.set(name, [...(byName.get(name) ?? []), port]);
}
for (const [alias, port] of Object.entries(ALIASES)) {
  byName.set(alias, [port]);
}

/**
 * The well-known name of a port.
 * @param proto IANA protocol number; where given, a name known only for the other transport is not returned.
 * @returns undefined where the port has no well-known name.
 */
export function portName(port: number, proto?: number): string | undefined {
  const known = byPort.get(port);
  if (
    known === undefined ||
    (proto === TCP && known.transport === 'udp') ||
    (proto === UDP && known.transport === 'tcp')
  ) {
    return undefined;
  }
  return known.name;
}

/** The ports that a well-known name or alias stands for, in any case; empty where the name is not known. */
export function portsNamed(name: string): readonly number[] {
  return byName.get(name.toLowerCase()) ?? [];
}

/** All well-known port names, for suggestions. */
export function portNames(): string[] {
  return [...byName.keys()];
}

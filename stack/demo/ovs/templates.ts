import {
  COMMON,
  COUNTERS,
  EGRESS_PORT,
  ICMP4,
  ICMP6,
  IP,
  IP_COUNTERS,
  IPV4,
  IPV6,
  PORTS,
  TCP_COUNTERS,
  TUNNEL,
  VLAN,
  type OvsField,
} from './fields';

/** What decides the template of a record. */
export interface TemplateKind {
  readonly vlan: boolean;
  readonly ip: 'none' | 'v4' | 'v6';
  readonly transport: 'none' | 'tcp' | 'udp' | 'sctp' | 'icmp';
  readonly tunnel: boolean;
  readonly egress: boolean;
}

const IPS = ['none', 'v4', 'v6'] as const;
const TRANSPORTS = ['none', 'tcp', 'udp', 'sctp', 'icmp'] as const;

/** First template id that IPFIX allows (RFC 7011 §3.4.1). */
const FIRST_ID = 256;

/** Open vSwitch numbers its templates by kind: 280 is IPv4 TCP in, 281 the same out. */
export function templateId({ vlan, ip, transport, tunnel, egress }: TemplateKind): number {
  const place = (Number(vlan) * IPS.length + IPS.indexOf(ip)) * TRANSPORTS.length + TRANSPORTS.indexOf(transport);
  return FIRST_ID + (place * 2 + Number(tunnel)) * 2 + Number(egress);
}

/** The fields of a kind of record, in Open vSwitch's order. */
export function templateFields({ vlan, ip, transport, tunnel, egress }: TemplateKind): OvsField[] {
  return [
    ...COMMON,
    ...(egress ? EGRESS_PORT : []),
    ...(vlan ? VLAN : []),
    ...(ip === 'none' ? [] : IP),
    ...(ip === 'v4' ? IPV4 : []),
    ...(ip === 'v6' ? IPV6 : []),
    ...(transport === 'tcp' || transport === 'udp' || transport === 'sctp' ? PORTS : []),
    ...(transport === 'icmp' ? (ip === 'v4' ? ICMP4 : ICMP6) : []),
    ...(tunnel ? TUNNEL : []),
    ...COUNTERS,
    ...(ip === 'none' ? [] : IP_COUNTERS),
    ...(transport === 'tcp' ? TCP_COUNTERS : []),
  ];
}

/** All 88 kinds that Open vSwitch announces, in its order. */
export const TEMPLATE_KINDS: readonly TemplateKind[] = [false, true].flatMap((vlan) =>
  IPS.flatMap((ip) =>
    TRANSPORTS.filter((transport) => ip !== 'none' || transport === 'none').flatMap((transport) =>
      [false, true].flatMap((tunnel) =>
        [false, true].map((egress): TemplateKind => ({ vlan, ip, transport, tunnel, egress }))
      )
    )
  )
);
